//! The project of a command: its folder and its configuration.

use std::collections::BTreeMap;
use std::error::Error;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::alembic::{self, EnvironmentRules, Launcher, LockSettings, SearchPaths, ServerOrders, StatementLimits};
use crate::config::{self, Config, JournalConfig, MigrateConfig};
use crate::journal::{Journal, JournalSettings};
use crate::migration::{AlembicSettings, PlanSettings, RetrySettings};
use crate::model::plan::PlanInput;
use crate::plugin::{HttpMode, Runtime, RuntimeOptions, Secrets};
use crate::registry::{FetchOptions, Fetcher, Installed};
use crate::session::alembic_files::{self, SpecialFile};
use crate::session::environment::{Surroundings, current_folder};
use crate::session::run_options::RunOptions;
use crate::session::unknown_environment::UnknownEnvironment;
use crate::support::internal_error::InternalError;
use crate::support::private_file;
use crate::support::private_folder::PrivateFolder;
use crate::support::redact::Gate;
use crate::support::user_error::CommandError;
use crate::ui::TerminalReporter;

/// The name of the journal's file in lback's state folder.
const JOURNAL: &str = "journal.sqlite3";

/// A project, and the folder from which lback was called.
pub(crate) struct Project {
    pub(crate) here: PathBuf,
    pub(crate) config: Config,
    pub(crate) surroundings: Surroundings,
}

impl Project {
    /// Finds the project of the current folder; without an `lback.toml`, that folder itself.
    pub(crate) fn find(surroundings: Surroundings) -> Result<Self, CommandError> {
        let here = current_folder()?;
        let config = match config::discover(&here)? {
            Some(file) => {
                // First, so that no error shows a password of the file.
                alembic_files::learn(&here, &[file.clone().into_os_string()]);
                Config::load(&file)?
            }
            None => Config::default_for(&here)?,
        };
        let surroundings = surroundings.in_project(&config.root);
        Ok(Self { here, config, surroundings })
    }

    /// Creates the host that the project's plugins share. Projects without plugins do not need one.
    pub(crate) fn runtime(&self) -> Result<Arc<Runtime>, CommandError> {
        self.runtime_with(|_| {})
    }

    /// Creates the plugin host with changed options.
    pub(crate) fn runtime_with(&self, change: impl FnOnce(&mut RuntimeOptions)) -> Result<Arc<Runtime>, CommandError> {
        let mut options = RuntimeOptions {
            cache: self.surroundings.cache_folder(),
            installed: Installed::open(
                &self.config.root,
                self.surroundings.stores(self.config.registry.vendor.as_deref()),
            ),
            state: self.surroundings.state_folder(),
            project: self.config.root.to_string_lossy().into_owned(),
            plugins: self.config.plugins.len(),
            secrets: self.granted(),
            reporter: Arc::new(TerminalReporter::default()),
            sending: HttpMode::default(),
        };
        change(&mut options);
        let runtime = Runtime::new(options).map_err(|error| InternalError::new(format_args!("{error:#}")))?;
        Ok(Arc::new(runtime))
    }

    /// Creates a client that fetches plugins from their sources. `offline` permits files only.
    pub(crate) fn fetcher(&self, offline: bool) -> Result<Fetcher, CommandError> {
        let docker_config = self.surroundings.docker_config();
        Ok(Fetcher::new(FetchOptions { offline, docker_config, timeout: self.surroundings.http_timeout()? }))
    }

    /// Returns the journal's path and retention; none where the journal is turned off or the user
    /// has no state folder.
    pub(crate) fn journal_settings(&self) -> Option<JournalSettings> {
        let JournalConfig { enabled, path, keep } = &self.config.journal;
        let usual = || Some(self.surroundings.state_folder()?.join(JOURNAL));
        let path = path.clone().or_else(usual).filter(|_| *enabled)?;
        Some(JournalSettings { path, keep: *keep })
    }

