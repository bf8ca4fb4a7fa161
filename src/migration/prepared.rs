//! Alembic's process before the run: shared by the callers that ask it for a plan, and taken by the
//! run.

use std::fmt::Display;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Mutex;

use super::command::{Command, Planned};
use super::settings::{AlembicSettings, PlanSettings};
use super::signals::signals_before;
use crate::alembic::{
    AlembicNotFound, CommandLine, Grace, Invocation, PendingRun, PlanQuestion, PlanReply, PlanRequest, RequestedFacts,
};
use crate::model::event::{Context, Event, Sender};
use crate::model::facts_file::FactsFile;
use crate::model::plan::{PlanError, PlanFailure, PlanSource};
use crate::model::reporter::PlanProgress;
use crate::model::signal::AlembicCommand;
use crate::support::read_file::{self, WRITTEN_BY_PROGRAMS};
use crate::support::redact::process;

/// A process that waits for `go`, or the reason why there is none.
pub(crate) struct PreparedAlembic {
    line: CommandLine,
    process: Result<Arc<Mutex<Option<PendingRun>>>, AlembicNotFound>,
}

impl PreparedAlembic {
    /// Starts Alembic's process before it is known whether the command may run. Must be called
    /// within a tokio runtime.
    pub(crate) fn start(settings: &AlembicSettings, command: &Command) -> Self {
        let line = settings.line(command);
        line.teach(process());
        let program = match &settings.program {
            Ok(program) => program,
            // The command line is the one that would have run.
            Err(error) => return Self { line, process: Err(error.clone()) },
        };
        let invocation = Invocation {
            argv: Vec::new(),
            root: settings.root.clone(),
            environment: settings.environment.clone(),
            timeout: settings.timeout,
            grace: Grace::default(),
        };
        let pending = PendingRun::start(&settings.launcher, program, line, invocation);
        Self { line: pending.line().clone(), process: Ok(Arc::new(Mutex::new(Some(pending)))) }
    }

    /// Returns whether the command changes a database.
    pub(crate) fn changes_database(&self) -> bool {
        self.line.changes_database()
    }

    pub(super) fn line(&self) -> &CommandLine {
        &self.line
    }

    pub(super) fn alembic_command(&self) -> AlembicCommand {
        AlembicCommand { command: self.line.command().to_owned(), args: self.line.args().to_vec() }
    }

    /// Returns the events that a run would send before Alembic, for policies that are called
    /// without a run.
    pub(crate) fn events_before(&self, command: &Command, sender: &Sender, context: &Context) -> Vec<Event> {
        let signals = signals_before(command, &self.line, &self.alembic_command());
        signals.map(|signal| Event::now(sender, context, signal)).collect()
    }

    /// Returns the command line as it would run, without passwords: Alembic's own arguments,
    /// without the launcher's.
    pub(crate) fn words(&self) -> Vec<String> {
        self.line.redacted_words()
    }

    /// Replaces the command that the process was prepared for.
    pub(crate) async fn change(&mut self, settings: &AlembicSettings, command: &Command) {
        self.line = settings.line(command);
        self.line.teach(process());
        if let Ok(process) = &self.process
            && let Some(prepared) = process.lock().await.as_mut()
        {
            prepared.change(self.line.clone());
            self.line = prepared.line().clone();
        }
    }

    /// Asks the process for a plan.
    pub(crate) async fn plan(&self, settings: &PlanSettings, question: PlanQuestion) -> Result<PlanReply, PlanError> {
        match &self.process {
            Ok(process) => ask(process, settings, question).await,
            Err(error) => {
                Err(PlanError { hint: Some(error.hint().into()), ..PlanError::unavailable(error.to_string()) })
            }
        }
    }

    /// Returns the source of the plan of the prepared command.
    pub(crate) fn source(&self, settings: &PlanSettings) -> PlanSource {
        let question = match Planned::of(&self.line) {
            Planned::Steps(question) => question,
            Planned::Nothing => return PlanSource::none(),
            Planned::Unknown => {
                return PlanSource::known(Err(PlanError::unavailable("the command line can't be understood")));
            }
        };
        let Ok(process) = self.process.clone() else { return PlanSource::none() };
        let settings = settings.clone();
        PlanSource::new(move || {
            let (process, settings, question) = (Arc::clone(&process), settings.clone(), question.clone());
            async move {
                // In a task of its own: the first caller may run out of time while others still
                // wait.
                let asked = tokio::spawn(async move { ask(&process, &settings, question).await });
                let reply = asked.await.unwrap_or_else(|panicked| Err(PlanError::unavailable(panicked.to_string())));
                match reply? {
                    PlanReply::Plan(plan) => Ok(Some(Arc::new(plan))),
                    PlanReply::Revision(_) | PlanReply::Migration(_) => unreachable!("the question was not for a name"),
                }
            }
        })
    }

    /// Takes the process for its run, once requests for a plan have been answered. Later requests
    /// fail.
    pub(super) async fn take(self) -> Result<PendingRun, AlembicNotFound> {
        let process = self.process?;
        let prepared = process.lock().await.take();
        Ok(prepared.unwrap_or_else(|| unreachable!("it is taken once")))
    }
}

/// Reads the file of facts that `lback.toml` names.
fn requested_facts(file: String, path: &Path) -> Result<RequestedFacts, PlanError> {
    let refused = |why: &dyn Display, hint: String| PlanError {
        kind: PlanFailure::Facts,
        message: format!("`{file}` {why}"),
        hint: Some(hint),
    };
    let text = read_file::read(path, WRITTEN_BY_PROGRAMS).map_err(|cause| {
        let hint = format!(
            "write it with `lback facts --save {file}` where the database is, or remove `facts` from `[plan]` in `lback.toml`"
        );
        refused(&format_args!("can't be read: {cause}"), hint)
    })?;
    match FactsFile::parse(&text) {
        Ok(content) => Ok(RequestedFacts { file, content }),
        Err(fault) => Err(refused(&fault, fault.hint(&file))),
    }
}

async fn ask(
    process: &Mutex<Option<PendingRun>>,
    settings: &PlanSettings,
    question: PlanQuestion,
) -> Result<PlanReply, PlanError> {
    let PlanSettings { limit, facts, declared, environment, reporter, .. } = settings.clone();
    let facts = facts.map(|(name, path)| requested_facts(name, &path)).transpose()?.map(Arc::new);
    let request = PlanRequest { question, declared, facts, environment, limit, reporter };
    let mut process = process.lock().await;
    let Some(prepared) = process.as_mut() else { return Err(PlanError::unavailable("Alembic has begun")) };
    request.reporter.planning(PlanProgress::Begun);
    let planned = prepared.plan(&request).await;
    request.reporter.planning(PlanProgress::Finished);
    planned
}
