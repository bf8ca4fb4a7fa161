use std::path::PathBuf;

use clap::Args;

use crate::cli::error::CliError;
use crate::cli::project::Project;
use crate::cli::runtime::with_runtime;
use crate::cli::surroundings::Surroundings;
use crate::output::{self, Exit, InspectedPlugin};

/// Show what a plugin file is and asks for
///
/// Its roles, signals, permissions and settings. The plugin is asked to describe itself, with nothing granted.
#[derive(Args)]
pub(in crate::cli) struct Inspect {
    /// The component, as `plugins/guard.wasm`
    path: PathBuf,

    /// Print one JSON document; `docs/plugin-inspect.schema.json` describes it
    #[arg(long)]
    json: bool,
}

impl Inspect {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CliError> {
        let runtime = Project::find(surroundings)?.runtime()?;
        let inspected = with_runtime(runtime.inspect(&self.path))?;
        let inspected = inspected.map_err(|failure| CliError::Plugin { path: self.path, failure })?;
        output::show_inspected(&InspectedPlugin::new(&inspected), self.json).map_err(CliError::Stdout)?;
        Ok(Exit::Success)
    }
}
