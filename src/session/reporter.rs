//! The reporter of a run: the stream of `--events`, and messages and progress on the terminal.

use std::io;
use std::path::{Path, PathBuf};

use crate::alembic::{LauncherEvent, Sinks};
use crate::config::Config;
use crate::migration::{NextAttempt, RunObserver, RunResult, Screen};
use crate::model::event::Event;
use crate::model::notice::Notice;
use crate::model::reporter::{PlanProgress, Reporter, Wait};
use crate::session::git;
use crate::session::run_options::RunOptions;
use crate::support::io_error::FileError;
use crate::support::user_error::CommandError;
use crate::ui::{self, AsyncStream, EventStream, RunProgress, TerminalReporter};

/// The name that stands for stdout where a file is expected.
const STDOUT: &str = "-";

/// Writes the events of a run to a file or to stdout, and shows the rest on stderr.
pub(crate) struct RunReporter {
    events: Option<EventStream>,
    /// `true` if events are written to stdout.
    events_on_stdout: bool,
    progress: RunProgress,
    terminal: TerminalReporter,
    root: PathBuf,
}

impl RunReporter {
    pub(crate) fn new(options: &RunOptions, config: &Config) -> Result<Self, CommandError> {
        let file = options.events.as_deref();
        let events_on_stdout = file.is_some_and(|path| path == Path::new(STDOUT));
        let events = match file {
            None => None,
            Some(_) if events_on_stdout => Some(EventStream::to_stdout()),
            Some(path) => Some(EventStream::to_file(path).map_err(FileError::write(path))?),
        };
        let progress = RunProgress::new(config.alembic.lock_timeout);
        Ok(Self {
            events,
            events_on_stdout,
            progress,
            terminal: TerminalReporter::default(),
            root: config.root.clone(),
        })
    }

    /// Returns the streams for Alembic's output: lback's own, or stderr alone where events are
    /// written to stdout.
    pub(crate) fn screens(&self) -> Sinks<Screen, Screen> {
        let stdout: Screen = if self.events_on_stdout {
            Box::new(self.progress.beside(AsyncStream::stderr()))
        } else {
            Box::new(self.progress.beside(AsyncStream::stdout()))
        };
        Sinks { stdout, stderr: Box::new(self.progress.beside(AsyncStream::stderr())) }
    }
}

impl RunObserver for RunReporter {
    fn signal_sent(&self, event: &Event) {
        if let Some(events) = &self.events {
            events.write(event);
        }
    }

    fn take_lost_events(&self) -> Option<io::Error> {
        self.events.as_ref().and_then(EventStream::take_lost)
    }

    fn alembic_reported(&self, report: &LauncherEvent) {
        self.progress.show(report);
    }

    fn retrying(&self, next: &NextAttempt) {
        self.progress.retrying(next);
    }

    fn ended(&self, result: &RunResult) {
        ui::show_result(result, &|file| git::author(&self.root, file));
    }
}

impl Reporter for RunReporter {
    fn notice(&self, notice: Notice) {
        self.terminal.notice(notice);
    }

    fn waiting(&self, what: &str) -> Wait {
        self.terminal.waiting(what)
    }

    fn planning(&self, progress: PlanProgress) {
        self.terminal.planning(progress);
    }
}
