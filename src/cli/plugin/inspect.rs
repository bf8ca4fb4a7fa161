use clap::Args;

use crate::cli::completions::candidates;
use crate::cli::plugin::install_context::{Workshop, not_installed, until_stopped};
use crate::plugin::PluginFacts;
use crate::session::environment::Surroundings;
use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;
use crate::ui::{self, InspectedPlugin};

/// Show what a plugin is and what it requests
///
/// Shows its roles, signals, permissions and settings. The plugin describes itself, with nothing
/// granted.
#[derive(Args)]
pub(in crate::cli) struct Inspect {
    /// A name in `lback.toml`; or a source: a plugin of lback's own, as `guard`, a file as
    /// `./guard.wasm`, `https://…`, `oci://…`
    #[arg(value_name = "NAME|SOURCE", add = candidates::plugins())]
    plugin: String,

    /// Print one JSON document; `schemas/plugin-inspect.schema.json` describes it
    #[arg(long)]
    json: bool,

    /// Use only files and plugins on this machine
    #[arg(long)]
    offline: bool,
}

impl Inspect {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let workshop = Workshop::open(surroundings, self.offline)?;
        let inspected = until_stopped(self.look(&workshop))?;
        ui::show_inspected(&InspectedPlugin::new(&inspected), self.json).map_err(StdoutError)?;
        Ok(Exit::Success)
    }

    async fn look(&self, workshop: &Workshop) -> Result<PluginFacts, CommandError> {
        if let Some(plugin) = workshop.plugin(&self.plugin) {
            let installed = workshop.runtime.installed();
            let locked = installed.locked(&plugin.name, &plugin.source).map_err(not_installed(&plugin.name))?;
            let bytes = workshop.locked_bytes(plugin, locked).await?;
            return workshop.inspect(&bytes, &plugin.name, &self.plugin).await;
        }
        let source = workshop.typed_source(&self.plugin)?;
        let candidate = workshop.fetch_as(&source, "the plugin", &self.plugin).await?;
        Ok(candidate.inspected)
    }
}
