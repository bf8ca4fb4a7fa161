use std::collections::BTreeSet;

use clap::Args;

use crate::plugin::Failure;
use crate::registry::builtin_plugins;
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;
use crate::support::user_error::UserError as _;
use crate::ui::{self, ListedPlugin};

/// List the plugins of `lback.toml` and their permissions
#[derive(Args)]
pub(in crate::cli) struct ListPlugins {
    /// List lback's own plugins instead, which `lback plugin install NAME` installs
    #[arg(long)]
    available: bool,

    /// Print one JSON document; `schemas/plugin-list.schema.json` describes it, and with
    /// `--available` `schemas/plugin-available.schema.json`
    #[arg(long)]
    json: bool,
}

impl ListPlugins {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        if self.available {
            ui::show_available(builtin_plugins(), self.json).map_err(StdoutError)?;
            return Ok(Exit::Success);
        }
        let project = Project::find(surroundings)?;
        if project.config.path.is_none() {
            ui::warning("there is no `lback.toml` in this folder or above it, so there are no plugins");
            ui::hint("`lback init` makes one");
        } else if project.config.plugins.is_empty() {
            ui::note("`lback.toml` lists no plugins");
        }
        let runtime = project.runtime()?;
        let mut listed = Vec::new();
        let mut invalid = Vec::new();
        for plugin in &project.config.plugins {
            let loaded = with_runtime(runtime.load(plugin))?;
            let locked = runtime.installed().locked(&plugin.name, &plugin.source).ok();
            let row = ListedPlugin::new(plugin, locked, &loaded);
            for unused in row.not_asked() {
                ui::note(&format!("`lback.toml` grants `{unused}` to `{}`, which doesn't ask for it", plugin.name));
            }
            listed.push(row);
            invalid.extend(loaded.err().map(|failure| (plugin.name.clone(), failure)));
        }
        ui::show_list(listed, self.json).map_err(StdoutError)?;
        for (name, failure) in &invalid {
            ui::error(&format!("the plugin `{name}` can't be loaded: {failure}{}", below(failure)));
        }
        let hints: BTreeSet<_> = invalid.iter().filter_map(|(_, failure)| failure.hint()).collect();
        for next in &hints {
            ui::hint(next);
        }
        let codes: Vec<_> = invalid.iter().map(|(_, failure)| failure.exit()).collect();
        Ok(match codes.first() {
            None => Exit::Success,
            Some(&first) if codes.iter().all(|code| *code == first) => first,
            Some(_) => Exit::InvalidPlugin,
        })
    }
}

/// Returns the lines of the file that the failure is about.
fn below(failure: &Failure) -> String {
    failure.excerpt().map(|excerpt| format!("\n{excerpt}")).unwrap_or_default()
}
