//! One plugin: a component that is loaded, linked, limited and called.
//!
//! This room is the sandbox. It converts between lback's own types and those of `wit/` (`convert`), and nothing above it knows
//! wasmtime. What follows from a verdict or a failure is decided in `dispatch/`.

mod bindings;
mod call;
mod contract;
mod convert;
mod deadline;
mod description;
mod engine;
mod failure;
mod guest_log;
mod guest_text;
mod host;
mod http;
mod imports;
mod limits;
mod loaded;
mod permissions;
mod planned;
mod runtime;
mod secrets;
mod settings;
mod store;
mod toolchain;
mod trial;
mod witness;

pub(crate) use description::{Description, Request};
pub(crate) use failure::Failure;
pub(crate) use guest_log::Level;
pub(crate) use host::Role;
pub(crate) use http::{Sending, Tape, TapeError};
pub(crate) use loaded::Plugin;
pub(crate) use permissions::Wanted;
pub(crate) use runtime::{Inspected, Runtime, RuntimeOptions};
pub(crate) use secrets::{Redactor, Secrets};
pub(crate) use settings::{SettingsError, check as check_settings};
pub(crate) use trial::{Answer, Trial};
pub(crate) use witness::{AskedSecret, RequestOutcome, Requested, SecretOutcome};
