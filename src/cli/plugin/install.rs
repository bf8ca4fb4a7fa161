use clap::Args;

use super::consent::Consent;
use super::error::InstallError;
use crate::cli::completions::candidates;
use crate::cli::plugin::install_context::{Candidate, Workshop, not_installed, until_stopped};
use crate::config::UnlistedPlugin;
use crate::config::{self, Config, NewPlugin, PluginConfig};
use crate::registry::{LockEntry, NotInstalled, PublicKey, Source, WriteOrder};
use crate::session::environment::Surroundings;
use crate::support::exit::Exit;
use crate::support::read_file;
use crate::support::user_error::CommandError;
use crate::ui;

/// Install a plugin, or everything that `lback.lock` names
///
/// With a source, the plugin is fetched, inspected, and added to `lback.toml` and `lback.lock` with
/// the permissions that you grant. Without a source, plugins that `lback.lock` names are fetched,
/// and plugins that only `lback.toml` lists are locked. A failure or an interruption changes
/// neither file.
#[derive(Args)]
pub(in crate::cli) struct Install {
    /// The name of a plugin of lback's own, as `guard`; a file; `https://…`; or
    /// `oci://registry/repository:tag`
    #[arg(add = candidates::available_plugins())]
    source: Option<String>,

    /// The name of the plugin in `lback.toml`, where the plugin's own name is taken
    #[arg(short = 'n', long, value_name = "NAME", requires = "source")]
    name: Option<String>,

    /// A setting, as `--set 'protect=["production"]'`; may be given several times
    #[arg(long, value_name = "KEY=VALUE", requires = "source")]
    set: Vec<String>,

    /// The public key of minisign that the plugin must be signed with, from now on
    #[arg(long, value_name = "KEY", requires = "source")]
    public_key: Option<PublicKey>,

    #[command(flatten)]
    consent: Consent,

    /// Fail if `lback.lock` would change
    #[arg(long, conflicts_with = "source")]
    locked: bool,

    /// Use only files and plugins on this machine
    #[arg(long)]
    offline: bool,
}

