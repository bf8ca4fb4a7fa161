//! Sample events for those who write plugins: one or more of every signal, and those that an author keeps in files.
//!
//! Their form is that of `--events`, so that what a real run sent can be sent again. How it is read is `form`'s part; what a plugin does
//! with them, `plugin/` and `cli/` know.

mod sample_form;
mod sample_plan;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

#[cfg(test)]
pub(crate) use sample_form::SampleForm;
pub(crate) use sample_plan::read_plan;

use crate::model::event::{Event, SignalName};
use crate::model::plan::Plan;

/// An event to try a plugin with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    /// The name by which expectations speak of it: that of the signal, with what is special about it behind a dot, or the file's.
    pub(crate) name: String,
    pub(crate) event: Event,
    /// A signal that this lback doesn't know, in the place of the event's own.
    pub(crate) extension: Option<Extension>,
    /// What a policy is shown that asks for the plan.
    pub(crate) plan: Option<Arc<Plan>>,
}

/// A later signal, as plugins get it that ask for it by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extension {
    pub(crate) name: String,
    pub(crate) json: String,
}

/// Why a file has no samples.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SampleError {
    #[error("cannot read the sample events of `{}`: {cause}", .path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("`{}` has no event", .0.display())]
    Empty(PathBuf),
    #[error("`{}`, event {number}: {why}", .path.display())]
    Invalid { path: PathBuf, number: usize, why: String },
    #[error("`{}` is not the plan of a command: {why}", .path.display())]
    Plan { path: PathBuf, why: String },
}

impl Sample {
    fn new(name: String, event: Event, extension: Option<Extension>) -> Self {
        let plan = if extension.is_some() { None } else { sample_plan::shipped(&event) };
        Self { name, event, extension, plan }
    }

    /// Shows this plan instead of the one that lback brings along, if it is of the sample's direction.
    pub(crate) fn show(&mut self, plan: &Arc<Plan>) {
        if self.plan.is_some() && sample_plan::direction(&self.event) == Some(plan.direction) {
            self.plan = Some(Arc::clone(plan));
        }
    }

    /// The signal's name, or that of the extension.
    pub(crate) fn signal(&self) -> &str {
        self.extension.as_ref().map_or_else(|| self.event.signal.name().as_str(), |extension| &extension.name)
    }

    /// The signal; none for an extension.
    pub(crate) fn known_signal(&self) -> Option<SignalName> {
        self.extension.is_none().then(|| self.event.signal.name())
    }
}

const SHIPPED: [(&str, &str); 13] = [
    ("migration_commands_initialized", include_str!("signals/migration_commands_initialized.json")),
    ("migration_makemigrations_command", include_str!("signals/migration_makemigrations_command.json")),
    ("migration_migrate_command", include_str!("signals/migration_migrate_command.json")),
    ("migration_rollback_command", include_str!("signals/migration_rollback_command.json")),
    ("migration_history_command", include_str!("signals/migration_history_command.json")),
    ("alembic_command_started.upgrade", include_str!("signals/alembic_command_started.upgrade.json")),
    ("alembic_command_started.downgrade", include_str!("signals/alembic_command_started.downgrade.json")),
    ("alembic_command_completed", include_str!("signals/alembic_command_completed.json")),
    ("alembic_command_failed", include_str!("signals/alembic_command_failed.json")),
    ("alembic_command_failed.denied", include_str!("signals/alembic_command_failed.denied.json")),
    ("alembic_command_failed.timed_out", include_str!("signals/alembic_command_failed.timed_out.json")),
    ("alembic_command_failed.not_found", include_str!("signals/alembic_command_failed.not_found.json")),
    ("extension", include_str!("signals/extension.json")),
];

/// The samples that lback brings along, in the order in which a run could send them.
pub(crate) fn shipped() -> Vec<Sample> {
    let read = |(name, text): &(&str, &str)| {
        let mut samples = sample_form::read(text).unwrap_or_else(|(_, why)| panic!("the sample `{name}`: {why}"));
        let (event, extension) = samples.remove(0);
        Sample::new((*name).to_owned(), event, extension)
    };
    SHIPPED.iter().map(read).collect()
}

/// The samples of a file: one JSON document, or several, one a line, as `--events` writes them. One is named after the file; of several,
/// each also has its number.
pub(crate) fn read(path: &Path) -> Result<Vec<Sample>, SampleError> {
    let text = fs::read_to_string(path).map_err(|cause| SampleError::Unreadable { path: path.to_owned(), cause })?;
    let read = sample_form::read(&text);
    let events = read.map_err(|(number, why)| SampleError::Invalid { path: path.to_owned(), number, why })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let several = events.len() > 1;
    let samples: Vec<_> = events
        .into_iter()
        .zip(1..)
        .map(|((event, extension), number)| {
            let name = if several { format!("{name}.{number}") } else { name.to_string() };
            Sample::new(name, event, extension)
        })
        .collect();
    if samples.is_empty() { Err(SampleError::Empty(path.to_owned())) } else { Ok(samples) }
}
