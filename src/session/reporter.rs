//! What a run shows while it goes on: `--events`, and on the terminal what Alembic reports.

use std::path::Path;

use crate::alembic::{LauncherEvent, Sinks};
use crate::config::Config;
use crate::migration::{Observer, Screen};
use crate::model::event::Event;
use crate::session::run_options::RunOptions;
use crate::support::io_error::FileError;
use crate::support::user_error::CommandError;
use crate::ui::{EventStream, RunProgress};

/// As people write stdout where a file is expected.
const STDOUT: &str = "-";

pub(crate) struct Onlooker {
    events: Option<EventStream>,
    /// Whether stdout belongs to the events.
    events_on_stdout: bool,
    progress: RunProgress,
}

impl Onlooker {
    pub(crate) fn new(options: &RunOptions, config: &Config) -> Result<Self, CommandError> {
        let file = options.events.as_deref();
        let events_on_stdout = file.is_some_and(|path| path == Path::new(STDOUT));
        let events = match file {
            None => None,
            Some(_) if events_on_stdout => Some(EventStream::to_stdout()),
            Some(path) => Some(EventStream::to_file(path).map_err(FileError::write(path))?),
        };
        Ok(Self { events, events_on_stdout, progress: RunProgress::new(config.alembic.lock_timeout) })
    }

    /// Where Alembic's output goes: to lback's own, unless stdout is taken.
    pub(crate) fn screens(&self) -> Sinks<Screen, Screen> {
        let stdout: Screen = if self.events_on_stdout {
            Box::new(self.progress.beside(tokio::io::stderr()))
        } else {
            Box::new(self.progress.beside(tokio::io::stdout()))
        };
        Sinks { stdout, stderr: Box::new(self.progress.beside(tokio::io::stderr())) }
    }
}

impl Observer for Onlooker {
    fn sent(&self, event: &Event) {
        if let Some(events) = &self.events {
            events.write(event);
        }
    }

    fn reported(&self, report: &LauncherEvent) {
        self.progress.show(report);
    }
}
