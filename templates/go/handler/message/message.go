// Package message has the settings and the message in plain Go. Nothing here needs lback, so it can
// be tested anywhere.
package message

import (
	"encoding/json"
	"errors"
	"strings"
)

// Schema is the JSON Schema of the settings.
const Schema = `{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "additionalProperties": false,
  "required": ["url"],
  "properties": {
    "url": { "type": "string", "format": "uri", "description": "Where to post to." },
    "token": { "type": "string", "description": "The name of the secret that is sent as a bearer token." }
  }
}`

type Settings struct {
	// Where to post to.
	Url string `json:"url"`
	// The name of the secret that is sent as a bearer token; empty for none.
	Token string `json:"token"`
}

// ParseSettings reads the JSON of the plugin's settings in `lback.toml`.
func ParseSettings(text string) (Settings, error) {
	var settings Settings
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&settings); err != nil {
		return settings, err
	}
	if settings.Url == "" {
		return settings, errors.New("`url` is missing")
	}
	return settings, nil
}

// Message is what is posted.
type Message struct {
	Id           string  `json:"id"`
	Time         string  `json:"time"`
	Project      string  `json:"project"`
	Environment  *string `json:"environment"`
	Command      string  `json:"command"`
	Outcome      string  `json:"outcome"`
	Milliseconds uint64  `json:"milliseconds"`
}

// Body is the message as JSON.
func (message Message) Body() []byte {
	body, err := json.Marshal(message)
	if err != nil {
		panic(err) // Texts and a number always have a form in JSON.
	}
	return body
}
