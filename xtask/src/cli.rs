//! The command line of `cargo xtask`.

use crate::{bench, check, demo, docs, error::Error, paths::Paths, plugins, prove, release, setup, test};

/// Prepares, shows, tests, checks and measures lback
#[derive(clap::Parser)]
#[command(bin_name = "cargo xtask")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    Setup(setup::Setup),
    Demo(demo::Demo),
    Test(test::Test),
    Check(check::Check),
    Plugins(plugins::Plugins),
    Bench(bench::Bench),
    Prove(prove::Prove),
    Docs(docs::Docs),
    Release(release::Release),
}

impl Cli {
    pub(crate) fn run(self) -> Result<(), Error> {
        let paths = Paths::find()?;
        match self.command {
            Command::Setup(command) => command.run(&paths),
            Command::Demo(command) => command.run(&paths),
            Command::Test(command) => command.run(&paths),
            Command::Check(command) => command.run(&paths),
            Command::Plugins(command) => command.run(&paths),
            Command::Bench(command) => command.run(&paths),
            Command::Prove(command) => command.run(&paths),
            Command::Docs(command) => command.run(&paths),
            Command::Release(command) => command.run(&paths),
        }
    }
}
