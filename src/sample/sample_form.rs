//! The form of sample events: that of `--events`, with all but the signal left to choice. The JSON Schema in `schemas/` is generated from these
//! types; names and meanings are those of `wit/types.wit`.

use std::time::Duration;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use uuid::Uuid;

use super::Extension;
use crate::model::database::{Database, DatabaseState, Direction, Step};
use crate::model::event::{
    AlembicCommand, Context, ErrorType, Event, Exception, Finished, Override, Sender, Signal, SignalName,
};
use crate::model::verdict::{AttributedDenial, Denial};

/// What samples have where they don't say: always the same, so that what a plugin makes of it is.
const ID: &str = "019c0000-0000-7000-8000-000000000001";
const RUN: &str = "019c0000-0000-7000-8000-000000000000";
const TIME: &str = "2026-11-22T18:00:00Z";
const PROJECT: &str = "shop";

/// A sample event: a CloudEvent 1.0 as `lback --events` writes it. Only `type` is needed, and the arguments that the signal has.
#[derive(Deserialize, JsonSchema)]
#[schemars(title = "lback plugin test --signal")]
pub(crate) struct SampleForm {
    /// `lback.` and the name of the signal, as `lback.alembic_command_started`; `lback.extension` for one that plugins of this version don't
    /// know.
    #[serde(rename = "type")]
    kind: String,
    /// A UUID. Default: always the same one.
    #[serde(default)]
    id: Option<String>,
    /// The run: a UUID. Default: always the same one.
    #[serde(default)]
    subject: Option<String>,
    /// When it was sent: RFC 3339. Default: 2026-11-22T18:00:00Z.
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    data: DataForm,
}

