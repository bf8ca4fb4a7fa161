//! `lback plugin …`: the plugins of a project, and plugins as files.

mod bench;
mod build;
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
use clap::Subcommand;

use crate::cli::options::Call;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Install, update, inspect, test, publish and write plugins
#[derive(Subcommand)]
pub(super) enum PluginCommand {
    Install(install::Install),
    Update(update::Update),
    Remove(remove::Remove),
    List(list::ListPlugins),
    Inspect(inspect::Inspect),
    New(new::New),
    Build(build::Build),
    Componentize(componentize::Componentize),
    Test(test::Test),
    Bench(bench::Bench),
    Vendor(vendor::Vendor),
    Publish(publish::Publish),
}

impl PluginCommand {
    pub(super) fn run(self, call: Call) -> Result<Exit, CommandError> {
        match self {
            Self::Install(command) => command.run(call.surroundings),
            Self::Update(command) => command.run(call.surroundings),
            Self::Remove(command) => command.run(call.surroundings),
            Self::Vendor(command) => command.run(call.surroundings),
            Self::List(command) => command.run(call.surroundings),
            Self::Inspect(command) => command.run(call.surroundings),
            Self::New(command) => command.run(),
            Self::Build(command) => command.run(call.surroundings),
            Self::Componentize(command) => command.run(),
            Self::Test(command) => command.run(&call.globals, call.surroundings),
            Self::Bench(command) => command.run(call.surroundings),
            Self::Publish(command) => command.run(call.surroundings),
        }
    }
}
