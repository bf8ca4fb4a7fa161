//! Options that every command takes.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, ValueEnum};

use crate::alembic::GlobalOptions;
use crate::cli::error::CliError;

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
    pub(crate) color: Color,

    /// Alembic's configuration file; may be given twice (an ini file and a `pyproject.toml`)
    #[arg(
        short,
        long,
        global = true,
        value_name = "FILE",
        hide_short_help = true,
        help_heading = "Passed on to Alembic"
    )]
    config: Vec<PathBuf>,

    /// The section of Alembic's configuration file
    #[arg(
        short = 'n',
        long = "name",
        global = true,
        value_name = "SECTION",
        hide_short_help = true,
        help_heading = "Passed on to Alembic"
    )]
    section: Option<OsString>,

    /// An argument for env.py, as `tenant=a`; signals and logs show `***` in its place
    #[arg(
        short,
        global = true,
        value_name = "ARG",
        allow_hyphen_values = true,
        hide_short_help = true,
        help_heading = "Passed on to Alembic"
    )]
    x: Vec<OsString>,

    /// Let Alembic raise its errors with a traceback
    #[arg(long, global = true, hide_short_help = true, help_heading = "Passed on to Alembic")]
    raiseerr: bool,

    /// Let Alembic print nothing of its own to stdout
    #[arg(short, long, global = true, hide_short_help = true, help_heading = "Passed on to Alembic")]
    quiet: bool,
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

    /// `-n`, for commands that have no use for a section of a configuration file: there it is a number.
    pub(crate) fn number(&self) -> Result<Option<usize>, CliError> {
        let number = self.section.as_ref().map(|typed| typed.to_string_lossy());
        let parse = |typed: &str| typed.parse().map_err(|_| CliError::NotANumber(typed.to_owned()));
        number.as_deref().map(parse).transpose()
    }

    /// `--name`, for commands that have no use for a section of a configuration file: there it is a name.
    pub(crate) fn typed_name(&self) -> Option<String> {
        self.section.as_ref().map(|typed| typed.to_string_lossy().into_owned())
    }

    /// Alembic's global options: those typed here, and the file of `lback.toml` where none was typed.
    ///
    /// A file that was typed is meant from the current folder `here`, but Alembic runs in `root`.
    pub(crate) fn alembic_options(&self, configured: Option<&str>, here: &Path, root: &Path) -> GlobalOptions {
        let typed = self.config.iter().map(|file| if here == root { file.clone() } else { here.join(file) });
        let config = if self.config.is_empty() {
            configured.map(OsString::from).into_iter().collect()
        } else {
            typed.map(PathBuf::into_os_string).collect()
        };
        GlobalOptions {
            config,
            name: self.section.clone(),
            x: self.x.clone(),
            raiseerr: self.raiseerr,
            quiet: self.quiet,
        }
    }
}
