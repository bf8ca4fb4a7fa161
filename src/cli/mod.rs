//! What can be typed. Each command is a file: its arguments, and a `run` that resolves, calls and shows.

mod commands;
pub(crate) mod error;
mod init;
mod log;
pub(crate) mod options;
mod plugin;

use clap::parser::ValueSource;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use self::error::CliError;
use crate::cli::options::global::Globals;
use crate::session::environment::Surroundings;
use crate::ui::{self, Exit};

/// Alembic with signals, sandboxed plugins and policies that can say no.
///
/// lback runs Alembic's commands as they are, sends a signal at every stage, and hands each signal to the WebAssembly plugins that
/// `lback.toml` lists: a policy may stop a command before Alembic starts, a handler is told what happened.
#[derive(Parser)]
#[command(
    name = "lback",
    version,
    max_term_width = 100,
    after_help = format!("{EXAMPLES}\n\n`lback --help` says more, exit codes included; `lback help COMMAND` is about one command."),
    after_long_help = format!("{EXAMPLES}\n\n{}", ui::exit_code_table()),
)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
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
  lback alembic current                    any other command of Alembic
  lback log                                what was run, by whom, and how it ended";

#[derive(Subcommand)]
enum Command {
    Makemigrations(commands::makemigrations::Makemigrations),
    Migrate(commands::migrate::Migrate),
    Rollback(commands::rollback::Rollback),
    History(commands::history::History),
    Plan(commands::plan::ShowPlan),
    Alembic(commands::alembic::Alembic),
    Init(init::Init),
    Log(log::Log),
    #[command(subcommand)]
    Plugin(plugin::Plugin),
}

/// Does what the command line says, and says with which code to exit.
pub(crate) fn run() -> Exit {
    let cli = match parse() {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to fail while printing the help.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Success };
        }
    };
    cli.globals.color.write_global();
    if let Err(error) = ui::start_log(cli.globals.log.as_deref()) {
        ui::error(&error.to_string());
        ui::hint("a filter is `LEVEL` or `TARGET=LEVEL`, separated by commas, as `plugin=debug`");
        return Exit::Usage;
    }
    let Cli { globals, command } = cli;
    let surroundings = Surroundings::of_this_process();
    let done = match command {
        Command::Makemigrations(command) => command.run(&globals, surroundings),
        Command::Migrate(command) => command.run(&globals, surroundings),
        Command::Rollback(command) => command.run(&globals, surroundings),
        Command::History(command) => command.run(&globals, surroundings),
        Command::Plan(command) => command.run(&globals, surroundings),
        Command::Alembic(command) => command.run(&globals, surroundings),
        Command::Init(command) => command.run(&surroundings),
        Command::Log(command) => command.run(&globals, surroundings),
        Command::Plugin(command) => command.run(&globals, surroundings),
    };
    done.unwrap_or_else(CliError::show)
}

fn parse() -> Result<Cli, clap::Error> {
    let mut matches = Cli::command().try_get_matches()?;
    let typed = matches.value_source("environment") == Some(ValueSource::CommandLine);
    let mut cli = Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut Cli::command()))?;
    cli.globals.environment_is_typed = typed;
    Ok(cli)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