impl Install {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let workshop = Workshop::open(surroundings, self.offline)?;
        workshop.config_file()?;
        until_stopped(async {
            match &self.source {
                Some(source) => self.add(&workshop, source, self.name.clone()).await,
                None => self.bring(&workshop).await,
            }
        })?;
        Ok(Exit::Success)
    }

    async fn add(&self, workshop: &Workshop, source: &str, name: Option<String>) -> Result<(), CommandError> {
        workshop.lock()?;
        let source = workshop.typed_source(source)?;
        let candidate = workshop.fetch(&source, name.as_deref().unwrap_or("the plugin")).await?;
        let name = name.unwrap_or_else(|| candidate.inspected.description.name.clone());
        if let Some(present) = workshop.plugin(&name) {
            return self.add_again(workshop, present, &candidate);
        }
        candidate.verify(&name, self.public_key.as_ref())?;
        let key = self.public_key.as_ref().map(ToString::to_string);
        let mut plugin = NewPlugin::new(name.clone(), source.to_string(), key);
        self.set.iter().try_for_each(|assignment| plugin.set(assignment)).map_err(InstallError::Edit)?;

        let read = self.as_it_would_be_read(workshop, &plugin)?;
        let version = candidate.inspected.description.version.to_string();
        candidate.check_settings(&read).map_err(|error| InstallError::Settings {
            name: name.clone(),
            version: version.clone(),
            error,
            typed: true,
        })?;
        let wanted = candidate.inspected.resolved_requests(&read.settings, |_| true);
        ui::show_candidate(&name, &candidate.inspected, &wanted);
        self.consent.check_asked(&name, &wanted)?;
        plugin.allow = self.consent.decide(&name, wanted, &read.allow).await?;

        let stored = workshop.store(&name, &source, candidate.bytes())?;
        workshop.change(WriteOrder::LockFirst, |present, text, lock| {
            refuse_taken(present, &name)?;
            *text = config::with_plugin(text, &plugin).map_err(InstallError::Edit)?;
            lock.set(candidate.locked(&name));
            Ok(())
        })?;
        if let Some(stored) = stored {
            stored.keep();
        }
        ui::status("installed", &format!("`{name}` {version} from `{source}`"));
        Ok(())
    }

    /// Returns the plugin as lback would read it from the changed `lback.toml`.
    #[expect(clippy::unused_self, reason = "it belongs to the steps of this command")]
    fn as_it_would_be_read(&self, workshop: &Workshop, plugin: &NewPlugin) -> Result<PluginConfig, CommandError> {
        let path = workshop.config_file()?;
        let text = read_file::read_text(path, read_file::WRITTEN_BY_HAND).map_err(InstallError::Files)?;
        refuse_taken(&Config::parse(text.as_bytes(), path)?, &plugin.name)?;
        let text = config::with_plugin(&text, plugin).map_err(InstallError::Edit)?;
        let config = Config::parse(text.as_bytes(), path).map_err(|error| match error.first_fault() {
            Some((message, hint)) => CommandError::from(InstallError::NotForConfig { message, hint }),
            None => error.into(),
        })?;
        let found = config.plugins.into_iter().find(|read| read.name == plugin.name);
        Ok(found.ok_or_else(|| UnlistedPlugin(plugin.name.clone()))?)
    }

    /// Handles a plugin that is installed already: the same plugin needs no change.
    fn add_again(
        &self,
        workshop: &Workshop,
        present: &PluginConfig,
        candidate: &Candidate,
    ) -> Result<(), CommandError> {
        let name = &present.name;
        if present.source != candidate.source {
            return Err(InstallError::NameTaken { name: name.clone(), present: present.source.to_string() }.into());
        }
        if !self.set.is_empty() || self.public_key.is_some() {
            return Err(InstallError::Listed(name.clone()).into());
        }
        match workshop.runtime.installed().locked(name, &present.source) {
            Ok(locked) if locked.sha256 == candidate.inspected.digest => {
                ui::note(&format!("`{name}` is installed already"));
                Ok(())
            }
            Ok(_) => Err(InstallError::Changed(name.clone()).into()),
            Err(NotInstalled::NotLocked | NotInstalled::OtherSource { .. }) => {
                self.lock_present(workshop, present, candidate)
            }
            Err(failure) => Err(not_installed(name)(failure).into()),
        }
    }

    /// Locks a plugin that only `lback.toml` lists.
    fn lock_present(
        &self,
        workshop: &Workshop,
        present: &PluginConfig,
        candidate: &Candidate,
    ) -> Result<(), CommandError> {
        let name = &present.name;
        candidate.verify(name, present.public_key.as_ref())?;
        let stored = workshop.store(name, &present.source, candidate.bytes())?;
        let locked = candidate.locked(name);
        self.lock_all(workshop, std::slice::from_ref(&locked))?;
        if let Some(stored) = stored {
            stored.keep();
        }
        locked_status(&locked);
        Ok(())
    }

    /// Fetches the locked plugins and locks the others.
    async fn bring(&self, workshop: &Workshop) -> Result<(), CommandError> {
        let lock = workshop.lock()?;
        let plugins = &workshop.project.config.plugins;
        if self.locked {
            would_change(workshop)?;
        }
        let (mut stored, mut new) = (Vec::new(), Vec::new());
        for plugin in plugins {
            let name = &plugin.name;
            match workshop.runtime.installed().locked(name, &plugin.source) {
                Ok(locked) => {
                    let bytes = workshop.locked_bytes(plugin, locked).await?;
                    stored.push(workshop.store(name, &plugin.source, &bytes)?);
                    workshop.inspect(&bytes, name, &plugin.source.to_string()).await?;
                }
                Err(NotInstalled::NotLocked | NotInstalled::OtherSource { .. }) => {
                    let candidate = workshop.fetch(&plugin.source, name).await?;
                    candidate.verify(name, plugin.public_key.as_ref())?;
                    stored.push(workshop.store(name, &plugin.source, candidate.bytes())?);
                    new.push(candidate.locked(name));
                }
                Err(failure) => return Err(not_installed(name)(failure).into()),
            }
        }
        let is_listed = |name: &str| plugins.iter().any(|plugin| plugin.name == name);
        if !new.is_empty() || !lock.clone().retain(is_listed).is_empty() {
            self.lock_all(workshop, &new)?;
        } else {
            workshop.tidy();
        }
        let fetched = stored.iter().flatten().count();
        stored.into_iter().flatten().for_each(crate::registry::StoredPlugin::keep);
        new.iter().for_each(locked_status);
        match plugins.len() {
            0 => ui::note("`lback.toml` lists no plugins"),
            1 => ui::status("installed", &format!("1 plugin, {fetched} fetched")),
            all => ui::status("installed", &format!("{all} plugins, {fetched} fetched")),
        }
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "it belongs to the steps of this command")]
    fn lock_all(&self, workshop: &Workshop, new: &[LockEntry]) -> Result<(), CommandError> {
        workshop.change(WriteOrder::LockFirst, |present, _, lock| {
            // Another process that changed `lback.toml` meanwhile has locked its own plugins.
            let is_wanted = |locked: &&LockEntry| {
                present.plugins.iter().any(|plugin| {
                    plugin.name == locked.name
                        && plugin.source == locked.source.parse().unwrap_or(Source::Path("".into()))
                })
            };
            new.iter().filter(is_wanted).for_each(|locked| lock.set(locked.clone()));
            Ok(())
        })
    }
}

fn locked_status(LockEntry { name, version, source, .. }: &LockEntry) {
    ui::status("locked", &format!("`{name}` {version} from `{source}`"));
}

/// Refuses a name that another process has taken meanwhile.
fn refuse_taken(config: &Config, name: &str) -> Result<(), CommandError> {
    match config.plugins.iter().find(|plugin| plugin.name == name) {
        Some(taken) => Err(InstallError::NameTaken { name: name.to_owned(), present: taken.source.to_string() }.into()),
        None => Ok(()),
    }
}

/// Fails if the lock file differs from the list in `lback.toml`.
fn would_change(workshop: &Workshop) -> Result<(), CommandError> {
    let plugins = &workshop.project.config.plugins;
    let mut reasons = Vec::new();
    for plugin in plugins {
        match workshop.runtime.installed().locked(&plugin.name, &plugin.source) {
            Ok(_) => {}
            Err(why @ (NotInstalled::NotLocked | NotInstalled::OtherSource { .. })) => {
                reasons.push(format!("{}: {why}", plugin.name));
            }
            Err(failure) => return Err(not_installed(&plugin.name)(failure).into()),
        }
    }
    let orphans = workshop.lock()?.clone().retain(|name| plugins.iter().any(|plugin| plugin.name == name));
    reasons.extend(orphans.into_iter().map(|name| format!("{name}: `lback.toml` doesn't list it")));
    if reasons.is_empty() { Ok(()) } else { Err(InstallError::WouldChange(reasons).into()) }
}
