// Package export_lback_plugin_policy is the interface to lback; the rule is in the package rule.
// The bindings fix the package's name.
package export_lback_plugin_policy

import (
	. "example.com/my-plugin/bindings/lback_plugin_policy"
	"example.com/my-plugin/bindings/lback_plugin_types"
	. "go.bytecodealliance.org/pkg/wit/types"

	"example.com/my-plugin/rule"
)

func Evaluate(event Event, settings string) Result[Verdict, string] {
	parsed, err := rule.ParseSettings(settings)
	if err != nil {
		// An error says that the policy is broken; lback then blocks. It is never the way to deny.
		return Err[Verdict]("its settings: " + err.Error())
	}
	allow := Ok[Verdict, string](Verdict{Decision: MakeDecisionAllow()})
	if event.Signal.Tag() != lback_plugin_types.SignalAlembicCommandStarted {
		return allow
	}
	started := event.Signal.AlembicCommandStarted()
	reason := rule.WhyNot(started.Command, started.Args, event.Context.Environment.SomeOr(""), parsed)
	if reason == "" {
		return allow
	}
	denial := Denial{
		Code:    "downgrade-in-protected-environment",
		Message: reason,
		Hint:    Some("write a revision that undoes the change, and `lback migrate` it"),
	}
	return Ok[Verdict, string](Verdict{Decision: MakeDecisionDeny([]Denial{denial})})
}
