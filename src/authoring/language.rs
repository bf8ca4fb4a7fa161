//! The languages that have templates, and the kinds of plugins.

use clap::ValueEnum;

/// The language of a new plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Rust,
    Python,
    #[value(aliases = ["js", "typescript", "ts"])]
    Javascript,
    Go,
    C,
}

/// The role of a new plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PluginKind {
    /// Can deny a command. The example protects environments from downgrades
    Policy,
    /// Is notified of signals. The example posts how each command ended
    Handler,
}

impl Language {
    /// Returns the name for a person.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::Javascript => "JavaScript",
            Self::Go => "Go",
            Self::C => "C",
        }
    }

    /// Returns the name of the folder in `templates/`.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Javascript => "javascript",
            Self::Go => "go",
            Self::C => "c",
        }
    }

    /// Returns the path of the component in a project that still has the template's name.
    pub(super) fn component(self) -> &'static str {
        match self {
            Self::Rust => "target/wasm32-wasip2/release/my_plugin.wasm",
            Self::Python | Self::Javascript | Self::Go | Self::C => "my-plugin.wasm",
        }
    }

    /// Returns the part of the README about building and testing.
    pub(super) fn readme(self) -> &'static str {
        match self {
            Self::Rust => include_str!("../../templates/rust/README.md"),
            Self::Python => include_str!("../../templates/python/README.md"),
            Self::Javascript => include_str!("../../templates/javascript/README.md"),
            Self::Go => include_str!("../../templates/go/README.md"),
            Self::C => include_str!("../../templates/c/README.md"),
        }
    }
}

impl PluginKind {
    /// Returns the name for a person, which is also part of the world's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Handler => "handler",
        }
    }

    /// Returns the part of the README about the plugin's purpose and its settings.
    pub(super) fn readme(self) -> &'static str {
        match self {
            Self::Policy => include_str!("../../templates/policy.md"),
            Self::Handler => include_str!("../../templates/handler.md"),
        }
    }
}
