//! The raw types of `lback.toml`: the file is deserialised into them, and its JSON Schema is
//! generated from them.
//!
//! Editors show the comments of the fields as descriptions, so they address the author of the file.
//! `value` checks the format of values beyond their types; a pattern here helps editors, and may be
//! more lenient but never stricter.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Spanned, Table};

mod migrate;

use super::defaults;
use crate::model::signal::SignalName;

pub(super) use migrate::{RawMigrate, RawRetryWait};

/// The configuration of lback for a project. The folder of this file is the project's root, in
/// which Alembic runs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "lback.toml")]
pub(super) struct RawConfig {
    pub(super) project: Option<RawProject>,
    /// The environments of the project. With any, a name that isn't among them is an error.
    #[schemars(with = "Option<BTreeMap<String, RawEnvironment>>")]
    pub(super) environments: Option<BTreeMap<Spanned<String>, RawEnvironment>>,
    pub(super) alembic: Option<RawAlembic>,
    pub(super) plan: Option<RawPlan>,
    pub(super) migrate: Option<RawMigrate>,
    pub(super) dispatch: Option<RawDispatch>,
    pub(super) journal: Option<RawJournal>,
    pub(super) registry: Option<RawRegistry>,
    /// The plugins, each in a `[[plugin]]` table. Denials are reported in this order.
    pub(super) plugin: Option<Vec<RawPlugin>>,
}

/// The name and the environment of the project.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawProject {
    /// The name of the project, which plugins receive. Default: the name of the root folder.
    #[schemars(with = "Option<String>", length(min = 1), example = &"shop")]
    pub(super) name: Option<Spanned<String>>,
    /// The environment in which lback runs, unless `LBACK_ENVIRONMENT` or `--environment` names
    /// another. Without one, a policy assumes the strictest.
    #[schemars(with = "Option<String>", length(min = 1), example = &"production")]
    pub(super) environment: Option<Spanned<String>>,
}

/// An environment, and the databases that belong to it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawEnvironment {
    /// The databases of the environment. A run in another environment never changes them, and a run
    /// in this one changes no others. `*` stands for any text. A pattern is matched against
    /// `host:port/name`, `host/name` and `name` of a server's database, and against the path of an
    /// SQLite file, in any letter case. Default: any that isn't in the list of another environment.
    #[schemars(
        with = "Option<Vec<String>>",
        length(min = 1),
        extend("examples" = [["db.prod.example.com/*", "*shop_prod*"]]),
    )]
    pub(super) databases: Option<Vec<Spanned<String>>>,
    /// The time in `[migrate] end-blockers-after` for this environment.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"10m")]
    pub(super) end_blockers_after: Option<Spanned<String>>,
}

/// The program that runs Alembic, its limits and its lock.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAlembic {
    /// The program and its first arguments. Default: the `alembic` of the project's `.venv`, then
    /// of `VIRTUAL_ENV`, then in `PATH`.
    #[schemars(with = "Option<Vec<String>>", length(min = 1), extend("examples" = [["alembic"]]))]
    pub(super) command: Option<Vec<Spanned<String>>>,
    /// The configuration file of Alembic, relative to the root. Default: the one that Alembic
    /// finds.
    #[schemars(with = "Option<String>", length(min = 1), example = &"alembic.ini")]
    pub(super) config: Option<Spanned<String>>,
    /// The time limit of one run of Alembic, after which lback stops it. Default: no limit.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"30m")]
    pub(super) timeout: Option<Spanned<String>>,
    /// Starts Alembic through lback's launcher, which reports steps and heads and acquires the
    /// lock. Without it, Alembic runs exactly as configured.
    #[schemars(extend("default" = true))]
    pub(super) launcher: Option<bool>,
    /// The behaviour of a run that changes a database while another run holds the lock.
    #[schemars(extend("default" = "wait"))]
    pub(super) lock: Option<LockMode>,
    /// The time for which a run waits for the lock, after which it ends with exit code 75.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = defaults::LOCK_TIMEOUT_TEXT),
        example = &"10m",
    )]
    pub(super) lock_timeout: Option<Spanned<String>>,
    /// The keys of Alembic's `-x KEY=VALUE` whose values are no secrets. lback shows them, and
    /// names the database of a run by them. All other values are hidden.
    #[schemars(with = "Option<Vec<String>>", example = &["tenant"])]
    pub(super) show_x: Option<Vec<Spanned<String>>>,
}

