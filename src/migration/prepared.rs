//! Alembic's process before its run: shared by those who ask it for the plan, and by the run, which takes it in the end.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::command::{Command, Planned};
use super::commands::before;
use super::settings::{AlembicSettings, PlanSettings};
use crate::alembic::{AlembicNotFound, CommandLine, PendingRun, PlanQuestion, PlanReply, PlanRequest};
use crate::model::event::{AlembicCommand, Context, Event, Sender};
use crate::model::plan::{PlanError, PlanSource};
use crate::model::reporter::PlanProgress;

/// A run that waits for a word to begin, or the reason why there is none.
pub(crate) struct PreparedAlembic {
    line: CommandLine,
    process: Result<Arc<Mutex<Option<PendingRun>>>, AlembicNotFound>,
}

impl PreparedAlembic {
    pub(super) fn found(prepared: PendingRun) -> Self {
        Self { line: prepared.line().clone(), process: Ok(Arc::new(Mutex::new(Some(prepared)))) }
    }

    /// `line` says what would have been run.
    pub(super) fn not_found(line: CommandLine, error: AlembicNotFound) -> Self {
        Self { line, process: Err(error) }
    }

    pub(super) fn line(&self) -> &CommandLine {
        &self.line
    }

    pub(super) fn alembic_command(&self) -> AlembicCommand {
        AlembicCommand { command: self.line.command().to_owned(), args: self.line.args().to_vec() }
    }

    /// The events that a run of it would send before Alembic, for policies that are asked without one.
    pub(crate) fn events_before(&self, command: &Command, sender: &Sender, context: &Context) -> Vec<Event> {
        let signals = before(command, &self.line, &self.alembic_command());
        signals.map(|signal| Event::now(sender, context, signal)).collect()
    }

    /// The command line as it would run, without passwords: Alembic's own words, without the launcher's.
    pub(crate) fn words(&self) -> Vec<String> {
        self.line.redacted_words()
    }

    /// Lets this command run instead of the one that it was prepared for.
    pub(crate) async fn change(&mut self, settings: &AlembicSettings, command: &Command) {
        self.line = settings.line(command);
        if let Ok(process) = &self.process
            && let Some(prepared) = process.lock().await.as_mut()
        {
            prepared.change(self.line.clone());
            self.line = prepared.line().clone();
        }
    }

    /// Asks what would be done.
    pub(crate) async fn plan(&self, settings: &PlanSettings, question: PlanQuestion) -> Result<PlanReply, PlanError> {
        match &self.process {
            Ok(process) => ask(process, settings, question).await,
            Err(error) => {
                Err(PlanError { hint: Some(error.hint().into()), ..PlanError::unavailable(error.to_string()) })
            }
        }
    }

    /// Where the plan of what is prepared is to be had.
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
                // On its own: who asked first may not have the time to wait, and others ask too.
                let asked = tokio::spawn(async move { ask(&process, &settings, question).await });
                let reply = asked.await.unwrap_or_else(|panicked| Err(PlanError::unavailable(panicked.to_string())));
                match reply? {
                    PlanReply::Plan(plan) => Ok(Some(Arc::new(plan))),
                    PlanReply::Revision(_) | PlanReply::Migration(_) => unreachable!("nobody asked by name"),
                }
            }
        })
    }

    /// The process, for its run. Whoever asks for a plan meanwhile is waited for; afterwards there is none to be had.
    pub(super) async fn take(self) -> Result<PendingRun, AlembicNotFound> {
        let process = self.process?;
        let prepared = process.lock().await.take();
        Ok(prepared.unwrap_or_else(|| unreachable!("it is taken once")))
    }
}

async fn ask(
    process: &Mutex<Option<PendingRun>>,
    settings: &PlanSettings,
    question: PlanQuestion,
) -> Result<PlanReply, PlanError> {
    let PlanSettings { limit, declared, reporter } = settings.clone();
    let request = PlanRequest { question, declared, limit, reporter };
    let mut process = process.lock().await;
    let Some(prepared) = process.as_mut() else { return Err(PlanError::unavailable("Alembic has begun")) };
    request.reporter.planning(PlanProgress::Begun);
    let planned = prepared.plan(&request).await;
    request.reporter.planning(PlanProgress::Finished);
    planned
}
