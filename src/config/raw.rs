//! What may be typed into `lback.toml`: the types that the file is read into, and that its JSON
//! Schema is generated from.
//!
//! The comments of the fields are the descriptions that editors show, so they speak to the person
//! who writes the file. What a value must look like beyond its type is checked in `value`; a
//! pattern here helps editors and may be more lenient, never stricter.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::{Spanned, Table};

use super::resolve;
use crate::model::event::SignalName;

/// What lback does in this project. The folder of this file is the project's root, and the one in
/// which Alembic runs.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "lback.toml")]
pub(super) struct RawConfig {
    pub(super) project: Option<RawProject>,
    pub(super) alembic: Option<RawAlembic>,
    pub(super) plan: Option<RawPlan>,
    pub(super) dispatch: Option<RawDispatch>,
    pub(super) journal: Option<RawJournal>,
    pub(super) registry: Option<RawRegistry>,
    /// The plugins, each with a `[[plugin]]` of its own. Denials are reported in this order.
    pub(super) plugin: Option<Vec<RawPlugin>>,
}

/// What the project is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawProject {
    /// The project's name, as plugins are told it. Default: the name of the root folder.
    #[schemars(with = "Option<String>", length(min = 1), example = &"shop")]
    pub(super) name: Option<Spanned<String>>,
    /// The environment that lback runs in, unless `LBACK_ENVIRONMENT` or `--environment` says
    /// otherwise. Without one, a policy assumes the worst.
    #[schemars(with = "Option<String>", length(min = 1), example = &"production")]
    pub(super) environment: Option<Spanned<String>>,
}

/// How Alembic is run.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAlembic {
    /// The program and its first arguments. Default: the `alembic` of the project's `.venv`, then
    /// of `VIRTUAL_ENV`, then on `PATH`.
    #[schemars(with = "Option<Vec<String>>", length(min = 1), extend("examples" = [["alembic"]]))]
    pub(super) command: Option<Vec<Spanned<String>>>,
    /// Alembic's configuration file, relative to the root. Default: the one that Alembic finds.
    #[schemars(with = "Option<String>", length(min = 1), example = &"alembic.ini")]
    pub(super) config: Option<Spanned<String>>,
    /// How long one run of Alembic may take; then it is stopped. Default: no limit.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"30m")]
    pub(super) timeout: Option<Spanned<String>>,
    /// Whether Alembic is started through lback's launcher, which reports steps and heads and takes
    /// the lock. Without it, Alembic runs just as it is typed.
    #[schemars(extend("default" = true))]
    pub(super) launcher: Option<bool>,
    /// What a run that changes a database does while another one holds its lock.
    #[schemars(extend("default" = "wait"))]
    pub(super) lock: Option<LockMode>,
    /// How long a run waits for the lock; then it ends with exit code 75.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = resolve::LOCK_TIMEOUT_TEXT),
        example = &"10m",
    )]
    pub(super) lock_timeout: Option<Spanned<String>>,
}

/// How it is found out what a migrate or a rollback would do.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPlan {
    /// How long it may take. The time isn't a policy's: the plan is made once, for all that ask for
    /// it.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = resolve::PLAN_TIMEOUT_TEXT),
        example = &"5m",
    )]
    pub(super) timeout: Option<Spanned<String>>,
    /// The tables that revisions write, where the analysis can't tell: a list for each revision,
    /// empty for one that writes none. A line `# lback: writes users` in the script itself says the
    /// same.
    #[schemars(extend("examples" = [{ "1d2a96c04b5e": ["users", "billing.orders"] }]))]
    pub(super) writes: Option<BTreeMap<String, Vec<String>>>,
}

/// How signals are handed to plugins.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawDispatch {
    /// How long handlers may still take once Alembic has ended; then they are stopped, and lback
    /// exits.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = resolve::HANDLER_GRACE_TEXT),
        example = &"30s",
    )]
    pub(super) handler_grace: Option<Spanned<String>>,
}

/// The record of what was run, and of what handlers still have to hear.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawJournal {
    /// Whether runs are recorded. Without it, a message that a handler could not deliver is lost.
    #[schemars(extend("default" = true))]
    pub(super) enabled: Option<bool>,
    /// The file, relative to the root. Default: one in lback's folder for state, which all projects
    /// of this user share.
    #[schemars(with = "Option<String>", length(min = 1), example = &".lback/journal.db")]
    pub(super) path: Option<Spanned<String>>,
    /// How long a run is kept.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = resolve::JOURNAL_KEEP_TEXT),
        example = &"90days",
    )]
    pub(super) keep: Option<Spanned<String>>,
}

/// Where plugins are kept.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawRegistry {
    /// A folder, relative to the root, that `lback plugin vendor` has filled. Plugins are looked
    /// for in it first, so that nothing need be fetched.
    #[schemars(with = "Option<String>", length(min = 1), example = &"vendor/plugins")]
    pub(super) vendor: Option<Spanned<String>>,
}

