// Package rule is the rule in plain Go: nothing here needs lback, so it can be tested anywhere.
package rule

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Schema is the JSON Schema of the settings.
const Schema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "properties": {
    "protect": {
      "type": "array", "items": { "type": "string" }, "default": ["production"],
      "description": "Environments that are never downgraded."
    }
  }
}`

type Settings struct {
	// Environments that are never downgraded.
	Protect []string `json:"protect"`
}

// ParseSettings reads the JSON of the plugin's settings in `lback.toml`.
func ParseSettings(text string) (Settings, error) {
	settings := Settings{Protect: []string{"production"}}
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	return settings, decoder.Decode(&settings)
}

// WhyNot returns the reason for a denial, or nothing if the command is allowed. The environment is
// empty if none is named.
func WhyNot(command string, args []string, environment string, settings Settings) string {
	// `--sql` only prints.
	if command != "downgrade" || slices.Contains(args, "--sql") {
		return ""
	}
	if environment == "" {
		// No environment is named: assume the worst.
		return "`downgrade` is not allowed where no environment is named"
	}
	if slices.Contains(settings.Protect, environment) {
		return fmt.Sprintf("`downgrade` is not allowed in the protected environment `%s`", environment)
	}
	return ""
}
