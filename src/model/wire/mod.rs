//! The wire form of an event: CloudEvents 1.0 in JSON, as `--events` writes it and as sample files
//! contain it.
//!
//! [`CloudEvent`] is the one model of the document. `write` makes it of an [`Event`], `read` turns
//! it into one. Names and meanings are those of `wit/types.wit`. The JSON Schemas
//! `schemas/events.schema.json` and `schemas/plugin-signal.schema.json` are generated from it.
//!
//! [`Event`]: crate::model::event::Event

mod cloud_event;
mod read;
#[cfg(test)]
mod read_tests;
#[cfg(test)]
mod schema_tests;
mod write;

pub(crate) use cloud_event::CloudEvent;
pub(crate) use read::{ReadEvent, read_events};