/// A plugin, and what it may do.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPlugin {
    /// Its name here, in kebab-case. No two have the same.
    #[schemars(with = "String", length(max = 64), pattern(NAME_PATTERN), example = &"guard")]
    pub(super) name: Spanned<String>,
    /// Where the component comes from: a file, relative to the root; `https://…`; or
    /// `oci://registry/repository:tag`. What it is by its bytes stands in `lback.lock`.
    #[schemars(
        with = "String",
        length(min = 1),
        extend("examples" = ["plugins/guard.wasm", "oci://registry.example.com/team/guard:1.2.0"]),
    )]
    pub(super) source: Spanned<String>,
    /// The public key of minisign that its signature is verified with, as `minisign -G` prints it.
    /// With it, nothing else is loaded.
    #[schemars(
        with = "Option<String>",
        pattern(KEY_PATTERN),
        example = &"RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3",
    )]
    pub(super) public_key: Option<Spanned<String>>,
    /// The signals that it gets. Default: those that the plugin itself asks for.
    #[schemars(length(min = 1), extend("uniqueItems" = true))]
    pub(super) signals: Option<Vec<SignalName>>,
    /// Whether it can stop a run.
    #[schemars(extend("default" = "enforce"))]
    pub(super) mode: Option<PluginMode>,
    /// What happens if it fails: it breaks, is missing, or runs into a limit. Default: `block` for
    /// a policy, `warn` for a handler.
    pub(super) on_error: Option<OnError>,
    /// Whether a person may go on against it with `--override` and a reason.
    #[schemars(extend("default" = false))]
    pub(super) allow_override: Option<bool>,
    /// How long one call of it may take. Default: what lback gives to a plugin of its kind.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"2s")]
    pub(super) timeout: Option<Spanned<String>>,
    /// How much memory one instance of it may use: from 1 MiB to 4 GiB.
    #[schemars(
        with = "Option<String>",
        pattern(SIZE_PATTERN),
        extend("default" = resolve::MEMORY_TEXT),
        example = &"64MiB",
    )]
    pub(super) memory: Option<Spanned<String>>,
    pub(super) allow: Option<RawAllow>,
    /// The plugin's own settings, as its documentation names them. It gets them as JSON.
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    pub(super) settings: Option<Table>,
}

/// What the plugin is granted, of what it asks for. Default: nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawAllow {
    /// Where it may send HTTP requests to: scheme, host, and port unless it is the scheme's own.
    #[schemars(
        with = "Option<Vec<String>>",
        inner(pattern(ORIGIN_PATTERN)),
        extend("uniqueItems" = true),
        extend("examples" = [["https://hooks.slack.com"]]),
    )]
    pub(super) http: Option<Vec<Spanned<String>>>,
    /// The secrets that it may use: names of environment variables.
    #[schemars(
        with = "Option<Vec<String>>",
        inner(pattern(SECRET_PATTERN)),
        extend("uniqueItems" = true),
        extend("examples" = [["SLACK_WEBHOOK_URL"]]),
    )]
    pub(super) secrets: Option<Vec<Spanned<String>>>,
    /// Whether the origins may be at private, loopback and link-local addresses.
    #[schemars(extend("default" = false))]
    pub(super) private: Option<bool>,
}

/// Whether a plugin can stop a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PluginMode {
    /// A denial, or a failure that blocks, stops the run.
    #[default]
    Enforce,
    /// Whatever would stop the run is reported, and the run goes on.
    Audit,
}

/// What a run does while another one holds the database's lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum LockMode {
    /// It waits, for as long as `lock-timeout` says.
    #[default]
    Wait,
    /// It ends at once, with exit code 75.
    Fail,
    /// It succeeds without waiting if there is nothing for it to do, and waits otherwise.
    SkipIfCurrent,
    /// It takes no lock and heeds none.
    Off,
}

/// What the failure of a plugin does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OnError {
    /// The run is stopped before Alembic starts. For a handler this holds for before-signals alone.
    Block,
    /// It is reported, and the run goes on.
    Warn,
}

const DURATION_PATTERN: &str = r"^\s*([0-9][0-9.\s]*[A-Za-zµ]+\s*)+$";
const SIZE_PATTERN: &str = r"^[0-9]+(\.[0-9]+)?\s*([A-Za-z]+)?$";
const NAME_PATTERN: &str = "^[a-z][a-z0-9]*(-[a-z0-9]+)*$";
const ORIGIN_PATTERN: &str = r"^[Hh][Tt][Tt][Pp][Ss]?://[^/?#@*\\\s]+/?$";
const KEY_PATTERN: &str = r"^RW[A-Za-z0-9+/]{54}$";
const SECRET_PATTERN: &str = "^[A-Za-z_][A-Za-z0-9_]*$";