/// What is signalled, and the circumstances.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct DataForm {
    /// The project's name. Default: `shop`.
    project: Option<String>,
    /// Of no account: a plugin is told the version that it runs in.
    lback_version: Option<String>,
    context: ContextForm,
    /// The arguments of the signal.
    #[schemars(with = "ArgumentsForm")]
    arguments: Value,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct ContextForm {
    /// `--environment` of `plugin test` overrides it.
    environment: Option<String>,
    actor: Option<String>,
    host: Option<String>,
    git_commit: Option<String>,
    git_branch: Option<String>,
    ci_job_url: Option<String>,
    /// The plugins whose veto a person has set aside.
    overrides: Vec<OverrideForm>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct OverrideForm {
    plugin: String,
    reason: String,
}

/// Which of these, `type` says.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "the schema is made from it; `signal` below reads the one that belongs to the type")]
enum ArgumentsForm {
    None {},
    Makemigrations(MakemigrationsForm),
    Migrate(MigrateForm),
    Rollback(RollbackForm),
    Started(StartedForm),
    Ended(EndedForm),
    Extension(ExtensionForm),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoneForm {}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MakemigrationsForm {
    message: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct MigrateForm {
    version: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RollbackForm {
    version: String,
    #[serde(default)]
    table: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StartedForm {
    command: String,
    #[serde(default)]
    args: Vec<String>,
    /// Default: `alembic`, the command and its arguments.
    #[serde(default)]
    full_command: Option<Vec<String>>,
}

/// Of `alembic_command_completed` and `alembic_command_failed`.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct EndedForm {
    command: String,
    #[serde(default)]
    args: Vec<String>,
    /// Default: 0 where it completed, otherwise none.
    #[serde(default)]
    returncode: Option<i32>,
    #[serde(default)]
    stdout: String,
    #[serde(default)]
    stderr: String,
    #[serde(default)]
    duration_ms: u64,
    /// Only where it failed. Default: `non_zero_exit_code`.
    #[serde(default)]
    error_type: Option<String>,
    /// Only where it failed.
    #[serde(default)]
    exception: Option<ExceptionForm>,
    #[serde(default)]
    databases: Vec<DatabaseForm>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExceptionForm {
    kind: String,
    message: String,
    #[serde(default)]
    denials: Vec<DenialForm>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DenialForm {
    plugin: String,
    code: String,
    message: String,
    #[serde(default)]
    hint: Option<String>,
    #[serde(default)]
    url: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DatabaseForm {
    dialect: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    heads_before: Vec<String>,
    #[serde(default)]
    heads_after: Option<Vec<String>>,
    /// `unchanged`, `advanced`, `suspect` or `unknown`.
    #[schemars(with = "String")]
    state: DatabaseState,
    #[serde(default)]
    steps: Vec<StepForm>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct StepForm {
    revision: String,
    /// `upgrade`, `downgrade`, `stamp` or `unknown`.
    #[schemars(with = "String")]
    direction: Direction,
    #[serde(default)]
    doc: Option<String>,
    #[serde(default)]
    duration_ms: Option<u64>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExtensionForm {
    /// The name of the later signal.
    name: String,
    /// Its arguments, as a JSON text.
    json: String,
}

type Read = (Event, Option<Extension>);

/// The events of a text. An error has the number of the event, from 1 on.
pub(super) fn read(text: &str) -> Result<Vec<Read>, (usize, String)> {
    let mut events = Vec::new();
    for document in serde_json::Deserializer::from_str(text).into_iter::<SampleForm>() {
        let number = events.len() + 1;
        let event = document.map_err(|error| error.to_string()).and_then(SampleForm::event);
        events.push(event.map_err(|why| (number, why))?);
    }
    Ok(events)
}

impl SampleForm {
    fn event(self) -> Result<Read, String> {
        let Self { kind, id, subject, time, data } = self;
        let DataForm { project, lback_version: _, context, arguments } = data;
        let name = kind
            .strip_prefix("lback.")
            .ok_or_else(|| format!("`{kind}` is not a type of lback's: it begins with `lback.`"))?;
        let (signal, extension) = if name == "extension" {
            let ExtensionForm { name, json } = fields(name, arguments)?;
            serde_json::from_str::<Value>(&json)
                .map_err(|error| format!("`json` of the extension is not JSON: {error}"))?;
            (Signal::Initialized, Some(Extension { name, json }))
        } else {
            (signal(name.parse().map_err(|error| format!("{error}"))?, arguments)?, None)
        };
        let event = Event {
            id: uuid("id", id.as_deref().unwrap_or(ID))?,
            time: time.as_deref().unwrap_or(TIME).parse::<Timestamp>().map_err(|error| format!("`time`: {error}"))?,
            sender: Sender {
                run_id: uuid("subject", subject.as_deref().unwrap_or(RUN))?,
                project: project.unwrap_or_else(|| PROJECT.to_owned()),
            },
            context: context.into(),
            signal,
        };
        Ok((event, extension))
    }
}

fn signal(name: SignalName, arguments: Value) -> Result<Signal, String> {
    Ok(match name {
        SignalName::MigrationCommandsInitialized => {
            let NoneForm {} = fields(name.as_str(), arguments)?;
            Signal::Initialized
        }
        SignalName::MigrationHistoryCommand => {
            let NoneForm {} = fields(name.as_str(), arguments)?;
            Signal::History
        }
        SignalName::MigrationMakemigrationsCommand => {
            let MakemigrationsForm { message } = fields(name.as_str(), arguments)?;
            Signal::Makemigrations { message }
        }
        SignalName::MigrationMigrateCommand => {
            let MigrateForm { version } = fields(name.as_str(), arguments)?;
            Signal::Migrate { version }
        }
        SignalName::MigrationRollbackCommand => {
            let RollbackForm { version, table } = fields(name.as_str(), arguments)?;
            Signal::Rollback { version, table }
        }
        SignalName::AlembicCommandStarted => {
            let StartedForm { command, args, full_command } = fields(name.as_str(), arguments)?;
            let usual = || ["alembic", &command].into_iter().map(str::to_owned).chain(args.iter().cloned()).collect();
            let full_command = full_command.unwrap_or_else(usual);
            Signal::Started { command: AlembicCommand { command, args }, full_command }
        }
        SignalName::AlembicCommandCompleted => {
            let ended: EndedForm = fields(name.as_str(), arguments)?;
            if ended.error_type.is_some() || ended.exception.is_some() {
                return Err("a command that completed has no `error_type` and no `exception`".into());
            }
            let finished = Finished { returncode: ended.returncode.or(Some(0)), ..ended.into() };
            Signal::Completed(finished)
        }
        SignalName::AlembicCommandFailed => {
            let mut ended: EndedForm = fields(name.as_str(), arguments)?;
            let error_type = ended.error_type.take().unwrap_or_else(|| "non_zero_exit_code".into());
            let error_type = serde_json::from_value::<ErrorType>(Value::String(error_type))
                .map_err(|error| format!("`error_type`: {error}"))?;
            let exception = ended.exception.take().map(Exception::from);
            Signal::Failed { finished: ended.into(), error_type, exception }
        }
    })
}

fn fields<T: DeserializeOwned>(signal: &str, arguments: Value) -> Result<T, String> {
    let arguments = if arguments.is_null() { Value::Object(serde_json::Map::new()) } else { arguments };
    serde_json::from_value(arguments).map_err(|error| format!("the arguments of `{signal}`: {error}"))
}

fn uuid(key: &str, text: &str) -> Result<Uuid, String> {
    text.parse().map_err(|error| format!("`{key}` is not a UUID: {error}"))
}

impl From<ContextForm> for Context {
    fn from(form: ContextForm) -> Self {
        let ContextForm { environment, actor, host, git_commit, git_branch, ci_job_url, overrides } = form;
        let overrides =
            overrides.into_iter().map(|OverrideForm { plugin, reason }| Override { plugin, reason }).collect();
        Self { environment, actor, host, git_commit, git_branch, ci_job_url, overrides }
    }
}

impl From<EndedForm> for Finished {
    fn from(form: EndedForm) -> Self {
        let EndedForm { command, args, returncode, stdout, stderr, duration_ms, databases, .. } = form;
        Self {
            command: AlembicCommand { command, args },
            returncode,
            stdout,
            stderr,
            duration: Duration::from_millis(duration_ms),
            databases: databases.into_iter().map(Database::from).collect(),
        }
    }
}

impl From<DatabaseForm> for Database {
    fn from(form: DatabaseForm) -> Self {
        let DatabaseForm { dialect, name, heads_before, heads_after, state, steps } = form;
        let step = |StepForm { revision, direction, doc, duration_ms }| Step {
            revision,
            direction,
            doc,
            duration: duration_ms.map(Duration::from_millis),
        };
        Self { dialect, name, heads_before, heads_after, state, steps: steps.into_iter().map(step).collect() }
    }
}

impl From<ExceptionForm> for Exception {
    fn from(form: ExceptionForm) -> Self {
        let denial = |DenialForm { plugin, code, message, hint, url }| AttributedDenial {
            plugin,
            denial: Denial { code, message, hint, url },
        };
        Self { kind: form.kind, message: form.message, denials: form.denials.into_iter().map(denial).collect() }
    }
}
