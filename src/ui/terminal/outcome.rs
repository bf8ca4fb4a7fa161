//! The messages about the end of a run. A failure of Alembic needs none, because its output was
//! shown.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::Duration;

use super::message::{error, hint, of_plugin};
use crate::alembic::{LockFailure, StopRequest};
use crate::dispatch::{BlockReason, Blocked};
use crate::migration::{CutWork, HeldLock, LockTimeout, LostOutput, Outcome, PlanDrift, RunResult, changed_files};
use crate::model::database::Database;
use crate::support::heads::quoted_heads;
use crate::support::printable::printable_line;
use crate::ui::terminal::database_state::{RunEnd, ShownDatabases};
use crate::ui::terminal::failure::show_failure;
use crate::ui::terminal::success::show_success;

/// Shows how a run ended, and the state of the databases if the run failed. `author` finds the
/// author of a file.
pub(crate) fn show_result(result: &RunResult, author: &dyn Fn(&str) -> Option<String>) {
    let RunResult { outcome, databases, shown_x, unseen, lost, announces } = result;
    show_outcome(outcome, databases);
    let end = match outcome {
        Outcome::LockTimeout(_) => RunEnd::LockTimeout,
        Outcome::TimedOut(_) => RunEnd::TimeLimit,
        Outcome::Interrupted(_) => RunEnd::Signal,
        _ => RunEnd::Error,
    };
    let shown = ShownDatabases { all: databases, x: shown_x, end };
    match outcome {
        Outcome::Completed | Outcome::Lost(_) => {
            if let Some(direction) = announces {
                show_success(*direction, &shown);
            }
            shown.after_success();
        }
        refused if refused.is_refusal() => shown.before_refusal(),
        // If no migration began, Alembic's output says enough.
        Outcome::Failed { error, .. } => {
            if let Some(raised) = error {
                show_failure(raised, author);
            }
            shown.after_failure(|database| !database.steps.is_empty());
        }
        Outcome::LockTimeout(LockTimeout { raised, .. }) => {
            show_failure(raised, author);
            shown.after_failure(|database| !database.steps.is_empty());
        }
        _ => shown.after_failure(|_| true),
    }
    if let Some(lost) = lost {
        show_lost(lost, matches!(outcome, Outcome::Completed));
    }
    if *unseen && matches!(outcome, Outcome::TimedOut(_) | Outcome::Interrupted(_)) {
        hint("run `lback alembic current` to see the database's revision before you run the command again");
    }
}

/// Shows that output is missing. `completed`: nothing else went wrong.
fn show_lost(LostOutput { what, cause, changes_database }: &LostOutput, completed: bool) {
    error(&format!("{what} is incomplete: {cause}"));
    match (completed, changes_database) {
        (true, true) => {
            hint("the command itself completed, so there is nothing to run again; `lback log show` has its steps");
        }
        (true, false) => hint("discard what was written, and run the command again where there is space for it"),
        (false, _) => {}
    }
}

fn show_outcome(outcome: &Outcome, databases: &[Database]) {
    let nothing = nothing_was_done(databases);
    match outcome {
        Outcome::Completed | Outcome::Lost(_) | Outcome::Failed { .. } => {}
        Outcome::Cut(work) => {
            error(&work.to_string());
            hint(match work {
                CutWork::Starting => {
                    "find what calls `sys.exit()` or ends the process in another way: env.py, or what it imports; an env.py that has nothing to migrate runs to its end"
                }
                CutWork::Printing => {
                    "discard what was written; something in env.py or a script calls `sys.exit()` or ends the process in another way"
                }
                CutWork::Migrating => {
                    "find what calls `sys.exit()` or ends the process in another way: the script, env.py, or what they import"
                }
                CutWork::Failing => "find what ends the process: an exit handler, an exception hook, or a thread",
            });
        }
        Outcome::LockTimeout(timeout) => {
            error(&timeout.to_string());
            hint(
                "run the command again when the database is less busy, or permit more attempts by `[migrate] retries` in `lback.toml`",
            );
        }
        Outcome::Locked(locked) => show_locked(locked, nothing),
        Outcome::Ambiguous(heads) => {
            error(&format!(
                "several revisions are current ({}), so a number of steps is ambiguous; {nothing}",
                quoted_heads(heads)
            ));
            hint(
                "name the revision to go back to, or the branch, as `LABEL@-1`; `lback alembic heads --verbose` shows them",
            );
        }
        Outcome::Drifted(PlanDrift::Files(files)) => {
            error(&format!("{}; {nothing}", changed_files(files)));
            hint("review the new plan with `lback plan`, or run the command again");
        }
        Outcome::Drifted(PlanDrift::Heads { planned, found }) => {
            error(&format!(
                "the database has changed since the plan was made: it was at {}, and is at {}; {nothing}",
                quoted_heads(planned),
                quoted_heads(found)
            ));
            hint("review the new plan with `lback plan`, or run the command again");
        }
        Outcome::WrongEnvironment(wrong) => {
            error(&format!("{wrong}; nothing was done to it"));
            hint(&wrong.hint());
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

/// Returns what a refusal says of the database that it is about: an earlier database of the run may
/// be changed.
fn nothing_was_done(databases: &[Database]) -> &'static str {
    if databases.iter().any(|database| !database.steps.is_empty()) {
        "nothing was done to this database"
    } else {
        "nothing was done"
    }
}

fn show_locked(HeldLock { why, holder, waited }: &HeldLock, nothing: &str) {
    let holder = holder.as_ref().map(|who| format!(" ({who})")).unwrap_or_default();
    let waited = Duration::from_secs(waited.as_secs());
    let waited =
        if waited.is_zero() { String::new() } else { format!(", after {}", humantime::format_duration(waited)) };
    error(&format!("{why}{holder}{waited}; {nothing}"));
    hint(match why {
        LockFailure::Fail => {
            "run the command again when the other run has ended, or set `lock = \"wait\"` in `lback.toml`"
        }
        LockFailure::Timeout => {
            "check the other run before you run the command again; `lock-timeout` in `lback.toml` sets the longest wait"
        }
        LockFailure::Stale => {
            "run the command again; to make it wait instead, end the transaction that env.py begins before it runs migrations, or use READ COMMITTED"
        }
        LockFailure::Blocking => {
            "run the command again; to make it wait instead, end the transaction that env.py begins before it runs migrations"
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
                    let (message, code) = (of_plugin(&denial.message), printable_line(&denial.code));
                    let _ = write!(lines, "\n{plugin}: {message} ({code})");
                    if let Some(url) = &denial.url {
                        let _ = write!(lines, "\n  see {}", printable_line(url));
                    }
                    hints.extend(denial.hint.clone());
                }
            }
            BlockReason::Failed { plugin, failure } => {
                let _ = write!(lines, "\n{plugin} failed: {}", of_plugin(&failure.to_string()));
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
        hint(&of_plugin(next));
    }
}

/// Returns the cause. A plugin that failed neither allowed nor denied.
fn cause(reasons: &[BlockReason]) -> &'static str {
    if reasons.iter().any(|reason| matches!(reason, BlockReason::Denied { .. })) {
        "denied by policy"
    } else if reasons.len() == 1 {
        "a required plugin failed"
    } else {
        "required plugins failed"
    }
}

const ON_ERROR: &str =
    "fix the plugin or its settings; with `on-error = \"warn\"` in `lback.toml`, runs continue when it fails";
