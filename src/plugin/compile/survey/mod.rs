//! The dimensions of a component: the sizes that decide what compiling it takes.
//!
//! A survey reads the binary once and validates nothing: wasmtime does that. It only has to end
//! early for a component that would keep the compiler busy.

mod component;
mod counts;
mod function;
mod module;

use wasmparser::{BinaryReaderError, Parser, Payload};

use self::counts::{Brought, Scope, Totals};
use super::dimension::Dimension;

/// The receiver of dimensions. An error ends the survey.
pub(super) trait Surveyor {
    type Stop: From<BinaryReaderError>;

    fn note(&mut self, dimension: Dimension, value: u64) -> Result<(), Self::Stop>;
}

/// Reads all of a component, or a module, and reports its dimensions.
pub(super) fn survey<S: Surveyor>(bytes: &[u8], surveyor: &mut S) -> Result<(), S::Stop> {
    let mut survey = Survey { surveyor, totals: Totals::default(), open: Vec::new(), largest: Brought::default() };
    for payload in Parser::new(0).parse_all(bytes) {
        survey.payload(payload?)?;
    }
    Ok(())
}

/// A survey that hasn't ended.
struct Survey<'s, S> {
    surveyor: &'s mut S,
    totals: Totals,
    /// The modules and components around the present place.
    open: Vec<Scope>,
    /// An upper bound of what one instance of any module or component so far brings.
    largest: Brought,
}

impl<S: Surveyor> Survey<'_, S> {
    fn payload(&mut self, payload: Payload<'_>) -> Result<(), S::Stop> {
        use Dimension as D;
        match payload {
            Payload::Version { .. } => {
                self.open.push(Scope::default());
                self.surveyor.note(D::Depth, self.open.len() as u64)
            }
            Payload::End(_) => {
                let ended = self.open.pop().unwrap_or_default();
                self.largest = self.largest.largest(ended.instance());
                Ok(())
            }
            Payload::ModuleSection { .. } => self.total(D::Modules, 1, |totals| &mut totals.modules),
            Payload::ComponentSection { .. } => self.total(D::Components, 1, |totals| &mut totals.components),
            Payload::CustomSection(section) => {
                self.name(section.name())?;
                self.total(D::CustomSections, 1, |totals| &mut totals.customs)
            }
            Payload::CodeSectionEntry(body) => self.function(&body),
            payload => match self.of_module(payload)? {
                Some(payload) => self.of_component(payload),
                None => Ok(()),
            },
        }
    }

    fn name(&mut self, name: &str) -> Result<(), S::Stop> {
        self.surveyor.note(Dimension::NameBytes, name.len() as u64)
    }

    /// Adds to a count over the whole file.
    fn total(
        &mut self,
        dimension: Dimension,
        more: u64,
        count: impl FnOnce(&mut Totals) -> &mut u64,
    ) -> Result<(), S::Stop> {
        let count = count(&mut self.totals);
        *count = count.saturating_add(more);
        self.surveyor.note(dimension, *count)
    }

    /// Adds to a count of the present module.
    fn scoped(
        &mut self,
        dimension: Dimension,
        more: u64,
        count: impl FnOnce(&mut Scope) -> &mut u64,
    ) -> Result<(), S::Stop> {
        let Some(scope) = self.open.last_mut() else { return Ok(()) };
        let count = count(scope);
        *count = count.saturating_add(more);
        self.surveyor.note(dimension, *count)
    }
}
