//! Shell completions. A shell's script calls lback itself for every word, so that completions know
//! the project's plugins, runs, revisions and tables.

pub(in crate::cli) mod candidates;
mod version_scripts;

use std::io::Write as _;

use clap::{Args, Command, ValueEnum};
use clap_complete::CompleteEnv;
use clap_complete::env::Shells;

use crate::support::exit::Exit;
use crate::support::internal_error::InternalError;
use crate::support::io_error::StdoutError;
use crate::support::standard_stream::StandardStream;
use crate::support::user_error::CommandError;

/// The variable by which a shell's script asks lback for completions.
const VARIABLE: &str = "LBACK_COMPLETE";
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

#[derive(Clone, Copy, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Powershell,
    Zsh,
}

impl Completions {
    pub(super) fn run(self) -> Result<Exit, CommandError> {
        let shell = self.shell.to_possible_value().ok_or_else(|| InternalError::new("the shell has no name"))?;
        let shells = Shells::builtins();
        let shell = shells.completer(shell.get_name()).ok_or_else(|| InternalError::new("an unknown shell"))?;
        let mut script = Vec::new();
        shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script).map_err(InternalError::new)?;
        StandardStream::Stdout.write_all(&script).map_err(StdoutError)?;
        Ok(Exit::Success)
    }
}

/// Answers a shell that asks for completions. Returns `false` if none does, so that the command
/// line is to be run.
pub(super) fn answer_shell(command: fn() -> Command) -> Result<bool, clap::Error> {
    let folder = std::env::current_dir().ok();
    CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .bin(NAME)
        .completer(NAME)
        .try_complete(std::env::args_os(), folder.as_deref())
}
