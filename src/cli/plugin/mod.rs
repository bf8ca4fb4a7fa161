//! `lback plugin …`: the plugins of a project, and plugins as files.

mod bench;
mod componentize;
mod consent;
mod error;
mod inspect;
mod install;
mod install_context;
mod list;
mod new;
mod publish;
mod remove;
mod test;
mod trial_options;
mod update;
mod vendor;

pub(in crate::cli) use trial_options::TrialError;

use clap::Subcommand;

pub(super) use self::error::InstallError;
use super::error::CliError;
use crate::cli::options::global::Globals;
use crate::session::environment::Surroundings;
use crate::ui::Exit;

/// Install, update, inspect, test, publish and write plugins
#[derive(Subcommand)]
pub(super) enum Plugin {
    Install(install::Install),
    Update(update::Update),
    Remove(remove::Remove),
    List(list::List),
    Inspect(inspect::Inspect),
    New(new::New),
    Componentize(componentize::Componentize),
    Test(test::Test),
    Bench(bench::Bench),
    Vendor(vendor::Vendor),
    Publish(publish::Publish),
}

impl Plugin {
    pub(super) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        match self {
            Self::Install(command) => command.run(globals, surroundings),
            Self::Update(command) => command.run(surroundings),
            Self::Remove(command) => command.run(surroundings),
            Self::Vendor(command) => command.run(surroundings),
            Self::List(command) => command.run(surroundings),
            Self::Inspect(command) => command.run(surroundings),
            Self::New(command) => command.run(),
            Self::Componentize(command) => command.run(),
            Self::Test(command) => command.run(globals, surroundings),
            Self::Bench(command) => command.run(surroundings),
            Self::Publish(command) => command.run(surroundings),
        }
    }
}
