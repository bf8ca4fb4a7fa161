//! `[migrate]`: how migrations wait for locks, and what they do with what earlier ones left.

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::DURATION_PATTERN;
use crate::config::defaults;

/// The waits of migrations for locks, and the attempts after one that timed out.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::config) struct RawMigrate {
    /// The time for which a statement of a migration may wait for a lock. A statement that waits
    /// lets others use the table first. Default: that of the database.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"1s")]
    pub(in crate::config) ddl_lock_timeout: Option<Spanned<String>>,
    /// The time for which a statement of a migration may run. Default: that of the database.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"15m")]
    pub(in crate::config) statement_timeout: Option<Spanned<String>>,
    /// The number of further attempts after a time-out of a lock or a deadlock, up to 1000. lback
    /// tries again only if no step is half done.
    #[schemars(with = "Option<u32>", extend("default" = 0), example = &30)]
    pub(in crate::config) retries: Option<Spanned<i64>>,
    pub(in crate::config) retry_wait: Option<RawRetryWait>,
    /// The time of a wait for a lock, over all attempts, after which lback ends the sessions that
    /// block it, on PostgreSQL. Default: never.
    #[schemars(with = "Option<String>", pattern(DURATION_PATTERN), example = &"10m")]
    pub(in crate::config) end_blockers_after: Option<Spanned<String>>,
    /// Drops an invalid index of PostgreSQL, which a failed `CREATE INDEX CONCURRENTLY` has left,
    /// before a migration creates the index of its name.
    #[schemars(with = "Option<bool>", extend("default" = false))]
    pub(in crate::config) drop_invalid_indexes: Option<bool>,
}

/// The pauses between two attempts. Each is twice as long as the one before, less up to a half.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::config) struct RawRetryWait {
    /// The first pause.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = defaults::RETRY_FROM_TEXT),
        example = &"1s",
    )]
    pub(in crate::config) from: Option<Spanned<String>>,
    /// The longest pause.
    #[schemars(
        with = "Option<String>",
        pattern(DURATION_PATTERN),
        extend("default" = defaults::RETRY_TO_TEXT),
        example = &"30s",
    )]
    pub(in crate::config) to: Option<Spanned<String>>,
}
