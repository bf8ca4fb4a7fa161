//! The document: a CloudEvent 1.0 in JSON.
//!
//! lback writes every field. Fields with a default may be left out of a sample, so that a sample
//! needs only its `type` and the arguments of its signal. The defaults are constants: a plugin
//! answers the same sample alike in every test.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::database::{DatabaseState, Direction};
use crate::model::event::Context;
use crate::model::finding::{AcceptedFinding, Place};
use crate::model::lock_wait::LockWait;
use crate::model::signal::Extension;

/// One signal, as a CloudEvent 1.0 in JSON.
///
/// `A` is the type of the arguments. A reader takes any JSON value for it, because `type` decides
/// which arguments there are.
#[derive(Serialize, Deserialize, JsonSchema)]
#[schemars(title = "lback --events", description = "One signal, as a CloudEvent 1.0 in JSON.")]
#[schemars(bound = "A: JsonSchema + Default")]
pub(crate) struct CloudEvent<A = Arguments> {
    /// The version of CloudEvents.
    #[serde(default = "specversion")]
    #[schemars(extend("const" = "1.0"))]
    pub(super) specversion: Cow<'static, str>,
    /// The event: a UUID, the same that plugins see. A sample that has none always gets the same
    /// one.
    #[serde(default = "id")]
    pub(super) id: String,
    /// `urn:lback:project:` and the project's name, percent-encoded.
    #[serde(default)]
    pub(super) source: String,
    /// `lback.` and the name of the signal, as `lback.alembic_command_started`. In a sample also
    /// `lback.extension`, for a signal that plugins of this version don't know.
    pub(super) r#type: String,
    /// The run: a UUID, the same in all of its events. A sample that has none always gets the same
    /// one.
    #[serde(default = "run")]
    pub(super) subject: String,
    /// The time at which the signal was sent: RFC 3339, in UTC.
    #[serde(default = "time")]
    pub(super) time: String,
    #[serde(default = "datacontenttype")]
    #[schemars(extend("const" = "application/json"))]
    pub(super) datacontenttype: Cow<'static, str>,
    #[serde(default)]
    pub(super) data: EventData<A>,
}

/// The arguments of the signal, and where and for whom lback runs.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(bound = "A: JsonSchema + Default")]
pub(super) struct EventData<A> {
    /// The project's name.
    #[serde(default = "project")]
    pub(super) project: String,
    /// The version of lback that sent the signal. Ignored in a sample.
    #[serde(default)]
    pub(super) lback_version: Cow<'static, str>,
    #[serde(default)]
    pub(super) context: Context,
    /// The arguments of the signal; `type` says which ones.
    #[serde(default)]
    pub(super) arguments: A,
}

impl<A: Default> Default for EventData<A> {
    fn default() -> Self {
        Self { project: project(), lback_version: Cow::default(), context: Context::default(), arguments: A::default() }
    }
}

fn specversion() -> Cow<'static, str> {
    "1.0".into()
}

fn id() -> String {
    "019c0000-0000-7000-8000-000000000001".to_owned()
}

fn run() -> String {
    "019c0000-0000-7000-8000-000000000000".to_owned()
}

fn time() -> String {
    "2026-11-22T18:00:00Z".to_owned()
}

fn datacontenttype() -> Cow<'static, str> {
    "application/json".into()
}

fn once() -> u32 {
    1
}

fn project() -> String {
    "shop".to_owned()
}

/// The arguments of each signal.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(crate) enum Arguments {
    None(NoArguments),
    Makemigrations(MakemigrationsArguments),
    Migrate(MigrateArguments),
    Rollback(RollbackArguments),
    Started(StartedArguments),
    LockWait(Box<LockWait>),
    Finished(Box<FinishedArguments>),
    /// The arguments of `lback.extension`, which only samples have.
    #[serde(skip_serializing)]
    #[expect(dead_code, reason = "only the schema of samples needs it")]
    Extension(Extension),
}

impl Default for Arguments {
    fn default() -> Self {
        Self::None(NoArguments {})
    }
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoArguments {}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MakemigrationsArguments {
    pub(super) message: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MigrateArguments {
    pub(super) version: String,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RollbackArguments {
    pub(super) version: String,
    #[serde(default)]
    pub(super) table: Option<String>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartedArguments {
    pub(super) command: String,
    #[serde(default)]
    pub(super) args: Vec<String>,
    /// The whole command line. A sample that has none gets `alembic`, the command and its
    /// arguments.
    #[serde(default)]
    pub(super) full_command: Vec<String>,
}

/// Arguments of `alembic_command_completed` and `alembic_command_failed`.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinishedArguments {
    pub(super) command: String,
    #[serde(default)]
    pub(super) args: Vec<String>,
    /// Alembic's exit code; -N where signal N ended it; null where Alembic never ran. A sample of a
    /// completed command that has none gets 0.
    #[serde(default)]
    pub(super) returncode: Option<i32>,
    #[serde(default)]
    pub(super) stdout: String,
    #[serde(default)]
    pub(super) stderr: String,
    #[serde(default)]
    pub(super) duration_ms: u64,
    /// The reason of a failure; null where the command completed. A sample of a failed command that
    /// has none gets `non_zero_exit_code`.
    #[serde(default)]
    pub(super) error_type: Option<Cow<'static, str>>,
    /// The cause of a failure, beyond the exit code.
    #[serde(default)]
    pub(super) exception: Option<WireException>,
    #[serde(default)]
    pub(super) databases: Vec<WireDatabase>,
    /// The number of times that Alembic was started: more than 1 if lback repeated the run after a
    /// lock time-out, 0 if it never ran. A sample that has none gets 1.
    #[serde(default = "once")]
    pub(super) attempts: u32,
    /// The findings of policies that comments in the scripts set aside.
    #[serde(default)]
    pub(super) accepted: Vec<AcceptedFinding>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WireException {
    pub(super) kind: String,
    pub(super) message: String,
    #[serde(default)]
    pub(super) denials: Vec<WireDenial>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WireDenial {
    pub(super) plugin: String,
    pub(super) code: String,
    pub(super) message: String,
    #[serde(default)]
    pub(super) hint: Option<String>,
    #[serde(default)]
    pub(super) url: Option<String>,
    /// The place in a script that the denial is about.
    #[serde(default)]
    pub(super) place: Option<Place>,
    /// True if a comment in the script may set the denial aside.
    #[serde(default)]
    pub(super) acceptable: bool,
}

/// The changes that the run made to one database.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WireDatabase {
    pub(super) dialect: String,
    /// The name of the database, or its file.
    #[serde(default)]
    pub(super) name: Option<String>,
    /// The revisions before the run; null where they were not read.
    #[serde(default)]
    pub(super) heads_before: Option<Vec<String>>,
    /// The revisions after the run; null where they could not be read.
    #[serde(default)]
    pub(super) heads_after: Option<Vec<String>>,
    /// `unchanged`, `advanced`, `done`, `lost`, `suspect` or `unknown`.
    #[schemars(with = "String")]
    pub(super) state: DatabaseState,
    #[serde(default)]
    pub(super) steps: Vec<WireStep>,
}

#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WireStep {
    pub(super) revision: String,
    /// `upgrade`, `downgrade`, `stamp` or `unknown`.
    #[schemars(with = "String")]
    pub(super) direction: Direction,
    #[serde(default)]
    pub(super) doc: Option<String>,
    /// The duration of the step; null where the step did not end.
    #[serde(default)]
    pub(super) duration_ms: Option<u64>,
}