/// The analysis of what a migrate or a rollback would do.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPlan {
    /// The time limit of a plan. It doesn't count towards the time-out of a policy: lback makes the
    /// plan once, for all policies that request it.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = defaults::PLAN_TIMEOUT_TEXT),
        example = &"5m",
    )]
    pub(super) timeout: Option<Spanned<String>>,
    /// The file of `lback facts --save`, relative to the root: sizes of the tables in production,
    /// for databases that have none of its rows. It counts where the database of the plan has no
    /// answer, or an empty table.
    #[schemars(with = "Option<String>", length(min = 1), example = &"lback-facts.json")]
    pub(super) facts: Option<Spanned<String>>,
    /// The tables that revisions write, if the analysis can't determine them: one list for each
    /// revision, empty for a revision that writes none. A line `# lback: writes users` in the
    /// script itself has the same effect.
    #[schemars(extend("examples" = [{ "1d2a96c04b5e": ["users", "billing.orders"] }]))]
    pub(super) writes: Option<BTreeMap<String, Vec<String>>>,
}

/// The delivery of signals to plugins.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDispatch {
    /// The time that handlers have after the end of Alembic, after which lback stops them and
    /// exits.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = defaults::HANDLER_GRACE_TEXT),
        example = &"30s",
    )]
    pub(super) handler_grace: Option<Spanned<String>>,
}

/// The record of runs, and of messages that handlers have not accepted yet.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawJournal {
    /// Records runs. Without the journal, a message that a handler could not deliver is lost.
    #[schemars(extend("default" = true))]
    pub(super) enabled: Option<bool>,
    /// The file, relative to the root. Default: a file in lback's folder for state, which all
    /// projects of this user share.
    #[schemars(with = "Option<String>", length(min = 1), example = &".lback/journal.db")]
    pub(super) path: Option<Spanned<String>>,
    /// The time for which a run is kept.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = defaults::JOURNAL_KEEP_TEXT),
        example = &"90days",
    )]
    pub(super) keep: Option<Spanned<String>>,
}

/// The storage of plugins.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRegistry {
    /// A folder, relative to the root, that `lback plugin vendor` fills. lback searches it first,
    /// so that it needs no download.
    #[schemars(with = "Option<String>", length(min = 1), example = &"vendor/plugins")]
    pub(super) vendor: Option<Spanned<String>>,
}

