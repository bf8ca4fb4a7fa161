//! The defaults of `lback.toml`, each as a value and as the text of its schema.

use std::time::Duration;

use super::value;

pub(super) const HANDLER_GRACE: Duration = Duration::from_secs(10);
pub(super) const HANDLER_GRACE_TEXT: &str = "10s";
pub(super) const LOCK_TIMEOUT: Duration = Duration::from_mins(10);
pub(super) const LOCK_TIMEOUT_TEXT: &str = "10m";
pub(super) const PLAN_TIMEOUT: Duration = Duration::from_mins(2);
pub(super) const PLAN_TIMEOUT_TEXT: &str = "2m";
pub(super) const RETRY_FROM: Duration = Duration::from_secs(1);
pub(super) const RETRY_FROM_TEXT: &str = "1s";
pub(super) const RETRY_TO: Duration = Duration::from_secs(30);
pub(super) const RETRY_TO_TEXT: &str = "30s";
pub(super) const JOURNAL_KEEP: Duration = value::YEAR;
pub(super) const JOURNAL_KEEP_TEXT: &str = "1year";
pub(super) const MEMORY: u64 = 64 * bytesize::MIB;
pub(super) const MEMORY_TEXT: &str = "64MiB";
