//! The options that every command takes.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

/// The options that every command takes.
#[derive(Args, Clone)]
pub(crate) struct Globals {
    /// The environment that policies decide by, as `production`; overrides `lback.toml`
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "LBACK_ENVIRONMENT",
        hide_env_values = true,
        help_heading = "Global options"
    )]
    pub(crate) environment: Option<String>,

    /// Go on against the veto of this plugin, where `lback.toml` permits it; may be given several times
    #[arg(
        long = "override",
        global = true,
        value_name = "PLUGIN",
        requires = "reason",
        hide_short_help = true,
        help_heading = "Global options"
    )]
    pub(crate) overrides: Vec<String>,

    /// Why the veto is set aside; told to every handler, and kept in the journal
    #[arg(
        long,
        global = true,
        value_name = "TEXT",
        requires = "overrides",
        value_parser = NonEmptyStringValueParser::new(),
        hide_short_help = true,
        help_heading = "Global options"
    )]
    pub(crate) reason: Option<String>,

    /// Append each signal to a file as it is sent: CloudEvents 1.0, one JSON document a line. `-` is stdout; Alembic's own output then
    /// goes to stderr
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true, help_heading = "Global options")]
    pub(crate) events: Option<PathBuf>,
    /// Set when the environment stands on the command line, rather than in a variable.
    #[arg(skip)]
    pub(crate) environment_is_typed: bool,

    /// Log more than warnings: `plugin=debug`, `lback=debug`, `info`
    #[arg(
        long,
        global = true,
        value_name = "FILTER",
        env = "LBACK_LOG",
        hide_env_values = true,
        help_heading = "Global options"
    )]
    pub(crate) log: Option<String>,

    /// When to use colour
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true,
        help_heading = "Global options"
    )]
    pub(in crate::cli) color: Color,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    pub(crate) fn write_global(self) {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
        .write_global();
    }
}

impl Globals {
    /// The environment that was typed.
    pub(crate) fn typed_environment(&self) -> Option<&str> {
        self.environment.as_deref().filter(|_| self.environment_is_typed)
    }
}
