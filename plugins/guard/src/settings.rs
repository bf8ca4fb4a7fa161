//! The settings of guard; `settings.schema.json` is generated from these types.

mod plan;

pub(crate) use plan::{Direction, Kind, PlanRules, Unavailable};

use plugin_kit::one_or_many::OneOrMany;
use plugin_kit::pattern::Pattern;
use plugin_kit::settings::SettingsError;
use regex_lite::Regex;
use serde::Deserialize;

use crate::time::{ClockTime, Days, Moment, Zone};

/// The settings of guard.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Settings {
    /// The environments to protect. Case doesn't count; `*` and `?` are wildcards, as in `prod-*`.
    /// A run without an environment counts as protected, unless this list is empty.
    pub(crate) protect: Vec<Pattern>,
    /// The Alembic commands that are denied in protected environments, such as `downgrade`,
    /// `stamp`, `upgrade`. The wildcards of `protect` apply.
    pub(crate) deny: Vec<Pattern>,
    /// The time zone of `allowed-hours` and `freeze` where they don't set their own. Default: UTC.
    #[cfg_attr(test, schemars(with = "String", extend("default" = "UTC", "examples" = ["Europe/Berlin"])))]
    pub(crate) time_zone: Zone,
    /// The hours in which commands that change the database may run in protected environments: one
    /// window, or a list of them. Default: at any time.
    #[cfg_attr(test, schemars(default))]
    pub(crate) allowed_hours: OneOrMany<Window>,
    /// The periods in which no command that changes the database may run in protected environments:
    /// one freeze, or a list of them.
    #[cfg_attr(test, schemars(default))]
    pub(crate) freeze: OneOrMany<Freeze>,
    /// The limits of an upgrade or a downgrade: one table, or a list of them for different commands
    /// or environments.
    #[cfg_attr(test, schemars(default))]
    pub(crate) plan: OneOrMany<PlanRules>,
    /// A regular expression that the message of each new revision must match, in every environment.
    /// It may match any part of the message; anchor it with `^` and `$` to match all of it.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "regex")))]
    pub(crate) message_pattern: Option<MessagePattern>,
    /// A hint for messages that don't match, such as an example of one that does.
    pub(crate) message_hint: Option<String>,
    /// The contact for questions, such as `#database on Slack`; a part of each hint.
    pub(crate) contact: Option<String>,
    /// A page with more information, shown with each denial.
    #[cfg_attr(test, schemars(with = "Option<String>", extend("format" = "uri", "pattern" = "^https?://")))]
    pub(crate) runbook_url: Option<WebUrl>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            protect: vec!["production".into(), "prod".into()],
            deny: vec!["downgrade".into(), "stamp".into()],
            time_zone: Zone::default(),
            allowed_hours: OneOrMany::default(),
            freeze: OneOrMany::default(),
            plan: OneOrMany::default(),
            message_pattern: None,
            message_hint: None,
            contact: None,
            runbook_url: None,
        }
    }
}

impl Settings {
    /// Parses the settings, and checks the rules that involve several keys.
    pub(crate) fn parse(json: &str) -> Result<Self, SettingsError> {
        let settings: Self = plugin_kit::settings::parse(json)?;
        for (n, window) in settings.allowed_hours.iter().enumerate() {
            if window.from == window.to {
                let reason = "`from` and `to` are the same time; for a whole day write `00:00` and `24:00`";
                return Err(SettingsError::at(format!("allowed-hours[{n}]"), reason));
            }
            if window.from == ClockTime::END_OF_DAY {
                return Err(SettingsError::at(
                    format!("allowed-hours[{n}].from"),
                    "a window that begins at 24:00 begins at `00:00`",
                ));
            }
        }
        for (n, rules) in settings.plan.iter().enumerate() {
            rules.check(&format!("plan[{n}]"))?;
        }
        for (n, freeze) in settings.freeze.iter().enumerate() {
            let zone = freeze.zone(&settings);
            let begin =
                freeze.from.begin(zone).map_err(|error| SettingsError::at(format!("freeze[{n}].from"), error))?;
            let end = freeze.to.end(zone).map_err(|error| SettingsError::at(format!("freeze[{n}].to"), error))?;
            if end <= begin {
                let reason = format!("`{}` isn't after `from`, `{}`", freeze.to, freeze.from);
                return Err(SettingsError::at(format!("freeze[{n}].to"), reason));
            }
        }
        Ok(settings)
    }
}

/// A window of time in the week.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Window {
    /// The days on which the window begins, such as `["mon-fri"]` or `["mon", "wed"]`. Default:
    /// every day.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<String>", extend("minItems" = 1, "examples" = [["mon-fri"]])))]
    pub(crate) days: Days,
    /// The start of the window, such as `09:00`.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = r"^([01]\d|2[0-3]):[0-5]\d$")))]
    pub(crate) from: ClockTime,
    /// The end of the window, such as `17:00`; at most `24:00`. Before `from`: on the next day.
    #[cfg_attr(test, schemars(with = "String", regex(pattern = r"^(([01]\d|2[0-3]):[0-5]\d|24:00)$")))]
    pub(crate) to: ClockTime,
    /// The time zone. Default: `time-zone` of the settings.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) time_zone: Option<Zone>,
}

/// A period in which no change is allowed.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Freeze {
    /// The first day of the freeze, or the date and time at which it begins.
    #[cfg_attr(test, schemars(with = "String", extend("examples" = ["2026-12-20", "2026-12-20T18:00"])))]
    pub(crate) from: Moment,
    /// The last day of the freeze, or the date and time at which it ends.
    #[cfg_attr(test, schemars(with = "String", extend("examples" = ["2027-01-03", "2027-01-04T08:00"])))]
    pub(crate) to: Moment,
    /// The reason, such as `end of the year`; a part of the denial's message.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// The time zone. Default: `time-zone` of the settings.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Option<String>"))]
    pub(crate) time_zone: Option<Zone>,
}

