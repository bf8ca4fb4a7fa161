//! The settings of lint; `settings.schema.json` is generated from these types.

use std::collections::BTreeMap;

use plugin_kit::pattern::Pattern;
use plugin_kit::settings::SettingsError;
use plugin_kit::table_size::SizeLimit;
use serde::Deserialize;

use crate::rules::{RULES, Rule};

/// The settings of lint.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Settings {
    /// The size up to which a table is a small one: its rows are read or written in moments, so
    /// rules about such work are silent.
    #[cfg_attr(test, schemars(extend("default" = { "rows": 100_000, "bytes": "100MiB" })))]
    pub(crate) small_tables: SizeLimit,
    /// The severities of rules, by their codes. Rules that aren't listed keep their defaults.
    pub(crate) rules: BTreeMap<String, Severity>,
    /// The highest severity: `warn` denies nothing.
    pub(crate) at_most: Severity,
    /// The severities in some environments, in addition to the ones above. Where several match, the
    /// last one counts.
    pub(crate) environments: Vec<EnvironmentRules>,
    /// The commands that lint is about.
    #[cfg_attr(test, schemars(extend("minItems" = 1)))]
    pub(crate) on: Vec<Direction>,
    /// The result where there is no plan.
    pub(crate) unavailable: Unavailable,
}

/// The severities in some environments.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EnvironmentRules {
    /// The environments. Case doesn't count; `*` and `?` are wildcards, as in `dev-*`.
    #[cfg_attr(test, schemars(extend("minItems" = 1)))]
    pub(crate) names: Vec<Pattern>,
    /// The severities of rules, by their codes.
    #[serde(default)]
    pub(crate) rules: BTreeMap<String, Severity>,
    /// The highest severity there.
    #[serde(default)]
    pub(crate) at_most: Option<Severity>,
}

/// The effect of a rule's finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Severity {
    /// The rule is not evaluated.
    Off,
    /// A warning.
    Warn,
    /// The run is denied.
    Deny,
}

/// A command that has a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Direction {
    Upgrade,
    Downgrade,
}

/// The result where there is no plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Unavailable {
    #[default]
    Deny,
    Warn,
}

impl Default for Settings {
    fn default() -> Self {
        let bytes = plugin_kit::byte_size::ByteSize(100 << 20);
        Self {
            small_tables: SizeLimit { rows: Some(100_000), bytes: Some(bytes) },
            rules: BTreeMap::new(),
            at_most: Severity::Deny,
            environments: Vec::new(),
            on: vec![Direction::Upgrade],
            unavailable: Unavailable::Deny,
        }
    }
}

impl Settings {
    /// Parses the settings, and checks the names of rules.
    pub(crate) fn parse(json: &str) -> Result<Self, SettingsError> {
        let settings: Self = plugin_kit::settings::parse(json)?;
        check_rules("rules", &settings.rules)?;
        if settings.small_tables.rows.is_none() && settings.small_tables.bytes.is_none() {
            return Err(SettingsError::at("small-tables", "it needs `rows` or `bytes`"));
        }
        if settings.on.is_empty() {
            return Err(SettingsError::at("on", "an empty list is about nothing"));
        }
        for (n, of) in settings.environments.iter().enumerate() {
            check_rules(&format!("environments[{n}].rules"), &of.rules)?;
            if of.names.is_empty() {
                return Err(SettingsError::at(format!("environments[{n}].names"), "an empty list is about nothing"));
            }
            if of.rules.is_empty() && of.at_most.is_none() {
                return Err(SettingsError::at(
                    format!("environments[{n}]"),
                    "it changes nothing: it needs `rules` or `at-most`",
                ));
            }
        }
        Ok(settings)
    }

    /// Returns the severity of a rule in an environment.
    pub(crate) fn severity(&self, rule: &Rule, environment: Option<&str>) -> Severity {
        let mut severity = self.rules.get(rule.code).copied().unwrap_or(rule.severity);
        let mut at_most = self.at_most;
        let name = environment.unwrap_or_default();
        let here =
            |of: &&EnvironmentRules| environment.is_some() && of.names.iter().any(|pattern| pattern.matches(name));
        for of in self.environments.iter().filter(here) {
            severity = of.rules.get(rule.code).copied().unwrap_or(severity);
            at_most = of.at_most.unwrap_or(at_most);
        }
        severity.min(at_most)
    }
}

fn check_rules(path: &str, rules: &BTreeMap<String, Severity>) -> Result<(), SettingsError> {
    match rules.keys().find(|code| RULES.iter().all(|rule| rule.code != code.as_str())) {
        None => Ok(()),
        Some(code) => Err(SettingsError::at(format!("{path}.{code}"), "lint has no rule of this name")),
    }
}

#[cfg(test)]
mod tests;
