//! The document of an event.

use std::fmt::Write as _;
use std::time::Duration;

use super::cloud_event::{
    Arguments, CloudEvent, EventData, FinishedArguments, MakemigrationsArguments, MigrateArguments, RollbackArguments,
    StartedArguments, WireDatabase, WireDenial, WireException, WireStep,
};
use crate::model::database::{Database, Step};
use crate::model::event::Event;
use crate::model::signal::{AlembicCommand, Exception, Finished, Signal};
use crate::model::verdict::{AttributedDenial, Denial};

impl From<&Event> for CloudEvent {
    fn from(event: &Event) -> Self {
        Self {
            specversion: "1.0".into(),
            id: event.id.to_string(),
            source: source(&event.sender.project),
            r#type: format!("lback.{}", event.signal.name()),
            subject: event.sender.run_id.to_string(),
            time: format!("{:.3}", event.time),
            datacontenttype: "application/json".into(),
            data: EventData {
                project: event.sender.project.clone(),
                lback_version: env!("CARGO_PKG_VERSION").into(),
                context: event.context.clone(),
                arguments: event.signal.clone().into(),
            },
        }
    }
}

/// Returns the URN (RFC 8141) of a project. A project's name may contain any character.
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

impl From<Signal> for Arguments {
    fn from(signal: Signal) -> Self {
        match signal {
            Signal::Initialized | Signal::History => Self::default(),
            Signal::Makemigrations { message } => Self::Makemigrations(MakemigrationsArguments { message }),
            Signal::Migrate { version } => Self::Migrate(MigrateArguments { version }),
            Signal::Rollback { version, table } => Self::Rollback(RollbackArguments { version, table }),
            Signal::Started { command: AlembicCommand { command, args }, full_command } => {
                Self::Started(StartedArguments { command, args, full_command })
            }
            Signal::LockWait(wait) => Self::LockWait(Box::new(wait)),
            Signal::Completed(finished) => Self::Finished(Box::new(finished.into())),
            Signal::Failed { finished, error_type, exception } => Self::Finished(Box::new(FinishedArguments {
                error_type: Some(error_type.as_str().into()),
                exception: exception.map(WireException::from),
                ..finished.into()
            })),
        }
    }
}

impl From<Finished> for FinishedArguments {
    fn from(finished: Finished) -> Self {
        let Finished {
            command: AlembicCommand { command, args },
            returncode,
            stdout,
            stderr,
            duration,
            databases,
            attempts,
            accepted,
        } = finished;
        Self {
            command,
            args,
            returncode,
            stdout,
            stderr,
            duration_ms: milliseconds(duration),
            error_type: None,
            exception: None,
            databases: databases.into_iter().map(WireDatabase::from).collect(),
            attempts,
            accepted,
        }
    }
}

impl From<Exception> for WireException {
    fn from(Exception { kind, message, denials }: Exception) -> Self {
        Self { kind, message, denials: denials.into_iter().map(WireDenial::from).collect() }
    }
}

impl From<AttributedDenial> for WireDenial {
    fn from(AttributedDenial { plugin, denial }: AttributedDenial) -> Self {
        let Denial { code, message, hint, url, place, acceptable } = denial;
        Self { plugin, code, message, hint, url, place, acceptable }
    }
}

impl From<Database> for WireDatabase {
    fn from(database: Database) -> Self {
        let Database { dialect, name, heads_before, heads_after, state, steps, .. } = database;
        let steps = steps.into_iter().map(WireStep::from).collect();
        Self { dialect, name, heads_before, heads_after, state, steps }
    }
}

impl From<Step> for WireStep {
    fn from(Step { revision, direction, doc, duration }: Step) -> Self {
        Self { revision, direction, doc, duration_ms: duration.map(milliseconds) }
    }
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
