//! The data that rooms exchange: events and their wire form, databases, verdicts and plans.
//!
//! Plain data: no process, no WebAssembly, no rendering.

pub(crate) mod database;
pub(crate) mod event;
pub(crate) mod facts_file;
pub(crate) mod finding;
pub(crate) mod lock_wait;
pub(crate) mod notice;
pub(crate) mod operation_kind;
#[cfg(test)]
mod operation_kind_tests;
pub(crate) mod plan;
pub(crate) mod reporter;
pub(crate) mod signal;
pub(crate) mod verdict;
pub(crate) mod wire;
