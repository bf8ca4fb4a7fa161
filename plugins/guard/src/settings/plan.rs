//! Rules about what would be done: what of a plan is denied, in which direction, and where.

use plugin_kit::pattern::Pattern;
use plugin_kit::settings::SettingsError;
use serde::Deserialize;

/// What is not to be done, as the plan of an upgrade or a downgrade says it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PlanRules {
    /// What is denied, wherever a plan has it.
    #[serde(default)]
    pub(crate) deny: Vec<Kind>,
    /// Tables that are not written to: neither their schema nor their rows. `users` is a table of this name in any schema, `billing.*` all of a
    /// schema. Wildcards as above.
    #[serde(default)]
    pub(crate) tables: Vec<Pattern>,
    /// How many revisions may be applied or reverted in one run. Default: any number.
    #[serde(default)]
    pub(crate) max_steps: Option<u32>,
    /// The commands that this is about. Default: both.
    #[serde(default = "both")]
    #[cfg_attr(test, schemars(extend("minItems" = 1)))]
    pub(crate) on: Vec<Direction>,
    /// The environments that this is about, as in `protect`. Default: those of `protect`.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("minItems" = 1)))]
    pub(crate) environments: Option<Vec<Pattern>>,
    /// What follows where there is no plan. Default: it is denied, since nobody knows what would be done.
    #[serde(default)]
    pub(crate) unavailable: Unavailable,
}

/// A kind of thing that a plan may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Kind {
    /// Dropped tables and columns.
    Drops,
    /// Everything that loses data: dropped tables and columns, deleted rows, types that hold less.
    Destructive,
    /// Rows that are inserted, updated or deleted.
    Data,
    /// An upgrade that can't be reverted; a downgrade that fails, or undoes nothing.
    Irreversible,
    /// A revision of which the plan can't tell everything.
    Incomplete,
    /// In the rollback of a table: revisions that don't change it, and must go with one that does.
    Collateral,
}

/// A command that has a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Direction {
    Upgrade,
    Downgrade,
}

/// What follows where there is no plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Unavailable {
    #[default]
    Deny,
    Warn,
}

fn both() -> Vec<Direction> {
    vec![Direction::Upgrade, Direction::Downgrade]
}

impl PlanRules {
    /// What only shows when keys are seen together. `path` is where the table stands.
    pub(super) fn check(&self, path: &str) -> Result<(), SettingsError> {
        if self.deny.is_empty() && self.tables.is_empty() && self.max_steps.is_none() {
            return Err(SettingsError::at(path, "it denies nothing: it needs `deny`, `tables` or `max-steps`"));
        }
        for (key, is_empty) in
            [("on", self.on.is_empty()), ("environments", self.environments.as_ref().is_some_and(Vec::is_empty))]
        {
            if is_empty {
                return Err(SettingsError::at(format!("{path}.{key}"), "an empty list is about nothing"));
            }
        }
        Ok(())
    }
}
