package rule

import "testing"

func TestADowngradeIsDeniedWhereItIsProtected(t *testing.T) {
	settings := Settings{Protect: []string{"production"}}
	for _, c := range []struct {
		command, arg, environment string
		denied                    bool
	}{
		{"downgrade", "-1", "production", true},
		{"downgrade", "-1", "", true},
		{"downgrade", "-1", "development", false},
		{"upgrade", "head", "production", false},
		{"downgrade", "--sql", "production", false},
	} {
		if denied := WhyNot(c.command, []string{c.arg}, c.environment, settings) != ""; denied != c.denied {
			t.Errorf("%+v: denied %t", c, denied)
		}
	}
}

func TestSettingsAreChecked(t *testing.T) {
	settings, err := ParseSettings(`{}`)
	if err != nil || len(settings.Protect) != 1 || settings.Protect[0] != "production" {
		t.Errorf("%+v %v", settings, err)
	}
	for _, wrong := range []string{`{"protect": 7}`, `{"protect": [7]}`, `{"protct": []}`} {
		if _, err := ParseSettings(wrong); err == nil {
			t.Errorf("%s is taken", wrong)
		}
	}
}
