use clap::Args;

use super::consent::Consent;
use super::error::InstallError;
use crate::cli::completions::candidates;
use crate::cli::plugin::install_context::{Candidate, Workshop, until_stopped};
use crate::config::UnlistedPlugin;
use crate::config::{self, Allow, PluginConfig};
use crate::registry::{LockEntry, WriteOrder};
use crate::session::environment::Surroundings;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;
use crate::ui;

/// Update plugins from their sources
///
/// Fetches the plugins again, shows the differences, and locks the new versions. A plugin that
/// requests more permissions than before is only updated once they are granted or denied. A failure
/// changes nothing for any plugin.
#[derive(Args)]
pub(in crate::cli) struct Update {
    /// Names in `lback.toml`; all plugins by default
    #[arg(value_name = "NAME", add = candidates::plugins())]
    names: Vec<String>,

    #[command(flatten)]
    consent: Consent,

    /// Use only files and lback's own plugins
    #[arg(long)]
    offline: bool,
}

/// A plugin whose source has changed.
struct Change {
    name: String,
    candidate: Candidate,
    allow: Allow,
}

impl Update {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let workshop = Workshop::open(surroundings, self.offline)?;
        workshop.config_file()?;
        if let Some(unknown) = self.names.iter().find(|name| workshop.plugin(name).is_none()) {
            return Err(UnlistedPlugin(unknown.clone()).into());
        }
        until_stopped(self.update(&workshop))?;
        Ok(Exit::Success)
    }

    async fn update(&self, workshop: &Workshop) -> Result<(), CommandError> {
        let is_chosen = |plugin: &&PluginConfig| self.names.is_empty() || self.names.contains(&plugin.name);
        let mut changes = Vec::new();
        for plugin in workshop.project.config.plugins.iter().filter(is_chosen) {
            changes.extend(self.look_for_change(workshop, plugin).await?);
        }
        let mut stored = Vec::new();
        for Change { name, candidate, .. } in &changes {
            stored.push(workshop.store(name, &candidate.source, candidate.bytes())?);
        }
        if !changes.is_empty() {
            // Grants come first: the old plugin does not request them, so they have no effect yet.
            workshop.change(WriteOrder::ConfigFirst, |_, text, lock| {
                for Change { name, candidate, allow } in &changes {
                    if *allow != Allow::default() {
                        *text = config::granted(text, name, allow).map_err(InstallError::Edit)?;
                    }
                    lock.set(candidate.locked(name));
                }
                Ok(())
            })?;
        }
        stored.into_iter().flatten().for_each(crate::registry::StoredPlugin::keep);
        for Change { name, candidate, .. } in &changes {
            ui::status("updated", &format!("`{name}` to {}", candidate.inspected.description.version));
        }
        Ok(())
    }

    async fn look_for_change(
        &self,
        workshop: &Workshop,
        plugin: &PluginConfig,
    ) -> Result<Option<Change>, CommandError> {
        let name = &plugin.name;
        let candidate = workshop.fetch(&plugin.source, name).await?;
        candidate.verify(name, plugin.public_key.as_ref())?;
        let new = candidate.locked(name);
        let old = workshop.lock()?.get(name);
        if old == Some(&new) {
            ui::note(&format!("`{name}` {} is up to date", new.version));
            // A plugin that is not on this machine yet is stored.
            workshop
                .store(name, &plugin.source, candidate.bytes())?
                .into_iter()
                .for_each(crate::registry::StoredPlugin::keep);
            return Ok(None);
        }
        ui::show_locked_change(old, &new);
        candidate.check_settings(plugin).map_err(|error| InstallError::Settings {
            name: name.clone(),
            version: new.version.clone(),
            error,
            typed: false,
        })?;
        // Permissions that were requested before and not granted have been decided.
        let is_new = |old: &LockEntry, request: &String| {
            !old.permissions.http.contains(request) && !old.permissions.secrets.contains(request)
        };
        let wanted = candidate
            .inspected
            .resolved_requests(&plugin.settings, |request| old.is_some_and(|old| is_new(old, &request.to_string())));
        let allow = self.consent.decide(name, wanted, &plugin.allow).await?;
        Ok(Some(Change { name: name.clone(), candidate, allow }))
    }
}