impl Freeze {
    pub(crate) fn zone<'a>(&'a self, settings: &'a Settings) -> &'a Zone {
        self.time_zone.as_ref().unwrap_or(&settings.time_zone)
    }
}

impl Window {
    pub(crate) fn zone<'a>(&'a self, settings: &'a Settings) -> &'a Zone {
        self.time_zone.as_ref().unwrap_or(&settings.time_zone)
    }
}

/// A regular expression, compiled once per call.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct MessagePattern(Regex);

impl MessagePattern {
    pub(crate) fn is_match(&self, message: &str) -> bool {
        self.0.is_match(message)
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl TryFrom<String> for MessagePattern {
    type Error = String;

    fn try_from(pattern: String) -> Result<Self, String> {
        Regex::new(&pattern).map(Self).map_err(|error| format!("`{pattern}` is no regular expression: {error}"))
    }
}

/// An address for a browser.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct WebUrl(String);

impl WebUrl {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for WebUrl {
    type Error = String;

    fn try_from(url: String) -> Result<Self, String> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        if rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace)) {
            Ok(Self(url))
        } else {
            Err(format!("`{url}` is no web address: it begins with `https://` or `http://`"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_is_current() {
        let schema = schemars::schema_for!(Settings);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/settings.schema.json");
        generated_files::assert_current(path.as_ref(), &text);
    }

    #[test]
    fn defaults() {
        let settings = Settings::parse("{}").unwrap();
        assert_eq!(settings.protect, ["production".into(), "prod".into()]);
        assert_eq!(settings.deny, ["downgrade".into(), "stamp".into()]);
        assert_eq!(settings.time_zone, Zone::default());
        assert!(settings.allowed_hours.is_empty() && settings.freeze.is_empty() && settings.plan.is_empty());
        assert!(settings.message_pattern.is_none());
    }

    #[test]
    fn a_complaint_names_key_and_reason() {
        for (json, complaint) in [
            (r#"{"protekt": []}"#, "`protekt`: unknown field `protekt`, expected one of `protect`, `deny`"),
            (r#"{"protect": "production"}"#, "`protect`: invalid type: string \"production\", expected a sequence"),
            (r#"{"protect": ["a", ""]}"#, "`protect[1]`: an empty name matches nothing"),
            (r#"{"time-zone": "Berlin"}"#, "`time-zone`: there is no time zone `Berlin`"),
            (
                r#"{"allowed-hours": {"from": "9", "to": "17:00"}}"#,
                "`allowed-hours.from`: `9` is no time of day: write it as `09:00`, at most `24:00`",
            ),
            (r#"{"allowed-hours": [{"from": "09:00"}]}"#, "`allowed-hours[0]`: missing field `to`"),
            (
                r#"{"allowed-hours": [{"from": "09:00", "to": "10:00", "days": ["mo"]}]}"#,
                "`allowed-hours[0].days`: there is no day `mo`",
            ),
            (
                r#"{"allowed-hours": {"from": "09:00", "to": "17:00", "time-zone": "Mars/Olympus"}}"#,
                "`allowed-hours.time-zone`: there is no time zone `Mars/Olympus`",
            ),
            (
                r#"{"allowed-hours": [{"from": "09:00", "to": "09:00"}]}"#,
                "`allowed-hours[0]`: `from` and `to` are the same time",
            ),
            (
                r#"{"allowed-hours": [{"from": "24:00", "to": "09:00"}]}"#,
                "`allowed-hours[0].from`: a window that begins",
            ),
            (r#"{"freeze": [{"from": "2026-12-20", "to": "Xmas"}]}"#, "`freeze[0].to`: `Xmas` is no date"),
            (
                r#"{"freeze": [{"from": "2026-12-20", "to": "2026-12-19"}]}"#,
                "`freeze[0].to`: `2026-12-19` isn't after `from`, `2026-12-20`",
            ),
            (r#"{"freeze": [{"from": "2026-12-20", "to": "9999-12-31"}]}"#, "`freeze[0].to`: "),
            (r#"{"plan": {"deny": ["drop"]}}"#, "`plan.deny[0]`: unknown variant `drop`, expected one of `drops`"),
            (r#"{"plan": {"denny": []}}"#, "`plan.denny`: unknown field `denny`"),
            (
                r#"{"plan": {"on": ["upgrade"]}}"#,
                "`plan[0]`: it denies nothing: it needs `deny`, `tables` or `max-steps`",
            ),
            (r#"{"plan": [{"max-steps": 1}, {"tables": [""]}]}"#, "`plan[1].tables[0]`: an empty name"),
            (r#"{"plan": {"deny": ["data"], "on": []}}"#, "`plan[0].on`: an empty list is about nothing"),
            (r#"{"plan": {"max-steps": 1, "environments": []}}"#, "`plan[0].environments`: an empty list"),
            (r#"{"message-pattern": "("}"#, "`message-pattern`: `(` is no regular expression"),
            (r#"{"runbook-url": "wiki/db"}"#, "`runbook-url`: `wiki/db` is no web address"),
        ] {
            let error = Settings::parse(json).unwrap_err().to_string();
            assert!(error.starts_with(&format!("wrong settings: {complaint}")), "{json}\n{error}");
        }
    }

    #[test]
    fn a_single_day_is_a_freeze() {
        assert!(Settings::parse(r#"{"freeze": {"from": "2026-12-24", "to": "2026-12-24"}}"#).is_ok());
    }
}
