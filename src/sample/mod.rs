//! Sample events for authors of plugins: at least one of every signal, and those of an author's
//! files.
//!
//! This module owns the shipped samples and how sample files are read. The form of an event is
//! `model/wire`'s, so that an event that a real run sent can be sent again. Calls of plugins are
//! made in `plugin/`.

mod sample_error;
mod sample_event;
mod sample_plan;
mod shipped;

pub(crate) use sample_error::SampleError;
pub(crate) use sample_event::{Sample, read};
pub(crate) use sample_plan::read_plan;
pub(crate) use shipped::shipped;
