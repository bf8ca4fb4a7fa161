//! One plugin: a component that is loaded, linked, limited and called.
//!
//! This module is the sandbox. It converts between lback's own types and those of `wit/`
//! (`convert`), and no other module knows wasmtime. `dispatch/` decides what follows from a verdict
//! or a failure.

mod bindings;
mod cache;
mod call;
mod call_trace;
mod compile;
mod convert;
mod failure;
mod host;
mod http;
mod load;
mod permissions;
mod role;
mod settings;

pub(crate) use call::trial::{Trial, TrialOutcome};
pub(crate) use call_trace::{RequestOutcome, SecretOutcome, TracedRequest, TracedSecret};
pub(crate) use compile::{COMPILE_COMMAND, CompileOrder, compile_stdin};
pub(crate) use failure::Failure;
pub(crate) use host::log_level::LogLevel;
pub(crate) use host::secrets::Secrets;
pub(crate) use http::{HttpMode, Tape, TapeError};
pub(crate) use load::description::{Description, PermissionRequest};
pub(crate) use load::facts::PluginFacts;
pub(crate) use load::plugin::Plugin;
pub(crate) use load::runtime::{Runtime, RuntimeOptions};
pub(crate) use permissions::ResolvedRequests;
pub(crate) use role::Role;
pub(crate) use settings::{SettingsError, check as check_settings};
