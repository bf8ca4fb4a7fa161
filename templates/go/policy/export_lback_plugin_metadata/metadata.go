// Package export_lback_plugin_metadata describes the plugin. The bindings fix the package's name.
package export_lback_plugin_metadata

import (
	. "example.com/my-plugin/bindings/lback_plugin_metadata"
	. "go.bytecodealliance.org/pkg/wit/types"

	"example.com/my-plugin/rule"
)

func Describe() Description {
	return Description{
		Name:           "my-plugin",
		Version:        "0.1.0",
		Summary:        "denies downgrades in protected environments",
		Signals:        []string{"alembic_command_started"},
		SettingsSchema: Some(rule.Schema),
	}
}
