//! Every failure of a plugin, with its message and hint. `dispatch/` decides the consequence.

use std::time::Duration;

use super::compile::CompileError;
use super::settings::SettingsError;
use crate::plugin::load::not_offered::NotOffered;
use crate::plugin::load::toolchain::Toolchain;
use crate::plugin::role::Role;
use crate::registry::NotInstalled;

use crate::support::exit::Exit;
use crate::support::refused_resource::{RAISE_LIMITS, exit_unless_refused, is_refusal};
use crate::support::user_error::UserError;

/// The reason why a plugin could not be loaded, or did not answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    NotInstalled(#[from] NotInstalled),
    #[error("it is a core WebAssembly module, not a component")]
    CoreModule { made_with: Option<Toolchain> },
    #[error(transparent)]
    NotCompiled(#[from] CompileError),
    #[error("it exports neither `lback:plugin/policy` nor `lback:plugin/handler`{}", others(.exports))]
    NotAPlugin { exports: Vec<String>, made_with: Option<Toolchain> },
    #[error("it exports no `lback:plugin/metadata`")]
    NoMetadata,
    #[error("it is built for `lback:plugin@{wants}`, but this lback supports {speaks}")]
    OtherPackage { wants: semver::Version, speaks: semver::Version },
    #[error("it is a policy and imports `{import}`, which only a handler may import")]
    PolicyImport { import: String, made_with: Option<Toolchain> },
    #[error("it is a handler and imports `{import}`, which only a policy may import")]
    HandlerImport { import: String },
    #[error("it imports `{import}`, which lback doesn't provide: {why}")]
    NotOffered { import: String, why: NotOffered, made_with: Option<Toolchain> },
    #[error("its exports don't match its world: {0}")]
    Exports(String),
    #[error("it can't be linked: {0}")]
    Link(String),
    #[error("its description is invalid: {0}")]
    Description(String),
    #[error("`signals` in `lback.toml` subscribes a policy to `{0}`, which is sent after Alembic has run")]
    AfterSignal(crate::model::signal::SignalName),

    /// The settings are refused. `excerpt` shows the wrong lines of `lback.toml` with carets, if
    /// the settings come from there.
    #[error("{error}")]
    Settings { error: SettingsError, excerpt: Option<String> },

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

fn others(exports: &[String]) -> String {
    if exports.is_empty() {
        return "; it has no exports".into();
    }
    let exports: Vec<_> = exports.iter().map(|export| format!("`{export}`")).collect();
    format!(", but {}", exports.join(", "))
}

fn in_its_own_words(stderr: &str) -> String {
    if stderr.is_empty() { String::new() } else { format!("; its last output: {stderr}") }
}

impl Failure {
    /// Returns the role of the plugin that could not be loaded, if it is known.
    pub(crate) fn role(&self) -> Option<Role> {
        match self {
            Self::OfHandler(_) | Self::HandlerImport { .. } => Some(Role::Handler),
            Self::Settings { .. } | Self::PolicyImport { .. } | Self::AfterSignal(_) => Some(Role::Policy),
            _ => None,
        }
    }

    /// Returns whether the plugin's file is at fault, rather than one of its calls.
    pub(crate) fn is_invalid_plugin(&self) -> bool {
        match self {
            Self::OfHandler(failure) => failure.is_invalid_plugin(),
            Self::NotInstalled(_)
            | Self::CoreModule { .. }
            | Self::NotCompiled(_)
            | Self::NotAPlugin { .. }
            | Self::NoMetadata
            | Self::OtherPackage { .. }
            | Self::PolicyImport { .. }
            | Self::HandlerImport { .. }
            | Self::NotOffered { .. }
            | Self::Exports(_)
            | Self::Link(_)
            | Self::Description(_)
            | Self::AfterSignal(_)
            | Self::Settings { .. } => true,
            Self::Returned(_)
            | Self::TimedOut(_)
            | Self::OutOf { .. }
            | Self::Exited(_)
            | Self::Trapped { .. }
            | Self::Host(_) => false,
        }
    }

    /// Returns whether the plugin could not be loaded, or not be run, because the system refused a
    /// resource.
    pub(crate) fn is_refused_resource(&self) -> bool {
        (self.is_invalid_plugin() || matches!(self, Self::Host(_))) && is_refusal(&self.to_string())
    }

    /// Returns whether the settings in `lback.toml` are at fault, rather than the plugin.
    pub(crate) fn is_refused_settings(&self) -> bool {
        match self {
            Self::OfHandler(failure) => failure.is_refused_settings(),
            Self::Settings { error, .. } => matches!(error, SettingsError::Refused(_)),
            _ => false,
        }
    }

    /// Returns the lines that show the place of the fault, to be printed below the message.
    pub(crate) fn excerpt(&self) -> Option<&str> {
        match self {
            Self::OfHandler(failure) => failure.excerpt(),
            Self::Settings { excerpt, .. } => excerpt.as_deref(),
            _ => None,
        }
    }

    /// Returns whether the message contains text of the plugin, which must not choose lback's hint.
    fn quotes_plugin(&self) -> bool {
        matches!(self, Self::OfHandler(_) | Self::Returned(_) | Self::Exited(_) | Self::Trapped { .. })
    }

    /// Returns the next step for the operator.
    pub(crate) fn hint(&self) -> Option<String> {
        if !self.quotes_plugin() && is_refusal(&self.to_string()) {
            return Some(RAISE_LIMITS.to_owned());
        }
        Some(match self {
            Self::OfHandler(failure) => return failure.hint(),
            Self::NotInstalled(failure) => return failure.hint(),
            Self::CoreModule { made_with } => Toolchain::component(*made_with).into(),
            Self::NotCompiled(failure) => failure.hint().into(),
            Self::NotAPlugin { made_with, .. } => Toolchain::world(*made_with).into(),
            Self::NoMetadata => Toolchain::world(None).into(),
            Self::OtherPackage { wants, speaks } if wants > speaks => "update lback, or use an older build of the plugin".into(),
            Self::OtherPackage { .. } => "rebuild the plugin, or ask its author for a newer build".into(),
            Self::PolicyImport { made_with, .. } => Toolchain::without_http(*made_with).into(),
            Self::HandlerImport { .. } => {
                "a handler reads the completed steps from `databases` of `alembic_command_completed`; to read the plan, export a policy as well".into()
            }
            Self::NotOffered { why: NotOffered::NewerInterface, .. } => {
                "update lback, or build the plugin with the `wit/` of this one".into()
            }
            Self::NotOffered { made_with: Some(Toolchain::Python), .. } => {
                "remove unused imports: `componentize-py componentize --stub-wasi` adds no imports of WASI".into()
            }
            Self::NotOffered { .. } => "build it without the code that needs this import".into(),
            Self::Exports(_) => "build it with bindings that are generated from the `wit/` of this lback, or of the version that it names".into(),
            Self::Link(_) => {
                "a plugin may import the interfaces of its world and WASI 0.2; `lback plugin inspect` lists what it imports"
                    .into()
            }
            Self::Description(_) | Self::Settings { error: SettingsError::Schema(_), .. } => {
                "this is a defect of the plugin: correct it if it is yours, otherwise report it to its author".into()
            }
            Self::AfterSignal(_) => "name only signals that are sent before Alembic runs, or remove `signals`".into(),
            Self::Settings { error: SettingsError::Refused(_), .. } => {
                "correct `[plugin.settings]` in `lback.toml`; `lback plugin inspect` lists the settings".into()
            }
            Self::Returned(_) => return None,
            Self::TimedOut(_) => "raise `timeout` of the plugin in `lback.toml` if it legitimately needs longer".into(),
            Self::OutOf { what: "memory", .. } => {
                "raise `memory` of the plugin in `lback.toml` if it legitimately needs more".into()
            }
            Self::OutOf { .. } | Self::Exited(_) | Self::Trapped { .. } => {
                "this is a defect of the plugin: correct it if it is yours, otherwise report it to its author; `--log plugin=debug` shows what it printed".into()
            }
            Self::Host(_) => "this is a defect of lback: please report it".into(),
        })
    }
}

impl UserError for Failure {
    fn exit(&self) -> Exit {
        exit_unless_refused(&self.to_string(), Exit::InvalidPlugin)
    }

    fn hint(&self) -> Option<String> {
        self.hint()
    }

    fn excerpt(&self) -> Option<String> {
        self.excerpt().map(str::to_owned)
    }
}
