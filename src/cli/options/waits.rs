//! Options of the commands that change a database: limits of statements, and further attempts.

use std::time::Duration;

use clap::Args;

use crate::config::{MOST_RETRIES, RetryWait, typed_duration};
use crate::session::run_options::WaitOptions;

/// The options that take the place of `[migrate]` in `lback.toml`.
#[derive(Args)]
#[command(next_help_heading = "Waiting for locks")]
pub(in crate::cli) struct WaitArguments {
    /// Let a statement wait for a lock at most this long, as `1s`; overrides `lback.toml`
    #[arg(
        long,
        value_name = "DURATION",
        env = "LBACK_DDL_LOCK_TIMEOUT",
        hide_env_values = true,
        value_parser = typed_duration,
        hide_short_help = true
    )]
    ddl_lock_timeout: Option<Duration>,

    /// Let a statement run at most this long, as `15m`; overrides `lback.toml`
    #[arg(
        long,
        value_name = "DURATION",
        env = "LBACK_STATEMENT_TIMEOUT",
        hide_env_values = true,
        value_parser = typed_duration,
        hide_short_help = true
    )]
    statement_timeout: Option<Duration>,

    /// Try again so many times after a time-out of a lock or a deadlock; overrides `lback.toml`
    #[arg(
        long,
        value_name = "NUMBER",
        env = "LBACK_RETRIES",
        hide_env_values = true,
        value_parser = clap::value_parser!(u32).range(0..=i64::from(MOST_RETRIES)),
        hide_short_help = true
    )]
    retries: Option<u32>,

    /// The first and the longest pause between two attempts, as `1s..30s`; overrides `lback.toml`
    #[arg(
        long,
        value_name = "FROM..TO",
        env = "LBACK_RETRY_WAIT",
        hide_env_values = true,
        value_parser = retry_wait,
        hide_short_help = true
    )]
    retry_wait: Option<RetryWait>,

    /// End the sessions that block a statement for so long, as `10m`; overrides `lback.toml`
    #[arg(
        long,
        value_name = "DURATION",
        env = "LBACK_END_BLOCKERS_AFTER",
        hide_env_values = true,
        value_parser = typed_duration,
        hide_short_help = true
    )]
    end_blockers_after: Option<Duration>,
}

impl From<WaitArguments> for WaitOptions {
    fn from(typed: WaitArguments) -> Self {
        let WaitArguments { ddl_lock_timeout, statement_timeout, retries, retry_wait, end_blockers_after } = typed;
        Self { ddl_lock_timeout, statement_timeout, retries, retry_wait, end_blockers_after }
    }
}

fn retry_wait(text: &str) -> Result<RetryWait, String> {
    let (from, to) = text.split_once("..").ok_or("write two durations, as `1s..30s`")?;
    let (from, to) = (typed_duration(from)?, typed_duration(to)?);
    if from > to {
        Err("the first pause is longer than the longest one".to_owned())
    } else {
        Ok(RetryWait { from, to })
    }
}
