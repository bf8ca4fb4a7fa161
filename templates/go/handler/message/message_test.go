package message

import "testing"

func TestTheEndOfACommandIsPosted(t *testing.T) {
	environment := "staging"
	message := Message{"1", "2026-11-22T18:00:00.000Z", "shop", &environment, "upgrade", "completed", 1200}
	expected := `{"id":"1","time":"2026-11-22T18:00:00.000Z","project":"shop","environment":"staging",` +
		`"command":"upgrade","outcome":"completed","milliseconds":1200}`
	if body := string(message.Body()); body != expected {
		t.Error(body)
	}
}

func TestSettingsAreChecked(t *testing.T) {
	if settings, err := ParseSettings(`{"url": "https://example.com"}`); err != nil || settings.Token != "" {
		t.Errorf("%+v %v", settings, err)
	}
	for _, wrong := range []string{`{}`, `{"url": 7}`, `{"url": "https://example.com", "tokn": "A"}`} {
		if _, err := ParseSettings(wrong); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
