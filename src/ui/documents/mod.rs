//! The documents that lback prints. Each has one model for its text and its JSON form.

mod accepted;
pub(crate) mod doctor;
pub(crate) mod event_stream;
pub(crate) mod facts;
pub(crate) mod journal;
pub(crate) mod json;
pub(crate) mod plan;
pub(crate) mod plugin_bench;
pub(crate) mod plugin_test;
pub(crate) mod plugins;
#[cfg(test)]
pub(crate) mod schema;
pub(crate) mod status;

pub(crate) use accepted::accepted;
