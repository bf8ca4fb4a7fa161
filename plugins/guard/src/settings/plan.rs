//! Rules about what would be done: the denied effects of a plan, the commands and the environments.

use plugin_kit::pattern::Pattern;
use plugin_kit::settings::SettingsError;
use plugin_kit::table_size::SizeLimit;
use serde::Deserialize;

/// The limits for the plan of an upgrade or a downgrade.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PlanRules {
    /// The kinds of effects that are denied anywhere in a plan.
    #[serde(default)]
    pub(crate) deny: Vec<Kind>,
    /// The size up to which a table is left out of `locks`, `rewrites` and `scans`. Default: none
    /// is.
    #[serde(default)]
    pub(crate) above: Option<SizeLimit>,
    /// The tables that may not be written to: neither their schema nor their rows. `users` is a
    /// table of this name in any schema, `billing.*` all of a schema. The wildcards of `protect`
    /// apply.
    #[serde(default)]
    pub(crate) tables: Vec<Pattern>,
    /// The most revisions that one run may apply or revert. Default: any number.
    #[serde(default)]
    pub(crate) max_steps: Option<u32>,
    /// The commands that these rules apply to. Default: both.
    #[serde(default = "both")]
    #[cfg_attr(test, schemars(extend("minItems" = 1)))]
    pub(crate) on: Vec<Direction>,
    /// The environments that these rules apply to, as in `protect`. Default: those of `protect`.
    #[serde(default)]
    #[cfg_attr(test, schemars(extend("minItems" = 1)))]
    pub(crate) environments: Option<Vec<Pattern>>,
    /// The result where there is no plan. Default: the run is denied, since its effects are
    /// unknown.
    #[serde(default)]
    pub(crate) unavailable: Unavailable,
    /// False if no comment in a script may set a finding of these rules aside. Default: a comment
    /// `# lback: allow CODE until DATE: REASON` may.
    #[serde(default = "yes")]
    pub(crate) accept_comments: bool,
}

fn yes() -> bool {
    true
}

/// A kind of effect that a plan may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Kind {
    /// Dropped tables and columns.
    Drops,
    /// Changes that lose data: dropped tables and columns, deleted rows, types that hold less.
    Destructive,
    /// Rows that are inserted, updated or deleted.
    Data,
    /// An upgrade that can't be reverted; a downgrade that fails, or undoes nothing.
    Irreversible,
    /// Locks under which others can't read a table, even for a moment, such as `ACCESS EXCLUSIVE`
    /// of PostgreSQL.
    Locks,
    /// Changes for which all rows of a table are written anew.
    Rewrites,
    /// Changes that block writers while all rows of a table are read.
    Scans,
    /// Objects that `upgrade()` creates and `downgrade()` leaves behind, so that the next upgrade
    /// fails.
    Leftovers,
    /// A revision whose effects the plan doesn't have completely.
    Incomplete,
    /// Revisions that don't change the table being rolled back, and must go with one that does.
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

/// The result where there is no plan.
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
    /// Checks the rules that involve several keys. `path` is the path of the table.
    pub(super) fn check(&self, path: &str) -> Result<(), SettingsError> {
        if self.deny.is_empty() && self.tables.is_empty() && self.max_steps.is_none() {
            return Err(SettingsError::at(path, "it denies nothing: it needs `deny`, `tables` or `max-steps`"));
        }
        let about_size = |kind: &Kind| matches!(kind, Kind::Locks | Kind::Rewrites | Kind::Scans);
        if let Some(above) = &self.above {
            if !self.deny.iter().any(about_size) {
                let path = format!("{path}.above");
                return Err(SettingsError::at(path, "only `locks`, `rewrites` and `scans` in `deny` go by sizes"));
            }
            if above.rows.is_none() && above.bytes.is_none() {
                return Err(SettingsError::at(format!("{path}.above"), "it needs `rows` or `bytes`"));
            }
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
