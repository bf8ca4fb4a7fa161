use std::path::{Path, PathBuf};

use clap::Args;

use super::error::InstallError;
use crate::cli::plugin::install_context::{Workshop, not_installed, until_stopped};
use crate::registry::{self, StoredPlugin};
use crate::session::environment::Surroundings;
use crate::support::exit::Exit;
use crate::support::plural::counted;
use crate::support::user_error::CommandError;
use crate::ui;

/// Copy the locked plugins into a folder, for machines without a network
///
/// With `[registry] vendor = "DIR"` in `lback.toml`, lback searches that folder first. Plugins
/// whose source is a file are not copied.
#[derive(Args)]
pub(in crate::cli) struct Vendor {
    /// The folder, which is created if necessary
    dir: PathBuf,

    /// Use only files and plugins on this machine
    #[arg(long)]
    offline: bool,
}

impl Vendor {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let workshop = Workshop::open(surroundings, self.offline)?;
        workshop.config_file()?;
        let folder = workshop.project.here.join(&self.dir);
        let stored = until_stopped(copy(&workshop, &folder))?;
        ui::status("vendored", &format!("{} into `{}`", counted(stored.len(), "plugin"), self.dir.display()));
        let is_any = !stored.is_empty();
        stored.into_iter().for_each(StoredPlugin::keep);
        if is_any && workshop.project.config.registry.vendor.as_deref() != Some(&*folder) {
            let root = &workshop.project.config.root;
            let shown = folder.strip_prefix(root).unwrap_or(&folder).display();
            ui::hint(&format!(
                "for lback to look there, write `vendor = \"{shown}\"` below `[registry]` in `lback.toml`"
            ));
        }
        Ok(Exit::Success)
    }
}

async fn copy(workshop: &Workshop, folder: &Path) -> Result<Vec<StoredPlugin>, CommandError> {
    workshop.lock()?;
    let mut stored = Vec::new();
    for plugin in &workshop.project.config.plugins {
        let name = &plugin.name;
        let locked = workshop.runtime.installed().locked(name, &plugin.source).map_err(not_installed(name))?;
        if plugin.source.file(&workshop.project.config.root).is_some() {
            ui::note(&format!("`{name}` is a file, `{}`, and is read there", plugin.source));
            continue;
        }
        let bytes = workshop.locked_bytes(plugin, locked).await?;
        let put = registry::put(folder, &bytes);
        stored.push(put.map_err(|cause| InstallError::Store { name: name.clone(), cause })?);
    }
    Ok(stored)
}
