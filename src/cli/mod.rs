//! The command line. Each command is a file with its arguments and a `run` that resolves them,
//! calls the other rooms and shows the result.

mod command_line;
mod commands;
mod compile;
mod completions;
mod error;
mod facts;
mod init;
mod log;
mod man_pages;
pub(crate) mod options;
mod plugin;
mod process;
mod self_commands;
mod status;

use std::env;
use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::alembic::ALEMBIC_COMMANDS;
use crate::cli::completions::ShellRequest;
use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::cli::options::global::Globals;
use crate::session::environment::Surroundings;
use crate::support::build_facts::LONG_VERSION;
use crate::support::exit::{Exit, exit_code_table};
use crate::support::file_modes::shield_from_others;
use crate::support::nearest::nearest;
use crate::support::redact::process;
use crate::support::user_error::CommandError;
use crate::ui;

/// Alembic with signals, sandboxed plugins and policies that can deny a migration.
///
/// lback runs Alembic's commands as they are and sends a signal at every stage to the WebAssembly
/// plugins that `lback.toml` lists. A policy can deny a command before Alembic starts. A handler is
/// told what happened.
#[derive(Parser)]
#[command(
    name = "lback",
    version,
    long_version = LONG_VERSION.as_str(),
    max_term_width = 100,
    after_help = format!("{EXAMPLES}\n\n`lback --help` says more, exit codes included; `lback help COMMAND` is about one command."),
    after_long_help = format!("{EXAMPLES}\n\n{}", exit_code_table()),
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(flatten)]
    alembic: AlembicOptions,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  lback init                               set lback up in a project
  lback makemigrations add_users           write a migration from the models
  lback migrate                            apply what is pending
  lback plan                               see first what would be done
  lback rollback                           go one step back
  lback rollback users                     revert the latest change of a table
  lback migrate --sql                      print the SQL, change nothing
  lback --environment staging migrate      let policies decide as for staging
  lback current                            any other command of Alembic, as Alembic names it
  lback status                             where the database is, and what is pending
  lback log                                what was run, by whom, and how it ended";

#[derive(Subcommand)]
enum Command {
    Makemigrations(commands::makemigrations::Makemigrations),
    Migrate(commands::migrate::Migrate),
    Rollback(commands::rollback::Rollback),
    History(commands::history::History),
    Plan(commands::plan::ShowPlan),
    Alembic(commands::alembic::Alembic),
    Status(status::Status),
    Facts(facts::Facts),
    Init(init::Init),
    Log(log::Log),
    #[command(subcommand)]
    Plugin(plugin::PluginCommand),
    #[command(name = "self", subcommand)]
    Myself(self_commands::SelfCommand),
    Completions(completions::Completions),
    #[command(hide = true)]
    ManPages(man_pages::ManPages),
    #[command(name = crate::plugin::COMPILE_COMMAND, hide = true)]
    Compile(compile::Compile),
}

/// Runs the command of the command line and returns the exit code.
pub(crate) fn run() -> Exit {
    process::prepare();
    process::with_large_stack(run_command).unwrap_or_else(|error| error::show(&error))
}

fn run_command() -> Exit {
    let surroundings = Surroundings::of_this_process();
    // Before anything is shown.
    surroundings.teach(process());
    if let Some(request) = ShellRequest::of(&surroundings) {
        let folder = env::current_dir().ok();
        return request.answer(Cli::command(), folder.as_deref()).unwrap_or_else(|error| error::show(&error));
    }
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => return command_line::answer(error).unwrap_or_else(|error| error::show(&error.into())),
    };
    cli.globals.color.write_global();
    if let Err(error) = ui::start_log(cli.globals.log.as_deref()) {
        ui::error(&error.to_string());
        ui::hint("a filter is `LEVEL` or `TARGET=LEVEL`, separated by commas, as `plugin=debug`");
        return Exit::Usage;
    }
    // The environment was learned before there was a log.
    process().warn_of_dropped();
    let Cli { globals, alembic, command } = cli;
    let call = Call { globals, alembic, surroundings };
    command.run(call).unwrap_or_else(|error| error::show(&error))
}

impl Command {
    fn run(self, call: Call) -> Result<Exit, CommandError> {
        if !self.runs_alembic() {
            call.alembic.refuse()?;
        }
        match self {
            Self::Makemigrations(command) => command.run(call),
            Self::Migrate(command) => command.run(call),
            Self::Rollback(command) => command.run(call),
            Self::History(command) => command.run(call),
            Self::Plan(command) => command.run(call),
            Self::Alembic(command) => command.run(call),
            Self::Init(command) => {
                shield_from_others();
                command.run(&call.surroundings)
            }
            Self::Log(command) => command.run(call),
            Self::Plugin(command) => {
                shield_from_others();
                command.run(call)
            }
            Self::Status(command) => command.run(call),
            Self::Facts(command) => command.run(call),
            Self::Myself(command) => command.run(call),
            Self::Completions(command) => command.run(),
            Self::ManPages(command) => {
                shield_from_others();
                command.run(Cli::command())
            }
            Self::Compile(command) => command.run(),
        }
    }

    fn runs_alembic(&self) -> bool {
        !matches!(
            self,
            Self::Init(_)
                | Self::Log(_)
                | Self::Plugin(_)
                | Self::Completions(_)
                | Self::ManPages(_)
                | Self::Compile(_)
        )
    }
}

fn parse() -> Result<Cli, clap::Error> {
    let mut matches = matches_of(env::args_os().collect())?;
    let typed = matches.value_source("environment") == Some(ValueSource::CommandLine);
    let mut cli = Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut Cli::command()))?;
    cli.globals.environment_is_typed = typed;
    Ok(cli)
}

/// Parses the command line. In front of a command that only Alembic has, the word `alembic` may be
/// left out.
fn matches_of(mut arguments: Vec<OsString>) -> Result<ArgMatches, clap::Error> {
    let unknown = match Cli::command().try_get_matches_from(&arguments) {
        Err(error) if error.kind() == ErrorKind::InvalidSubcommand => error,
        parsed => return parsed,
    };
    // Other errors of the line count more than the unknown word, which may be Alembic's command.
    let with_any = Cli::command().allow_external_subcommands(true).try_get_matches_from(&arguments)?;
    let Some((word, rest)) = with_any.subcommand() else { return Err(unknown) };
    if !ALEMBIC_COMMANDS.contains(&word) {
        return Err(with_suggestion(unknown, word));
    }
    let after = rest.get_many::<OsString>("").map_or(0, |words| words.len());
    let Some(place) = (arguments.len() - after).checked_sub(1) else { return Err(unknown) };
    arguments.insert(place, "alembic".into());
    Cli::command().try_get_matches_from(arguments)
}

/// Adds the command of Alembic that resembles the word, if clap suggests no command of lback.
fn with_suggestion(mut unknown: clap::Error, word: &str) -> clap::Error {
    if unknown.get(ContextKind::SuggestedSubcommand).is_none()
        && let Some(similar) = nearest(word, ALEMBIC_COMMANDS)
    {
        unknown.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![similar.to_owned()]));
    }
    unknown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
