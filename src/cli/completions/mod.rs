//! Shell completions. A shell's script calls lback itself for every word, so that completions know
//! the project's plugins, runs, revisions and tables.

pub(in crate::cli) mod candidates;
mod version_scripts;

use std::ffi::OsString;
use std::io::Write as _;
use std::path::Path;

use clap::{Args, Command};
use clap_complete::Shell;
use clap_complete::env::Shells;

use crate::session::environment::{COMPLETE, Surroundings};
use crate::support::exit::Exit;
use crate::support::internal_error::InternalError;
use crate::support::io_error::StdoutError;
use crate::support::standard_stream::StandardStream;
use crate::support::user_error::CommandError;

const NAME: &str = "lback";

/// Print the completions of a shell
///
/// Add one line to the shell's start-up file:
///
/// bash: `source <(lback completions bash)`
///
/// zsh: `source <(lback completions zsh)`
///
/// fish: `lback completions fish | source`
///
/// The shell then completes commands and options, and the names of plugins, revisions, tables and
/// runs of the project in the current folder.
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Result<Exit, CommandError> {
        let shells = Shells::builtins();
        let shell = shells.completer(&self.shell.to_string()).ok_or_else(|| InternalError::new("an unknown shell"))?;
        let mut script = Vec::new();
        shell.write_registration(COMPLETE, NAME, NAME, NAME, &mut script).map_err(InternalError::new)?;
        StandardStream::Stdout.write_all(&script).map_err(StdoutError)?;
        Ok(Exit::Success)
    }
}

/// A shell's request for the completions of a command line.
pub(super) struct ShellRequest {
    /// The name or the path of the shell.
    shell: OsString,
    /// The words of the command line, which follow `--`.
    words: Vec<OsString>,
}

impl ShellRequest {
    /// Returns the request of the shell that started this process; none if the command line is to
    /// be run.
    pub(super) fn of(surroundings: &Surroundings) -> Option<Self> {
        let shell = surroundings.completing_shell()?.clone();
        let words = surroundings.arguments().iter().skip_while(|word| *word != "--").skip(1);
        Some(Self { shell, words: words.cloned().collect() })
    }

    /// Writes the answer. It is complete before any of it is written.
    ///
    /// `clap_complete`'s `CompleteEnv` writes by the standard library, which loses the output
    /// without an error if stdout was closed.
    pub(super) fn answer(self, mut command: Command, folder: Option<&Path>) -> Result<Exit, CommandError> {
        let name = Path::new(&self.shell).file_stem().unwrap_or_default();
        let shells = Shells::builtins();
        let Some(shell) = shells.iter().find(|shell| shell.is(&name.to_string_lossy())) else {
            return Ok(Exit::Unavailable);
        };
        let mut answer = Vec::new();
        if self.words.is_empty() {
            shell.write_registration(COMPLETE, NAME, NAME, NAME, &mut answer).map_err(InternalError::new)?;
        } else {
            command.build();
            shell.write_complete(&mut command, self.words, folder, &mut answer).map_err(InternalError::new)?;
        }
        StandardStream::Stdout.write_all(&answer).map_err(StdoutError)?;
        Ok(Exit::Success)
    }
}
