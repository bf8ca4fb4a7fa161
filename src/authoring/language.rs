//! The languages that there are templates for, and what each is called.

use clap::ValueEnum;

/// A language that a new plugin is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Rust,
    Python,
    #[value(aliases = ["js", "typescript", "ts"])]
    Javascript,
    Go,
    C,
}

/// What a new plugin is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PluginKind {
    /// May deny: the example protects environments from downgrades
    Policy,
    /// Is told: the example posts how each command ended
    Handler,
}

impl Language {
    /// For a person.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::Javascript => "JavaScript",
            Self::Go => "Go",
            Self::C => "C",
        }
    }

    /// Where the component is in a project whose name is still the template's.
    pub(super) fn component(self) -> &'static str {
        match self {
            Self::Rust => "target/wasm32-wasip2/release/my_plugin.wasm",
            Self::Python | Self::Javascript | Self::Go | Self::C => "my-plugin.wasm",
        }
    }

    /// How it is built and tested, as a part of the README.
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
    /// For a person, and as a part of the world's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Policy => "policy",
            Self::Handler => "handler",
        }
    }

    /// What the plugin does and how it is configured, as a part of the README.
    pub(super) fn readme(self) -> &'static str {
        match self {
            Self::Policy => include_str!("../../templates/policy.md"),
            Self::Handler => include_str!("../../templates/handler.md"),
        }
    }
}
