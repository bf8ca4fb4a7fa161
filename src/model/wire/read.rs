//! The events of a text, as samples contain them.

use std::time::Duration;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::cloud_event::{
    CloudEvent, EventData, FinishedArguments, MakemigrationsArguments, MigrateArguments, NoArguments,
    RollbackArguments, StartedArguments, WireDatabase, WireDenial, WireException, WireStep,
};
use crate::model::database::{Database, Step};
use crate::model::event::{Event, Sender};
use crate::model::signal::{AlembicCommand, ErrorType, Exception, Extension, Finished, Signal, SignalName};
use crate::model::verdict::{AttributedDenial, Denial};

/// An event that was read.
#[derive(Debug)]
pub(crate) struct ReadEvent {
    pub(crate) event: Event,
    /// A signal that this lback doesn't know. It replaces the signal of `event`.
    pub(crate) extension: Option<Extension>,
}

/// Reads the events of a text: JSON documents, one after the other.
///
/// An error is the number of the event, from 1, and what is wrong with it.
pub(crate) fn read_events(text: &str) -> Result<Vec<ReadEvent>, (usize, String)> {
    let mut events = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<CloudEvent<Value>>() {
        let number = events.len() + 1;
        let event = document.map_err(|error| error.to_string()).and_then(ReadEvent::try_from);
        events.push(event.map_err(|why| (number, why))?);
    }
    Ok(events)
}

impl TryFrom<CloudEvent<Value>> for ReadEvent {
    type Error = String;

    fn try_from(document: CloudEvent<Value>) -> Result<Self, String> {
        let CloudEvent { r#type, id, subject, time, data, .. } = document;
        let EventData { project, context, arguments, .. } = data;
        let name = r#type.strip_prefix("lback.").ok_or_else(|| format!("`type` must begin with `lback.`: `{type}`"))?;
        let (signal, extension) = if name == "extension" {
            (Signal::Initialized, Some(extension(arguments)?))
        } else {
            let name = name.parse::<SignalName>().map_err(|error| error.to_string())?;
            (signal(name, arguments)?, None)
        };
        let event = Event {
            id: uuid("id", &id)?,
            time: time.parse::<Timestamp>().map_err(|error| format!("`time`: {error}"))?,
            sender: Sender { run_id: uuid("subject", &subject)?, project },
            context,
            signal,
        };
        Ok(Self { event, extension })
    }
}

fn extension(arguments: Value) -> Result<Extension, String> {
    let extension: Extension = read_arguments("extension", arguments)?;
    serde_json::from_str::<Value>(&extension.json)
        .map_err(|error| format!("`json` of the extension is not JSON: {error}"))?;
    Ok(extension)
}

fn signal(name: SignalName, arguments: Value) -> Result<Signal, String> {
    Ok(match name {
        SignalName::MigrationCommandsInitialized => {
            let NoArguments {} = read_arguments(name.as_str(), arguments)?;
            Signal::Initialized
        }
        SignalName::MigrationHistoryCommand => {
            let NoArguments {} = read_arguments(name.as_str(), arguments)?;
            Signal::History
        }
        SignalName::MigrationMakemigrationsCommand => {
            let MakemigrationsArguments { message } = read_arguments(name.as_str(), arguments)?;
            Signal::Makemigrations { message }
        }
        SignalName::MigrationMigrateCommand => {
            let MigrateArguments { version } = read_arguments(name.as_str(), arguments)?;
            Signal::Migrate { version }
        }
        SignalName::MigrationRollbackCommand => {
            let RollbackArguments { version, table } = read_arguments(name.as_str(), arguments)?;
            Signal::Rollback { version, table }
        }
        SignalName::AlembicCommandStarted => {
            read_arguments::<StartedArguments>(name.as_str(), arguments).map(started)?
        }
        SignalName::AlembicLockWait => Signal::LockWait(read_arguments(name.as_str(), arguments)?),
        SignalName::AlembicCommandCompleted => completed(read_arguments(name.as_str(), arguments)?)?,
        SignalName::AlembicCommandFailed => failed(read_arguments(name.as_str(), arguments)?)?,
    })
}

fn read_arguments<T: DeserializeOwned>(signal: &str, arguments: Value) -> Result<T, String> {
    let arguments = if arguments.is_null() { Value::Object(serde_json::Map::new()) } else { arguments };
    serde_json::from_value(arguments).map_err(|error| format!("the arguments of `{signal}`: {error}"))
}

fn started(StartedArguments { command, args, mut full_command }: StartedArguments) -> Signal {
    if full_command.is_empty() {
        full_command = ["alembic", &command].into_iter().map(str::to_owned).chain(args.iter().cloned()).collect();
    }
    Signal::Started { command: AlembicCommand { command, args }, full_command }
}

fn completed(arguments: FinishedArguments) -> Result<Signal, String> {
    if arguments.error_type.is_some() || arguments.exception.is_some() {
        return Err("a command that completed has no `error_type` and no `exception`".into());
    }
    Ok(Signal::Completed(Finished { returncode: arguments.returncode.or(Some(0)), ..arguments.into() }))
}

fn failed(mut arguments: FinishedArguments) -> Result<Signal, String> {
    let error_type = match arguments.error_type.take() {
        Some(name) => serde_json::from_value::<ErrorType>(Value::String(name.into_owned()))
            .map_err(|error| format!("`error_type`: {error}"))?,
        None => ErrorType::NonZeroExitCode,
    };
    let exception = arguments.exception.take().map(Exception::from);
    Ok(Signal::Failed { finished: arguments.into(), error_type, exception })
}

fn uuid(key: &str, text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|error| format!("`{key}` is not a UUID: {error}"))
}

impl From<FinishedArguments> for Finished {
    fn from(arguments: FinishedArguments) -> Self {
        let FinishedArguments {
            command,
            args,
            returncode,
            stdout,
            stderr,
            duration_ms,
            databases,
            attempts,
            accepted,
            ..
        } = arguments;
        Self {
            command: AlembicCommand { command, args },
            returncode,
            stdout,
            stderr,
            duration: Duration::from_millis(duration_ms),
            databases: databases.into_iter().map(Database::from).collect(),
            attempts,
            accepted,
        }
    }
}

impl From<WireDatabase> for Database {
    fn from(database: WireDatabase) -> Self {
        let WireDatabase { dialect, name, heads_before, heads_after, state, steps } = database;
        let steps = steps.into_iter().map(Step::from).collect();
        Self {
            dialect,
            name,
            heads_before,
            heads_after,
            state,
            steps,
            schema: None,
            has_traces: false,
            unsettled: None,
        }
    }
}

impl From<WireStep> for Step {
    fn from(WireStep { revision, direction, doc, duration_ms }: WireStep) -> Self {
        Self { revision, direction, doc, duration: duration_ms.map(Duration::from_millis) }
    }
}

impl From<WireException> for Exception {
    fn from(WireException { kind, message, denials }: WireException) -> Self {
        Self { kind, message, denials: denials.into_iter().map(AttributedDenial::from).collect() }
    }
}

impl From<WireDenial> for AttributedDenial {
    fn from(denial: WireDenial) -> Self {
        let WireDenial { plugin, code, message, hint, url, place, acceptable } = denial;
        Self { plugin, denial: Denial { code, message, hint, url, place, acceptable } }
    }
}