    /// Opens the journal for writing. A run continues without it.
    pub(crate) fn journal(&self) -> Option<Journal> {
        let settings = self.journal_settings();
        if settings.is_none() && self.config.journal.enabled {
            tracing::warn!("the journal is not kept: this user has no folder for it; `LBACK_STATE_DIR` can name one");
        }
        let settings = settings?;
        // A path that the project chose keeps the permissions that its owner gave it.
        if self.config.journal.path.is_none()
            && let Err(error) = make_private(&settings.path)
        {
            tracing::warn!("the journal is not kept: {error}");
            return None;
        }
        Some(Journal::open(settings))
    }

    /// Returns the value that runs of this project share in the journal.
    pub(crate) fn scope(&self) -> String {
        self.config.root.to_string_lossy().into_owned()
    }

    /// Lets the gate learn the secrets of the project: those that plugins are granted, and the
    /// passwords in Alembic's configuration. Commands that run something learn them as they need
    /// them.
    pub(crate) fn teach(&self, gate: &Gate) {
        self.granted().teach(gate);
        let config = self.config.alembic.config.iter().map(OsString::from);
        alembic_files::learn(&self.config.root, &config.collect::<Vec<_>>());
    }

    fn granted(&self) -> Secrets {
        let granted = self.config.plugins.iter().flat_map(|plugin| &plugin.allow.secrets).map(String::as_str);
        Secrets::new(self.surroundings.secrets(granted.collect()))
    }

    /// Returns the environment of a run: that of the command line or the variable, or that of
    /// `lback.toml`.
    pub(crate) fn environment(&self, options: &RunOptions) -> Result<Option<String>, UnknownEnvironment> {
        let Config { environments, project, .. } = &self.config;
        let typed = options.environment.clone().filter(|name| !name.is_empty());
        let environment = typed.or_else(|| project.environment.clone());
        match environment {
            Some(name) if !environments.is_empty() && !environments.contains_key(&name) => {
                Err(UnknownEnvironment { name, known: environments.keys().cloned().collect() })
            }
            environment => Ok(environment),
        }
    }

    /// Returns the databases of the environments, if a run in this one must be held against them.
    fn environment_rules(&self, environment: Option<&str>) -> Option<EnvironmentRules> {
        let environments = &self.config.environments;
        let environment = environment?.to_owned();
        let own = environments.get(&environment).cloned().flatten();
        let others: BTreeMap<_, _> = environments
            .iter()
            .filter(|(name, _)| **name != environment)
            .filter_map(|(name, databases)| Some((name.clone(), databases.clone()?)))
            .collect();
        (own.is_some() || !others.is_empty()).then_some(EnvironmentRules { environment, own, others })
    }

    /// Returns the settings for Alembic, with the options of the command line.
    pub(crate) fn alembic(
        &self,
        options: &RunOptions,
        environment: Option<&str>,
    ) -> Result<AlembicSettings, SpecialFile> {
        let Config { root, alembic: config, plan, migrate, .. } = &self.config;
        let migrate = options.waits.over(migrate);
        let places = SearchPaths {
            root: root.clone(),
            virtual_env: self.surroundings.virtual_env(),
            path: self.surroundings.path(),
        };
        let mut alembic_options = options.alembic_options(config.config.as_deref(), &self.here, root);
        alembic_options.show_x.clone_from(&config.show_x);
        self.check_config_files(&alembic_options.config)?;
        Ok(AlembicSettings {
            program: alembic::locate(config.command.as_deref(), &places),
            options: alembic_options,
            root: root.clone(),
            environment: self.environment_of_alembic(),
            timeout: config.timeout,
            launcher: if config.launcher {
                Launcher::install(self.surroundings.cache_folder().as_deref())
            } else {
                Launcher::off()
            },
            lock: LockSettings { mode: config.lock, timeout: config.lock_timeout },
            limits: limits_of(&migrate),
            orders: ServerOrders {
                end_blockers_after: migrate.end_blockers.in_environment(environment),
                drop_invalid_indexes: migrate.drop_invalid_indexes,
            },
            retries: RetrySettings {
                retries: migrate.retries,
                from: migrate.retry_wait.from,
                to: migrate.retry_wait.to,
            },
            plans: PlanSettings {
                limit: plan.timeout,
                facts: plan.facts.clone().map(|name| (name.clone(), root.join(name))),
                declared: plan.writes.clone(),
                environment: self.environment_rules(environment),
                config: self.config_input(),
                reporter: Arc::new(TerminalReporter::default()),
            },
        })
    }

