//! One sample, and the samples of a file.

use std::path::Path;
use std::sync::Arc;

use super::sample_error::SampleError;
use super::sample_plan;
use crate::model::event::Event;
use crate::model::plan::Plan;
use crate::model::signal::{Extension, SignalName};
use crate::model::wire::{ReadEvent, read_events};
use crate::support::read_file;

/// An event to test a plugin with.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Sample {
    /// The name that expectations use: for a shipped sample the signal's name and, after a dot,
    /// what is special about it; for others the name of the file.
    pub(crate) name: String,
    pub(crate) event: Event,
    /// A signal that this lback doesn't know. It replaces the signal of `event`.
    pub(crate) extension: Option<Extension>,
    /// The plan for policies that ask for it.
    pub(crate) plan: Option<Arc<Plan>>,
}

impl Sample {
    pub(super) fn new(name: String, ReadEvent { event, extension }: ReadEvent) -> Self {
        let plan = if extension.is_some() { None } else { sample_plan::shipped(&event) };
        Self { name, event, extension, plan }
    }

    /// Replaces the shipped plan by `plan` if both have the same direction.
    pub(crate) fn show(&mut self, plan: &Arc<Plan>) {
        if self.plan.is_some() && sample_plan::direction(&self.event) == Some(plan.direction) {
            self.plan = Some(Arc::clone(plan));
        }
    }

    /// Returns the name of the signal or of the extension.
    pub(crate) fn signal(&self) -> &str {
        self.extension.as_ref().map_or_else(|| self.event.signal.name().as_str(), |extension| &extension.name)
    }

    /// Returns the name of the signal; none for an extension.
    pub(crate) fn known_signal(&self) -> Option<SignalName> {
        self.extension.is_none().then(|| self.event.signal.name())
    }
}

/// Reads the samples of a file: JSON documents, one after the other, as `--events` writes them.
///
/// A sample is named after the file. If there are several, a number follows the name.
pub(crate) fn read(path: &Path) -> Result<Vec<Sample>, SampleError> {
    let text = read_file::read_named_text(path, read_file::WRITTEN_BY_PROGRAMS)
        .map_err(|cause| SampleError::Unreadable { path: path.to_owned(), cause })?;
    let events =
        read_events(&text).map_err(|(number, why)| SampleError::Invalid { path: path.to_owned(), number, why })?;
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let several = events.len() > 1;
    let samples: Vec<_> = events
        .into_iter()
        .zip(1..)
        .map(|(event, number)| {
            let name = if several { format!("{name}.{number}") } else { name.to_string() };
            Sample::new(name, event)
        })
        .collect();
    if samples.is_empty() { Err(SampleError::Empty(path.to_owned())) } else { Ok(samples) }
}
