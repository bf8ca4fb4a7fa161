//! Looks at a project's Alembic and its databases, without a run.

use std::collections::BTreeMap;
use std::time::Duration;

use super::command::Command;
use super::settings::AlembicSettings;
use crate::alembic::{
    AlembicNotFound, BypassReason, Grace, Invocation, LauncherEvent, PendingRun, Probe, ProbeAnswers, ProbedRun,
    Program, ScriptHead,
};
use crate::journal::ToolVersions;

/// The facts about a project's Alembic and databases.
#[derive(Debug, Default)]
pub(crate) struct Examination {
    /// The versions of Python, Alembic and `SQLAlchemy`, once the launcher has imported Alembic.
    pub(crate) versions: Option<ToolVersions>,
    /// The databases to which env.py connects.
    pub(crate) databases: Vec<ExaminedDatabase>,
    /// The heads of the scripts, or the reason why they can't be read; none if they were not read.
    pub(crate) scripts: Option<Result<Vec<ScriptHead>, String>>,
    /// The reason why Alembic can't be started with the launcher.
    pub(crate) bypassed: Option<BypassReason>,
    /// The reason why the databases couldn't be read.
    pub(crate) failure: Option<String>,
}

/// A database to which env.py connects.
#[derive(Debug)]
pub(crate) struct ExaminedDatabase {
    pub(crate) dialect: String,
    pub(crate) server_version: Option<String>,
    pub(crate) name: Option<String>,
    /// The schema in which the connection finds and creates tables, if it isn't the usual one.
    pub(crate) schema: Option<String>,
    /// The current revisions; none if they could not be read.
    pub(crate) heads: Option<Vec<String>>,
    /// The revisions that the database lacks; none if they were not read.
    pub(crate) pending: Option<PendingRevisions>,
}

/// The revisions that an upgrade to all heads would apply.
#[derive(Debug)]
pub(crate) struct PendingRevisions {
    /// The number, or the reason why it can't be determined.
    pub(crate) count: Result<usize, String>,
    /// The first ones, in the order of the upgrade.
    pub(crate) revisions: Vec<ScriptHead>,
}

/// Starts Alembic as a run would, and reads the heads of the databases within 15 seconds, and with
/// `with_scripts` the scripts. Changes nothing. Must be called within a tokio runtime.
pub(crate) async fn examine(settings: &AlembicSettings, with_scripts: bool) -> Result<Examination, AlembicNotFound> {
    let program = settings.program.as_ref().map_err(Clone::clone)?;
    let mut examination = Examination::default();
    match probe(settings, program) {
        Ok(Some(probe)) => look(&probe, with_scripts, &mut examination).await,
        Ok(None) => {}
        Err(why) => examination.bypassed = Some(why),
    }
    Ok(examination)
}

pub(super) fn probe(settings: &AlembicSettings, program: &Program) -> Result<Option<Probe>, BypassReason> {
    let line = settings.line(&Command::Alembic { words: vec!["current".into()] });
    let invocation = Invocation {
        argv: Vec::new(),
        root: settings.root.clone(),
        environment: settings.environment.clone(),
        timeout: settings.timeout,
        grace: Grace::default(),
    };
    PendingRun::start(&settings.launcher, program, line, invocation).into_probe()
}

async fn look(probe: &Probe, with_scripts: bool, examination: &mut Examination) {
    let mut answers = ProbeAnswers::default();
    let mut databases: BTreeMap<u32, ExaminedDatabase> = BTreeMap::new();
    let (versions, scripts) = (&mut examination.versions, &mut examination.scripts);
    let told = |event: &LauncherEvent| match event {
        LauncherEvent::Versions { python, alembic, sqlalchemy, .. } => {
            let [python, alembic, sqlalchemy] = [python, alembic, sqlalchemy].map(|version| Some(version.clone()));
            *versions = Some(ToolVersions { alembic, sqlalchemy, python });
        }
        LauncherEvent::Database { database, dialect, server_version, name, .. } => {
            let found = ExaminedDatabase {
                dialect: dialect.clone(),
                server_version: server_version.clone(),
                name: name.clone(),
                schema: None,
                heads: None,
                pending: None,
            };
            databases.insert(*database, found);
        }
        LauncherEvent::Schema { database, schema } => {
            if let Some(found) = databases.get_mut(database) {
                found.schema = Some(schema.clone());
            }
        }
        LauncherEvent::Scripts { script_heads, why } => {
            *scripts = Some(why.clone().map_or_else(|| Ok(script_heads.clone()), Err));
        }
        LauncherEvent::Pending { database, count, revisions, why } => {
            if let Some(found) = databases.get_mut(database) {
                let count = count.ok_or_else(|| why.clone().unwrap_or_default());
                found.pending = Some(PendingRevisions { count, revisions: revisions.clone() });
            }
        }
        _ => {}
    };
    let looked =
        probe.look(&ProbedRun { with_scripts, ..ProbedRun::default() }, Duration::ZERO, &mut answers, told).await;
    examination.failure = looked.err().map(|error| error.to_string());
    for (number, mut database) in databases {
        database.heads = answers.heads(number).cloned();
        examination.databases.push(database);
    }
}
