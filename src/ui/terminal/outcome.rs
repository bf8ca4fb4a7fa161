//! How the end of a run is told. Alembic's own failures speak for themselves: its output has been shown.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::Duration;

use super::message::{error, hint};
use crate::alembic::{LockFailure, StopRequest};
use crate::dispatch::{BlockReason, Blocked};
use crate::migration::{HeldLock, Outcome, PlanDrift, RunResult};
use crate::ui::terminal::database_state::{heads, show_databases};

/// How a run ended, and where the databases stand if it didn't succeed.
pub(crate) fn show_result(RunResult { outcome, databases, unseen }: &RunResult) {
    show_outcome(outcome);
    match outcome {
        Outcome::Completed | Outcome::Locked(_) | Outcome::Ambiguous(_) | Outcome::Drifted(_) => {}
        // Where no migration was begun, Alembic has said all there is to say.
        Outcome::Failed { .. } => show_databases(databases.iter().filter(|database| !database.steps.is_empty())),
        _ => show_databases(databases),
    }
    if *unseen && matches!(outcome, Outcome::TimedOut(_) | Outcome::Interrupted(_)) {
        hint("see with `lback alembic current` which revision the database is at before you run it again");
    }
}

fn show_outcome(outcome: &Outcome) {
    match outcome {
        Outcome::Completed | Outcome::Failed { .. } => {}
        Outcome::Locked(locked) => show_locked(locked),
        Outcome::Ambiguous(heads) => {
            let heads: Vec<_> = heads.iter().map(|head| format!("`{head}`")).collect();
            error(&format!(
                "several revisions are current, {}, and a number of steps could be meant from any of them; nothing was done",
                heads.join(", ")
            ));
            hint(
                "name the revision to go back to, or the branch, as `LABEL@-1`; `lback alembic heads --verbose` shows them",
            );
        }
        Outcome::Drifted(PlanDrift { planned, found }) => {
            error(&format!(
                "the database has changed since the plan was made: it was at {}, and is at {}; nothing was done",
                heads(planned),
                heads(found)
            ));
            hint("look at the plan again: `lback plan`, or run the command again");
        }
        Outcome::Blocked(blocked) => show_blocked(blocked),
        Outcome::NotFound(not_found) => {
            error(&not_found.to_string());
            hint(not_found.hint());
        }
        Outcome::NotStarted(not_started) => {
            error(&format!("Alembic could not be started: {not_started}"));
            if let Some(next) = not_started.hint() {
                hint(next);
            }
        }
        Outcome::TimedOut(limit) => {
            error(&format!(
                "Alembic was stopped after {}, the `[alembic] timeout` in `lback.toml`",
                humantime::format_duration(*limit)
            ));
        }
        Outcome::Interrupted(request) => {
            error(match request {
                StopRequest::Interrupt => "interrupted",
                StopRequest::Terminate => "asked to terminate",
            });
        }
    }
}

fn show_locked(HeldLock { why, holder, waited }: &HeldLock) {
    let holder = holder.as_ref().map(|who| format!(" ({who})")).unwrap_or_default();
    let waited = Duration::from_secs(waited.as_secs());
    let waited =
        if waited.is_zero() { String::new() } else { format!(", after {}", humantime::format_duration(waited)) };
    error(&format!("{why}{holder}{waited}; nothing was done"));
    hint(match why {
        LockFailure::Fail => {
            "run it again when that one is over; with `lock = \"wait\"` in `lback.toml`, it is waited for"
        }
        LockFailure::Timeout => {
            "see what that run is doing before you run this again; `lock-timeout` in `lback.toml` says how long to wait"
        }
        LockFailure::Stale => {
            "run it again; for it to wait instead, end the transaction that env.py begins before it runs migrations, or use READ COMMITTED"
        }
        LockFailure::Blocking => {
            "run it again; for it to wait instead, end the transaction that env.py begins before it runs migrations"
        }
    });
}

fn show_blocked(Blocked(reasons): &Blocked) {
    let mut hints = Vec::new();
    let mut lines = String::new();
    for reason in reasons {
        match reason {
            BlockReason::Denied { plugin, denials } => {
                for denial in denials {
                    // Indented, so that a line of a message never looks like another plugin's denial.
                    let message = denial.message.replace('\n', "\n  ");
                    let _ = write!(lines, "\n{plugin}: {message} ({})", denial.code);
                    if let Some(url) = &denial.url {
                        let _ = write!(lines, "\n  see {url}");
                    }
                    hints.extend(denial.hint.clone());
                }
            }
            BlockReason::Failed { plugin, failure } => {
                let _ = write!(lines, "\n{plugin} failed: {failure}");
                if let Some(excerpt) = failure.excerpt() {
                    let _ = write!(lines, "\n{excerpt}");
                }
                hints.push(failure.hint().unwrap_or_else(|| ON_ERROR.to_owned()));
            }
        }
    }
    error(&format!("{}; Alembic was not started{lines}", cause(reasons)));
    let mut told = HashSet::new();
    for next in hints.iter().filter(|hint| told.insert(*hint)) {
        hint(next);
    }
}

/// A plugin that broke said neither yes nor no.
fn cause(reasons: &[BlockReason]) -> &'static str {
    if reasons.iter().any(|reason| matches!(reason, BlockReason::Denied { .. })) {
        "denied by policy"
    } else if reasons.len() == 1 {
        "a plugin that must not fail did"
    } else {
        "plugins that must not fail did"
    }
}

const ON_ERROR: &str =
    "correct the plugin or its settings; with `on-error = \"warn\"` in `lback.toml`, runs go on when it fails";
