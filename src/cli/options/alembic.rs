//! Alembic's own global options, which the commands that run Alembic pass on.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::alembic::GlobalOptions;
use crate::support::exit::Exit;
use crate::support::user_error::UserError;

/// Alembic's global options, as they were typed before or after the name of a command.
#[derive(Args, Clone, Default)]
pub(in crate::cli) struct AlembicOptions {
    /// Alembic's configuration file; may be given twice (an ini file and a `pyproject.toml`)
    #[arg(short, long, value_name = "FILE", hide_short_help = true, help_heading = "Passed on to Alembic")]
    config: Vec<PathBuf>,

    /// The section of Alembic's configuration file
    #[arg(
        short = 'n',
        long = "name",
        value_name = "SECTION",
        hide_short_help = true,
        help_heading = "Passed on to Alembic"
    )]
    section: Option<OsString>,

    /// An argument for env.py, as `tenant=a`; signals and logs show `***` in its place
    #[arg(
        short,
        value_name = "ARG",
        allow_hyphen_values = true,
        hide_short_help = true,
        help_heading = "Passed on to Alembic"
    )]
    x: Vec<OsString>,

    /// Let Alembic raise its errors with a traceback
    #[arg(long, hide_short_help = true, help_heading = "Passed on to Alembic")]
    raiseerr: bool,

    /// Let Alembic print nothing of its own to stdout
    #[arg(short, long, hide_short_help = true, help_heading = "Passed on to Alembic")]
    quiet: bool,
}

impl AlembicOptions {
    /// Adds the options that were typed at a later place of the command line.
    pub(in crate::cli) fn and(mut self, later: Self) -> Self {
        self.config.extend(later.config);
        self.x.extend(later.x);
        Self {
            section: later.section.or(self.section),
            raiseerr: self.raiseerr || later.raiseerr,
            quiet: self.quiet || later.quiet,
            ..self
        }
    }

    /// Returns the options for Alembic. Names of configuration files are still relative to the
    /// current folder.
    pub(in crate::cli) fn for_alembic(self) -> GlobalOptions {
        let Self { config, section, x, raiseerr, quiet } = self;
        GlobalOptions {
            config: config.into_iter().map(PathBuf::into_os_string).collect(),
            name: section,
            x,
            raiseerr,
            quiet,
            show_x: Vec::new(),
        }
    }

    /// Refuses options that were typed before a command that does not run Alembic.
    pub(in crate::cli) fn refuse(&self) -> Result<(), UnusedOption> {
        let typed = [
            (!self.config.is_empty(), "--config"),
            (self.section.is_some(), "--name"),
            (!self.x.is_empty(), "-x"),
            (self.raiseerr, "--raiseerr"),
            (self.quiet, "--quiet"),
        ];
        match typed.into_iter().find(|(is_typed, _)| *is_typed) {
            Some((_, option)) => Err(UnusedOption(option)),
            None => Ok(()),
        }
    }
}

/// An option for Alembic in front of a command that does not run Alembic.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is an option for Alembic, and this command does not run Alembic")]
pub(in crate::cli) struct UnusedOption(&'static str);

impl UserError for UnusedOption {
    fn exit(&self) -> Exit {
        Exit::Usage
    }

    fn hint(&self) -> Option<String> {
        Some("leave it out; `lback help COMMAND` lists the options of a command".to_owned())
    }
}