    /// Checks that Alembic can read its configuration files without waiting, and lets the gate
    /// learn their passwords. `named` are those of a command line.
    pub(crate) fn check_config_files(&self, named: &[OsString]) -> Result<(), SpecialFile> {
        let from_environment = self.surroundings.alembic_config().filter(|_| named.is_empty());
        let files: Vec<_> = named.iter().cloned().chain(from_environment).collect();
        alembic_files::check(&self.config.root, &files)?;
        alembic_files::learn(&self.config.root, &files);
        Ok(())
    }

    /// Warns of an `lback.toml` that is nearer to a configuration file of Alembic than the one of
    /// this project: its policies don't apply.
    pub(crate) fn warn_of_other_projects(&self, config_files: &[OsString]) {
        let configured = self.config.alembic.config.as_deref().map(OsStr::new);
        let from_environment = self.surroundings.alembic_config().filter(|_| config_files.is_empty());
        for file in config_files.iter().chain(&from_environment) {
            if Some(file.as_os_str()) == configured {
                continue;
            }
            let file = self.config.root.join(file);
            let Some(folder) = file.parent() else { continue };
            let other = match config::discover(folder) {
                Ok(other) => other,
                Err(error) => Some(folder.join(format!("{} ({error})", config::FILE_NAME))),
            };
            let Some(other) = other.filter(|other| !self.is_own(other)) else { continue };
            let (file, other) = (file.display(), other.display());
            let Some(own) = &self.config.path else {
                tracing::warn!(
                    "`{other}` is not used, although `{file}` is in its project: lback looks for it from the current folder, so run lback there"
                );
                continue;
            };
            let own = own.display();
            tracing::warn!("`{other}` is not used, although `{file}` is in its project: `{own}` applies");
        }
    }

    /// Returns whether this is the `lback.toml` of the project, by whatever path.
    fn is_own(&self, file: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        self.config.path.as_deref().is_some_and(|own| own == file || (real(own).is_some() && real(own) == real(file)))
    }

    /// Returns `lback.toml` as an input of plans.
    fn config_input(&self) -> Option<PlanInput> {
        let Config { path, digest, .. } = &self.config;
        let path = std::path::absolute(path.as_deref()?).ok()?;
        Some(PlanInput::read_by_lback(path.to_str()?.to_owned(), digest.as_ref()?.hex()))
    }

    fn environment_of_alembic(&self) -> Vec<(OsString, OsString)> {
        alembic::python_defaults(|name| self.surroundings.is_set(name))
    }
}

/// Returns the limits of statements, if there are any.
fn limits_of(config: &MigrateConfig) -> Option<StatementLimits> {
    let limits = StatementLimits { lock: config.ddl_lock_timeout, statement: config.statement_timeout };
    (limits.lock.is_some() || limits.statement.is_some()).then_some(limits)
}

/// Closes the usual journal to other users: its folder, its file, and the files that SQLite keeps
/// beside it.
fn make_private(journal: &Path) -> Result<(), Box<dyn Error>> {
    if let Some(folder) = journal.parent() {
        PrivateFolder::open_for_state(folder)?;
    }
    let cannot = |cause: io::Error| format!("cannot use `{}`: {cause}", journal.display());
    private_file::open(journal).map_err(cannot)?;
    for end in ["-wal", "-shm"] {
        let mut beside = journal.as_os_str().to_owned();
        beside.push(end);
        let beside = Path::new(&beside);
        if beside.symlink_metadata().is_ok() {
            private_file::open(beside).map_err(cannot)?;
        }
    }
    Ok(())
}