/// A plugin and its permissions.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPlugin {
    /// The name of the plugin, unique in this file, in kebab-case.
    #[schemars(with = "String", length(max = 64), pattern(NAME_PATTERN), example = &"guard")]
    pub(super) name: Spanned<String>,
    /// The source of the component: `builtin:NAME`, a plugin of lback's own; a file, relative to
    /// the root; `https://…`; or `oci://registry/repository:tag`. `lback.lock` has the digest of
    /// its bytes.
    #[schemars(
        with = "String",
        length(min = 1),
        extend("examples" = ["builtin:guard", "plugins/guard.wasm", "oci://registry.example.com/team/guard:1.2.0"]),
    )]
    pub(super) source: Spanned<String>,
    /// The minisign public key that must have signed the component, as `minisign -G` prints it.
    /// With it, lback loads nothing else.
    #[schemars(
        with = "Option<String>",
        pattern(KEY_PATTERN),
        example = &"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
    )]
    pub(super) public_key: Option<Spanned<String>>,
    /// The signals that the plugin receives. Default: those that it requests.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(super) signals: Option<Vec<SignalName>>,
    /// The environments in which the plugin is used. Default: all. In a run without an environment
    /// a policy is used, and a plugin that is only a handler is not.
    #[schemars(
        with = "Option<Vec<String>>",
        length(min = 1),
        extend("uniqueItems" = true),
        extend("examples" = [["production", "staging"]]),
    )]
    pub(super) environments: Option<Vec<Spanned<String>>>,
    /// The effect of the plugin's denials and failures.
    #[schemars(extend("default" = "enforce"))]
    pub(super) mode: Option<PluginMode>,
    /// The reaction to a failure: the plugin is missing, invalid, returns an error or exceeds a
    /// limit. Default: `block` for a policy, `warn` for a handler.
    pub(super) on_error: Option<OnError>,
    /// Allows an operator to set the plugin's denials aside, with `--override` and a reason.
    #[schemars(extend("default" = false))]
    pub(super) allow_override: Option<bool>,
    /// The time limit of one call. Default: that of the plugin's role.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"2s")]
    pub(super) timeout: Option<Spanned<String>>,
    /// The memory limit of one instance, from 1 MiB to 4 GiB.
    #[schemars(
        with = "Option<String>",
        pattern(SIZE_PATTERN),
        extend("default" = defaults::MEMORY_TEXT),
        example = &"64MiB",
    )]
    pub(super) memory: Option<Spanned<String>>,
    pub(super) allow: Option<RawAllow>,
    /// The settings of the plugin, described in its documentation. It receives them as JSON.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub(super) settings: Option<Table>,
}

/// The permissions that are granted to the plugin, of those that it requests. Default: none.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAllow {
    /// The origins to which the plugin may send HTTP requests: scheme, host, and port unless it is
    /// the scheme's default.
    #[schemars(
        with = "Option<Vec<String>>",
        inner(pattern(ORIGIN_PATTERN)),
        extend("uniqueItems" = true),
        extend("examples" = [["https://hooks.slack.com"]]),
    )]
    pub(super) http: Option<Vec<Spanned<String>>>,
    /// The secrets that the plugin may use: names of environment variables.
    #[schemars(
        with = "Option<Vec<String>>",
        inner(pattern(SECRET_PATTERN)),
        extend("uniqueItems" = true),
        extend("examples" = [["SLACK_WEBHOOK_URL"]]),
    )]
    pub(super) secrets: Option<Vec<Spanned<String>>>,
    /// Allows origins at private, loopback and link-local addresses.
    #[schemars(extend("default" = false))]
    pub(super) private: Option<bool>,
}

/// The effect of a plugin's denials and failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PluginMode {
    /// A denial, or a failure that blocks, stops the run.
    #[default]
    Enforce,
    /// Denials and failures are reported, and the run continues.
    Audit,
}

/// The behaviour of a run while another run holds the lock of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LockMode {
    /// The run waits, at most for `lock-timeout`.
    #[default]
    Wait,
    /// The run ends at once, with exit code 75.
    Fail,
    /// The run succeeds without waiting if it has nothing to do, and waits otherwise.
    SkipIfCurrent,
    /// The run acquires no lock and ignores locks of others.
    Off,
}

/// The reaction to the failure of a plugin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnError {
    /// The run ends before Alembic starts. For a handler, this applies to before-signals only.
    Block,
    /// The failure is reported, and the run continues.
    Warn,
}

const DURATION_PATTERN: &str = r"^\s*([0-9][0-9.\s]*[A-Za-zµ]+\s*)+$";
const SIZE_PATTERN: &str = r"^[0-9]+(\.[0-9]+)?\s*([A-Za-z]+)?$";
const NAME_PATTERN: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
const ORIGIN_PATTERN: &str = r"^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@*\\\s]+/?$";
const KEY_PATTERN: &str = r"^RW[A-Za-z0-9+/]{54}$";
const SECRET_PATTERN: &str = "^[A-Za-z_][A-Za-z0-9_]*$";
