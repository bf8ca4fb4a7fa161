//! Looks at a project's Alembic and its databases, without a run.

use std::collections::BTreeMap;
use std::time::Duration;

use super::command::Command;
use super::settings::AlembicSettings;
use crate::alembic::{
    AlembicNotFound, BypassReason, Grace, Invocation, LauncherEvent, PendingRun, Probe, ProbeAnswers, ProbedRun,
    Program,
};
use crate::journal::ToolVersions;

/// The facts about a project's Alembic and databases.
#[derive(Debug, Default)]
pub(crate) struct Examination {
    /// The versions of Python, Alembic and `SQLAlchemy`, once the launcher has imported Alembic.
    pub(crate) versions: Option<ToolVersions>,
    /// The databases to which env.py connects.
    pub(crate) databases: Vec<ExaminedDatabase>,
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
    /// The current revisions; none if they could not be read.
    pub(crate) heads: Option<Vec<String>>,
}

/// Starts Alembic as a run would, and reads the heads of the databases within 15 seconds. Changes
/// nothing. Must be called within a tokio runtime.
pub(crate) async fn examine(settings: &AlembicSettings) -> Result<Examination, AlembicNotFound> {
    let program = settings.program.as_ref().map_err(Clone::clone)?;
    let mut examination = Examination::default();
    match probe(settings, program) {
        Ok(Some(probe)) => look(&probe, &mut examination).await,
        Ok(None) => {}
        Err(why) => examination.bypassed = Some(why),
    }
    Ok(examination)
}

fn probe(settings: &AlembicSettings, program: &Program) -> Result<Option<Probe>, BypassReason> {
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

async fn look(probe: &Probe, examination: &mut Examination) {
    let mut answers = ProbeAnswers::default();
    let mut databases: BTreeMap<u32, ExaminedDatabase> = BTreeMap::new();
    let versions = &mut examination.versions;
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
                heads: None,
            };
            databases.insert(*database, found);
        }
        _ => {}
    };
    let looked = probe.look(&ProbedRun::default(), Duration::ZERO, &mut answers, told).await;
    examination.failure = looked.err().map(|error| error.to_string());
    for (number, mut database) in databases {
        database.heads = answers.heads(number).cloned();
        examination.databases.push(database);
    }
}
