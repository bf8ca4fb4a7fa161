//! Conversions between lback's own types and those of `wit/`. Only this file knows both.

use super::bindings::exports::lback::plugin::policy as wit_policy;
use super::bindings::lback::plugin::types as wit;
use crate::model::database::{Database, Step};
use crate::model::event::{Context, Event, FleetTarget, Override, Sender};
use crate::model::finding::{AcceptedFinding, AllowComment, Place};
use crate::model::signal::{AlembicCommand, Exception, Finished, Signal, SignalName};
use crate::model::verdict::{AttributedDenial, Decision, Denial, Verdict, Warning};
use crate::plugin::host::guest_text::printable;
use crate::plugin::host::limits;

pub(super) fn event(event: &Event) -> wit::Event {
    wit::Event {
        id: event.id.to_string(),
        time: format!("{:.3}", event.time),
        sender: sender(&event.sender),
        context: context(&event.context),
        signal: signal(&event.signal),
    }
}

fn sender(sender: &Sender) -> wit::Sender {
    wit::Sender {
        run_id: sender.run_id.to_string(),
        project: sender.project.clone(),
        lback_version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn context(context: &Context) -> wit::Context {
    wit::Context {
        environment: context.environment.clone(),
        actor: context.actor.clone(),
        host: context.host.clone(),
        git_commit: context.git_commit.clone(),
        git_branch: context.git_branch.clone(),
        ci_job_url: context.ci_job_url.clone(),
        overrides: context.overrides.iter().map(override_).collect(),
        target: context.target.clone().map(|FleetTarget { name, labels }| wit::Target { name, labels }),
    }
}

fn override_(Override { plugin, reason }: &Override) -> wit::Override {
    wit::Override { plugin: plugin.clone(), reason: printable(reason) }
}

fn signal(signal: &Signal) -> wit::Signal {
    match signal {
        Signal::Initialized => wit::Signal::MigrationCommandsInitialized,
        Signal::Makemigrations { message } => {
            wit::Signal::MigrationMakemigrationsCommand(wit::Makemigrations { message: message.clone() })
        }
        Signal::Migrate { version } => wit::Signal::MigrationMigrateCommand(wit::Migrate { version: version.clone() }),
        Signal::Rollback { version, table } => {
            wit::Signal::MigrationRollbackCommand(wit::Rollback { version: version.clone(), table: table.clone() })
        }
        Signal::History => wit::Signal::MigrationHistoryCommand,
        Signal::Started { command: AlembicCommand { command, args }, full_command } => {
            wit::Signal::AlembicCommandStarted(wit::Started {
                command: command.clone(),
                args: args.clone(),
                full_command: full_command.clone(),
            })
        }
        Signal::LockWait(wait) => wit::Signal::Extension(wit::Extension {
            name: SignalName::AlembicLockWait.as_str().to_owned(),
            json: serde_json::to_string(wait).unwrap_or_default(),
        }),
        Signal::Completed(finished) => {
            let Finished { command, returncode, stdout, stderr, duration, databases, attempts, accepted } =
                finished.clone();
            wit::Signal::AlembicCommandCompleted(wit::Completed {
                command: command.command,
                args: command.args,
                returncode: returncode.unwrap_or_default(),
                stdout,
                stderr,
                duration_ms: milliseconds(duration),
                databases: databases.into_iter().filter_map(database).collect(),
                attempts,
                accepted: accepted.into_iter().map(accepted_finding).collect(),
            })
        }
        Signal::Failed { finished, error_type, exception } => {
            let Finished { command, returncode, stdout, stderr, duration, databases, attempts, accepted } =
                finished.clone();
            wit::Signal::AlembicCommandFailed(wit::Failed {
                command: command.command,
                args: command.args,
                returncode,
                stdout,
                stderr,
                error_type: Some(error_type.as_str().to_owned()),
                exception: exception.as_ref().map(self::exception),
                duration_ms: milliseconds(duration),
                databases: databases.into_iter().filter_map(database).collect(),
                attempts,
                accepted: accepted.into_iter().map(accepted_finding).collect(),
            })
        }
    }
}

/// Converts a database. One whose revisions were not read, because the run ended while it waited
/// for the lock, is left out: nothing was done to it.
fn database(database: Database) -> Option<wit::Database> {
    let Database { dialect, name, heads_before, heads_after, state, steps, .. } = database;
    let (state, steps) = (state.as_str().to_owned(), steps.into_iter().map(step).collect());
    Some(wit::Database { dialect, name, heads_before: heads_before?, heads_after, state, steps })
}

fn step(Step { revision, direction, doc, duration }: Step) -> wit::Step {
    wit::Step { revision, direction: direction.as_str().to_owned(), doc, duration_ms: duration.map(milliseconds) }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn exception(exception: &Exception) -> wit::Exception {
    wit::Exception {
        kind: exception.kind.clone(),
        message: exception.message.clone(),
        denials: exception.denials.iter().map(attributed_denial).collect(),
    }
}

fn attributed_denial(AttributedDenial { plugin, denial }: &AttributedDenial) -> wit::AttributedDenial {
    let Denial { code, message, hint, url, place, acceptable } = denial.clone();
    let denial = wit::Denial { code, message, hint, url, place: place.map(place_for_guest), acceptable };
    wit::AttributedDenial { plugin: plugin.clone(), denial }
}

fn accepted_finding(finding: AcceptedFinding) -> wit::AcceptedFinding {
    let AcceptedFinding { plugin, code, message, place, comment } = finding;
    let AllowComment { code: allowed, line, lines, until, reason } = comment;
    let comment = wit::AllowComment { code: allowed, line, lines, until, reason };
    let place = place_for_guest(place);
    wit::AcceptedFinding { plugin, code, message, place, comment }
}

fn place_for_guest(Place { revision, file, line }: Place) -> wit::Place {
    wit::Place { revision, file, line }
}

pub(super) fn verdict(verdict: wit_policy::Verdict) -> Verdict {
    let decision = match verdict.decision {
        wit_policy::Decision::Allow => Decision::Allow,
        wit_policy::Decision::Deny(denials) if denials.is_empty() => {
            Decision::Deny(vec![Denial::new("unspecified", "the policy gave no reason".to_owned())])
        }
        wit_policy::Decision::Deny(denials) => {
            let more = denials.len().saturating_sub(limits::VERDICT_ITEMS);
            let mut denials: Vec<_> = denials.into_iter().take(limits::VERDICT_ITEMS).map(denial).collect();
            denials.extend((more > 0).then(|| Denial::new("more", format!("{more} more denials are left out"))));
            Decision::Deny(denials)
        }
    };
    let warnings = verdict.warnings.into_iter().take(limits::VERDICT_ITEMS).map(warning).collect();
    Verdict { decision, warnings, accepted: Vec::new() }
}

fn denial(denial: wit::Denial) -> Denial {
    Denial {
        code: printable(&denial.code),
        message: printable(&denial.message),
        hint: denial.hint.map(|hint| printable(&hint)),
        url: denial.url.map(|url| printable(&url)),
        place: denial.place.map(place),
        acceptable: denial.acceptable,
    }
}

fn warning(warning: wit_policy::Warning) -> Warning {
    Warning {
        message: printable(&warning.message),
        code: warning.code.map(|code| printable(&code)),
        hint: warning.hint.map(|hint| printable(&hint)),
        place: warning.place.map(place),
        acceptable: warning.acceptable,
    }
}

fn place(place: wit::Place) -> Place {
    Place { revision: printable(&place.revision), file: place.file.map(|file| printable(&file)), line: place.line }
}
