//! One plugin: a component that is loaded, linked, limited and called.
//!
//! This room is the sandbox. It converts between lback's own types and those of `wit/` (`convert`), and nothing above it knows
//! wasmtime. What follows from a verdict or a failure is decided in `dispatch/`.

mod bindings;
mod call;
mod contract;
mod convert;
mod description;
mod engine;
mod failure;
mod guest_log;
mod guest_text;
mod host;
mod http;
mod limits;
mod loaded;
mod permissions;
mod runtime;
mod secrets;
mod store;

pub(crate) use description::{Description, Request};
pub(crate) use failure::Failure;
pub(crate) use host::Role;
pub(crate) use loaded::Plugin;
pub(crate) use runtime::{Inspected, Runtime, RuntimeOptions};
pub(crate) use secrets::{Redactor, Secrets};
