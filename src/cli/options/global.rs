//! The options that every command takes.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use crate::cli::completions::candidates;
use crate::support::environment_name::environment_name;

/// The options that every command takes.
#[derive(Args, Clone)]
pub(crate) struct Globals {
    /// The environment of this run, as `production`, on which policies decide; overrides
    /// `lback.toml`
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "LBACK_ENVIRONMENT",
        hide_env_values = true,
        value_parser = environment_name,
        help_heading = "Global options"
    )]
    pub(crate) environment: Option<String>,

    /// Set aside the denials of this plugin, where `lback.toml` permits it; may be given several
    /// times
    #[arg(
        long = "override",
        global = true,
        value_name = "PLUGIN",
        requires = "reason",
        add = candidates::plugins(),
        hide_short_help = true,
        help_heading = "Global options"
    )]
    pub(crate) overrides: Vec<String>,

    /// The reason for the override; every handler is told, and the journal keeps it
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

    /// Append each signal to a file as it is sent, as CloudEvents 1.0 with one JSON document a
    /// line. `-` is stdout; Alembic's own output then goes to stderr
    #[arg(long, global = true, value_name = "FILE", hide_short_help = true, help_heading = "Global options")]
    pub(crate) events: Option<PathBuf>,
    /// `true` if the environment was given on the command line, not in a variable.
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

    /// Control colour in the output
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
    /// Returns the environment of the command line.
    pub(crate) fn typed_environment(&self) -> Option<&str> {
        self.environment.as_deref().filter(|_| self.environment_is_typed)
    }
}
