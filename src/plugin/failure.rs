//! Every way in which a plugin can fail, in words. What follows from a failure is decided in `dispatch/`.

use std::time::Duration;

use super::host::Role;
use crate::registry::SourceError;

/// Why a plugin could not be loaded, or did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("it is not a WebAssembly component: {0}")]
    NotAComponent(String),
    #[error("it is a core WebAssembly module, not a component")]
    CoreModule,
    #[error("it took longer than {} s to compile", .0.as_secs())]
    CompileTimedOut(Duration),
    #[error("it exports neither `lback:plugin/policy` nor `lback:plugin/handler`")]
    NotAPlugin,
    #[error("it exports no `lback:plugin/metadata`")]
    NoMetadata,
    #[error("it is built for `lback:plugin@{wants}`; this lback speaks {speaks}")]
    OtherPackage { wants: semver::Version, speaks: semver::Version },
    #[error("it is a policy and imports `{0}`, which only a handler may")]
    PolicyImport(String),
    #[error("it does not link: {0}")]
    Link(String),
    #[error("its description is not valid: {0}")]
    Description(String),
    #[error("`signals` in `lback.toml` asks a policy about `{0}`, which is sent after Alembic has run")]
    AfterSignal(crate::signal::SignalName),

    /// The failure of a plugin that is known by its type to be a handler alone.
    #[error("{0}")]
    OfHandler(Box<Failure>),

    #[error("it returned an error: {0}")]
    Returned(String),
    #[error("it did not finish within {}", humantime::format_duration(*.0))]
    TimedOut(Duration),
    #[error("it ran out of {what} (limit: {limit})")]
    OutOf { what: &'static str, limit: String },
    #[error("it tried to exit the process (status {0})")]
    Exited(i32),
    #[error("it trapped: {reason}{}", in_its_own_words(.stderr))]
    Trapped { reason: String, stderr: String },
    #[error("lback failed while it ran the plugin: {0}")]
    Host(String),
}

fn in_its_own_words(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!("; its last words: {stderr}") }
}

impl Failure {
    /// The role of the plugin that could not be loaded, as far as anybody knows.
    pub(crate) fn role(&self) -> Option<Role> {
        match self {
            Self::OfHandler(_) => Some(Role::Handler),
            Self::PolicyImport(_) | Self::AfterSignal(_) => Some(Role::Policy),
            _ => None,
        }
    }

    /// Was it known before the first call: is the file, and not a call of it, at fault?
    pub(crate) fn is_invalid_plugin(&self) -> bool {
        match self {
            Self::OfHandler(failure) => failure.is_invalid_plugin(),
            Self::Source(_)
            | Self::NotAComponent(_)
            | Self::CoreModule
            | Self::CompileTimedOut(_)
            | Self::NotAPlugin
            | Self::NoMetadata
            | Self::OtherPackage { .. }
            | Self::PolicyImport(_)
            | Self::Link(_)
            | Self::Description(_)
            | Self::AfterSignal(_) => true,
            Self::Returned(_)
            | Self::TimedOut(_)
            | Self::OutOf { .. }
            | Self::Exited(_)
            | Self::Trapped { .. }
            | Self::Host(_) => false,
        }
    }

    /// The next step for the person who runs lback.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::OfHandler(failure) => return failure.hint(),
            Self::Source(SourceError::Missing(_)) => {
                "build or copy the plugin there, or correct `source` in `lback.toml`".into()
            }
            Self::NotAComponent(_) => "`source` must name a WebAssembly component, usually a `.wasm` file".into(),
            Self::CoreModule => {
                "build it as a component: for Rust, with the target `wasm32-wasip2`; for others, see `docs/plugin-authors.md`"
                    .into()
            }
            Self::CompileTimedOut(_) => "a smaller plugin compiles faster: build it optimised for size".into(),
            Self::NotAPlugin | Self::NoMetadata => {
                "build it for a world of the package `lback:plugin`, for instance `policy-plugin`".into()
            }
            Self::OtherPackage { wants, speaks } if wants > speaks => "update lback, or use an older build of the plugin".into(),
            Self::OtherPackage { .. } => "rebuild the plugin, or ask its author for a newer build".into(),
            Self::PolicyImport(_) => {
                "a policy has no side effects, and its imports prove it: move what needs this into a handler".into()
            }
            Self::Link(_) => {
                "a plugin may import the interfaces of its world and WASI 0.2; `lback plugin inspect` lists what it imports"
                    .into()
            }
            Self::Description(_) => "this is a defect of the plugin: tell its author".into(),
            Self::AfterSignal(_) => "name only signals that are sent before Alembic runs, or leave `signals` out".into(),
            Self::Source(_) | Self::Returned(_) => return None,
            Self::TimedOut(_) => "raise `timeout` of the plugin in `lback.toml` if it legitimately needs longer".into(),
            Self::OutOf { what: "memory", .. } => {
                "raise `memory` of the plugin in `lback.toml` if it legitimately needs more".into()
            }
            Self::OutOf { .. } | Self::Exited(_) | Self::Trapped { .. } => {
                "this is a defect of the plugin: tell its author; `--log plugin=debug` shows what it printed".into()
            }
            Self::Host(_) => "this is a defect of lback: please report it".into(),
        })
    }
}
