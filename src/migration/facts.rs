//! Collects the tables of a project's databases and their sizes, for `lback facts`.

use std::collections::BTreeMap;
use std::time::Duration;

use super::examination::probe;
use super::settings::AlembicSettings;
use crate::alembic::{LauncherEvent, ProbeAnswers, ProbedRun};
use crate::model::facts_file::{FORMAT, FactsFile, SavedDatabase};
use crate::support::clock;
use crate::support::exit::Exit;
use crate::support::user_error::{CommandError, UserError};

/// The reason why facts can't be collected.
#[derive(Debug, thiserror::Error)]
#[error("the sizes of tables can't be read: {why}")]
struct FactsUnknown {
    why: String,
}

impl UserError for FactsUnknown {
    fn exit(&self) -> Exit {
        Exit::Unavailable
    }

    fn hint(&self) -> Option<String> {
        Some("`lback self doctor` checks the connection".to_owned())
    }
}

/// Starts Alembic as a run would, and asks the databases for their tables within 15 seconds.
/// Changes nothing. Must be called within a tokio runtime.
pub(crate) async fn collect_facts(settings: &AlembicSettings) -> Result<FactsFile, CommandError> {
    let unknown = |why: String| FactsUnknown { why };
    let program = settings.program.as_ref().map_err(Clone::clone)?;
    let probe = match probe(settings, program) {
        Ok(probe) => probe.ok_or_else(|| unknown("Alembic can't be asked".to_owned()))?,
        Err(why) => return Err(unknown(why.to_string()).into()),
    };
    let mut file = FactsFile {
        format: FORMAT,
        saved_at: clock::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        lback: env!("CARGO_PKG_VERSION").to_owned(),
        bases: Vec::new(),
        databases: Vec::new(),
    };
    let mut found: BTreeMap<u32, SavedDatabase> = BTreeMap::new();
    let mut failure = None;
    let mut answers = ProbeAnswers::default();
    let run = ProbedRun { with_facts: true, ..ProbedRun::default() };
    let told = |event: &LauncherEvent| {
        let LauncherEvent::Facts { database, server, version, bases, tables, why } = event else { return };
        failure = failure.take().or_else(|| why.clone());
        file.bases.extend(bases.iter().filter(|base| !file.bases.contains(base)).cloned().collect::<Vec<_>>());
        let (server, version, tables) = (server.clone().unwrap_or_default(), version.clone(), tables.clone());
        found.insert(*database, SavedDatabase { server, version, heads: Vec::new(), tables });
    };
    probe.look(&run, Duration::ZERO, &mut answers, told).await.map_err(|error| unknown(error.to_string()))?;
    if let Some(why) = failure {
        return Err(unknown(why).into());
    }
    for (number, mut database) in found {
        database.heads = answers.heads(number).cloned().unwrap_or_default();
        file.databases.push(database);
    }
    Ok(file)
}
