//! An event in the form of `--events`: CloudEvents 1.0 in JSON. Names and meanings are those of `wit/types.wit`; the JSON Schema in `schemas/`
//! is generated from these types.

use std::fmt::Write as _;
use std::time::Duration;

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::database::{Database, Step};
use crate::model::event::{AlembicCommand, Context, Event, Exception, Finished, Override, Signal};
use crate::model::verdict::{AttributedDenial, Denial};

/// One signal, as a CloudEvent 1.0 in JSON.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "lback --events")]
pub(crate) struct CloudEvent {
    /// The version of CloudEvents.
    #[schemars(extend("const" = "1.0"))]
    specversion: &'static str,
    /// Unique to this event (a UUID, version 7), and the same that plugins see.
    id: String,
    /// `urn:lback:project:` and the project's name, percent-encoded.
    source: String,
    /// `lback.` and the name of the signal, as `lback.alembic_command_started`.
    r#type: String,
    /// The run: a UUID, the same in all of its events.
    subject: String,
    /// When it was sent: RFC 3339, in UTC.
    time: String,
    #[schemars(extend("const" = "application/json"))]
    datacontenttype: &'static str,
    data: Data,
}

/// What is signalled, and the circumstances.
#[derive(Serialize, JsonSchema)]
struct Data {
    /// The project's name.
    project: String,
    lback_version: &'static str,
    context: Circumstances,
    arguments: Arguments,
}

/// Where and for whom lback runs.
#[derive(Serialize, JsonSchema)]
struct Circumstances {
    environment: Option<String>,
    actor: Option<String>,
    host: Option<String>,
    git_commit: Option<String>,
    git_branch: Option<String>,
    ci_job_url: Option<String>,
    /// The plugins whose veto a person has set aside for this run.
    overrides: Vec<SetAside>,
}

#[derive(Serialize, JsonSchema)]
struct SetAside {
    plugin: String,
    reason: String,
}

/// The arguments of the signal; which ones, its name says.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum Arguments {
    None {},
    Makemigrations { message: String },
    Migrate { version: String },
    Rollback { version: String, table: Option<String> },
    Started { command: String, args: Vec<String>, full_command: Vec<String> },
    Ended(Box<Ended>),
}

/// Arguments of `alembic_command_completed` and `alembic_command_failed`.
#[derive(Serialize, JsonSchema)]
struct Ended {
    command: String,
    args: Vec<String>,
    /// Alembic's exit code; -N where signal N ended it; null where it never ran.
    returncode: Option<i32>,
    stdout: String,
    stderr: String,
    duration_ms: u64,
    /// Null where it completed.
    error_type: Option<&'static str>,
    exception: Option<Cause>,
    databases: Vec<DatabaseForm>,
}

#[derive(Serialize, JsonSchema)]
struct Cause {
    kind: String,
    message: String,
    denials: Vec<DenialForm>,
}

#[derive(Serialize, JsonSchema)]
struct DenialForm {
    plugin: String,
    code: String,
    message: String,
    hint: Option<String>,
    url: Option<String>,
}

/// What the run did to one database.
#[derive(Serialize, JsonSchema)]
struct DatabaseForm {
    dialect: String,
    /// The name of the database, or its file.
    name: Option<String>,
    heads_before: Vec<String>,
    /// Null where they could not be read.
    heads_after: Option<Vec<String>>,
    /// `unchanged`, `advanced`, `suspect` or `unknown`.
    state: &'static str,
    steps: Vec<StepForm>,
}

#[derive(Serialize, JsonSchema)]
struct StepForm {
    revision: String,
    /// `upgrade`, `downgrade`, `stamp` or `unknown`.
    direction: &'static str,
    doc: Option<String>,
    /// Null where it didn't come to its end.
    duration_ms: Option<u64>,
}

impl CloudEvent {
    pub(crate) fn of(event: &Event) -> Self {
        Self {
            specversion: "1.0",
            id: event.id.to_string(),
            source: source(&event.sender.project),
            r#type: format!("lback.{}", event.signal.name()),
            subject: event.sender.run_id.to_string(),
            time: format!("{:.3}", event.time),
            datacontenttype: "application/json",
            data: Data {
                project: event.sender.project.clone(),
                lback_version: env!("CARGO_PKG_VERSION"),
                context: circumstances(event.context.clone()),
                arguments: arguments(event.signal.clone()),
            },
        }
    }
}

/// A URN (RFC 8141): a project's name may hold anything.
fn source(project: &str) -> String {
    let mut source = String::from("urn:lback:project:");
    for byte in project.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            source.push(char::from(byte));
        } else {
            let _ = write!(source, "%{byte:02X}");
        }
    }
    source
}

fn circumstances(context: Context) -> Circumstances {
    let Context { environment, actor, host, git_commit, git_branch, ci_job_url, overrides } = context;
    let overrides = overrides.into_iter().map(|Override { plugin, reason }| SetAside { plugin, reason }).collect();
    Circumstances { environment, actor, host, git_commit, git_branch, ci_job_url, overrides }
}

fn arguments(signal: Signal) -> Arguments {
    match signal {
        Signal::Initialized | Signal::History => Arguments::None {},
        Signal::Makemigrations { message } => Arguments::Makemigrations { message },
        Signal::Migrate { version } => Arguments::Migrate { version },
        Signal::Rollback { version, table } => Arguments::Rollback { version, table },
        Signal::Started { command: AlembicCommand { command, args }, full_command } => {
            Arguments::Started { command, args, full_command }
        }
        Signal::Completed(finished) => Arguments::Ended(Box::new(ended(finished, None, None))),
        Signal::Failed { finished, error_type, exception } => {
            Arguments::Ended(Box::new(ended(finished, Some(error_type.as_str()), exception)))
        }
    }
}

fn ended(finished: Finished, error_type: Option<&'static str>, exception: Option<Exception>) -> Ended {
    let Finished { command: AlembicCommand { command, args }, returncode, stdout, stderr, duration, databases } =
        finished;
    Ended {
        command,
        args,
        returncode,
        stdout,
        stderr,
        duration_ms: milliseconds(duration),
        error_type,
        exception: exception.map(cause),
        databases: databases.into_iter().map(database).collect(),
    }
}

fn cause(exception: Exception) -> Cause {
    let denial = |AttributedDenial { plugin, denial: Denial { code, message, hint, url } }| DenialForm {
        plugin,
        code,
        message,
        hint,
        url,
    };
    let Exception { kind, message, denials } = exception;
    Cause { kind, message, denials: denials.into_iter().map(denial).collect() }
}

fn database(database: Database) -> DatabaseForm {
    let Database { dialect, name, heads_before, heads_after, state, steps } = database;
    DatabaseForm {
        dialect,
        name,
        heads_before,
        heads_after,
        state: state.as_str(),
        steps: steps.into_iter().map(step).collect(),
    }
}

fn step(Step { revision, direction, doc, duration }: Step) -> StepForm {
    StepForm { revision, direction: direction.as_str(), doc, duration_ms: duration.map(milliseconds) }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_a_project_makes_a_urn() {
        assert_eq!(source("shop-2"), "urn:lback:project:shop-2");
        assert_eq!(source("der Läden/1"), "urn:lback:project:der%20L%C3%A4den%2F1");
    }
}
