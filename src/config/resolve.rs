//! Converts the raw types to their meaning: defaults, absolute paths, durations, and conditions
//! between several values.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
    path::{Path, PathBuf},
    time::Duration,
};

use toml::Spanned;

use super::{
    defaults::{HANDLER_GRACE, JOURNAL_KEEP, LOCK_TIMEOUT, MEMORY, PLAN_TIMEOUT, RETRY_FROM, RETRY_TO},
    fault::{Fault, Problem},
    raw::{
        PluginMode, RawAlembic, RawAllow, RawConfig, RawDispatch, RawEnvironment, RawJournal, RawMigrate, RawPlan,
        RawPlugin, RawProject, RawRegistry, RawRetryWait,
    },
    types::{
        AlembicConfig, Allow, Config, DispatchConfig, EndBlockers, JournalConfig, MigrateConfig, PlanConfig,
        PluginConfig, ProjectConfig, RegistryConfig, RetryWait,
    },
    value,
};
use crate::registry::Source;

/// Returns the configuration, or all problems: `problems`, and those that are found here.
pub(super) fn resolve(
    raw: RawConfig,
    root: &Path,
    path: &Path,
    problems: Vec<Problem>,
) -> Result<Config, Vec<Problem>> {
    let mut resolver = Resolver { root, file: Some(path), problems };
    let config = resolver.config(raw, Some(path));
    let problems = resolver.problems;
    if problems.is_empty() { Ok(config) } else { Err(problems) }
}

/// Returns the configuration of an empty file.
pub(super) fn empty(root: &Path) -> Config {
    Resolver { root, file: None, problems: Vec::new() }.config(RawConfig::default(), None)
}

/// Returns the configuration of a plugin that isn't listed in `lback.toml`. The path of a file is
/// absolute.
pub(crate) fn unlisted_plugin(name: &str, source: Source) -> PluginConfig {
    PluginConfig {
        name: name.to_owned(),
        file: None,
        source,
        public_key: None,
        signals: None,
        environments: None,
        mode: PluginMode::default(),
        on_error: None,
        allow_override: false,
        timeout: None,
        memory: MEMORY,
        allow: Allow::default(),
        settings: serde_json::Value::Object(serde_json::Map::new()),
    }
}

/// Returns the default name of a project: its folder's.
pub(super) fn name_of(root: &Path) -> String {
    root.file_name().unwrap_or(root.as_os_str()).to_string_lossy().into_owned()
}

/// A resolver that continues after a problem with any value at hand: a configuration with problems
/// is never returned.
struct Resolver<'a> {
    root: &'a Path,
    file: Option<&'a Path>,
    problems: Vec<Problem>,
}

impl Resolver<'_> {
    fn checked<T>(&mut self, typed: &Spanned<String>, check: impl FnOnce(&str) -> Result<T, Fault>) -> Option<T> {
        check(typed.get_ref()).map_err(|fault| self.problems.push(Problem::new(typed.span(), fault))).ok()
    }

    fn optional<T>(
        &mut self,
        typed: Option<Spanned<String>>,
        check: impl FnOnce(&str) -> Result<T, Fault>,
    ) -> Option<T> {
        typed.and_then(|typed| self.checked(&typed, check))
    }

    fn each<T>(&mut self, typed: Option<Vec<Spanned<String>>>, check: impl Fn(&str) -> Result<T, Fault>) -> Vec<T> {
        typed.unwrap_or_default().iter().filter_map(|typed| self.checked(typed, &check)).collect()
    }

    fn config(&mut self, raw: RawConfig, path: Option<&Path>) -> Config {
        let known: Vec<String> =
            raw.environments.iter().flat_map(BTreeMap::keys).map(|name| name.get_ref().clone()).collect();
        let environments = raw.environments.unwrap_or_default();
        let by_environment = self.end_blockers(&environments);
        Config {
            root: self.root.to_owned(),
            path: path.map(Path::to_owned),
            digest: None,
            project: self.project(raw.project.unwrap_or_default(), &known),
            environments: self.environments(environments),
            alembic: self.alembic(raw.alembic.unwrap_or_default()),
            plan: self.plan(raw.plan.unwrap_or_default()),
            migrate: self.migrate(raw.migrate.unwrap_or_default(), by_environment),
            dispatch: self.dispatch(raw.dispatch.unwrap_or_default()),
            journal: self.journal(raw.journal.unwrap_or_default()),
            registry: self.registry(raw.registry.unwrap_or_default()),
            plugins: self.plugins(raw.plugin.unwrap_or_default(), &known),
        }
    }

    fn environments(
        &mut self,
        raw: BTreeMap<Spanned<String>, RawEnvironment>,
    ) -> BTreeMap<String, Option<Vec<String>>> {
        let resolved = |(name, raw): (Spanned<String>, RawEnvironment)| {
            let databases =
                raw.databases.map(|databases| self.each(Some(databases), |text| value::line("databases", text)));
            (self.checked(&name, value::environment_name).unwrap_or_default(), databases)
        };
        raw.into_iter().map(resolved).collect()
    }

    /// Returns the times after which blockers are ended, by environment.
    fn end_blockers(&mut self, raw: &BTreeMap<Spanned<String>, RawEnvironment>) -> BTreeMap<String, Duration> {
        let mut found = BTreeMap::new();
        for (name, environment) in raw {
            if let Some(after) = self.optional(environment.end_blockers_after.clone(), value::duration) {
                found.insert(name.get_ref().clone(), after);
            }
        }
        found
    }

    fn project(&mut self, raw: RawProject, known: &[String]) -> ProjectConfig {
        ProjectConfig {
            name: self.optional(raw.name, |text| value::line("name", text)).unwrap_or_else(|| name_of(self.root)),
            environment: self.optional(raw.environment, |text| value::environment(text, known)),
        }
    }

    fn alembic(&mut self, raw: RawAlembic) -> AlembicConfig {
        if let Some(program) = raw.command.as_ref().and_then(|command| command.first()) {
            self.checked(program, |text| value::line("command", text));
        }
        AlembicConfig {
            command: raw.command.map(|command| command.into_iter().map(Spanned::into_inner).collect()),
            config: self.optional(raw.config, |text| value::line("config", text)),
            timeout: self.optional(raw.timeout, value::duration),
            launcher: raw.launcher.unwrap_or(true),
            lock: raw.lock.unwrap_or_default(),
            lock_timeout: self.optional(raw.lock_timeout, value::duration).unwrap_or(LOCK_TIMEOUT),
            show_x: self.lines(raw.show_x, "show-x"),
        }
    }

    /// Returns the items of a list of texts that are one line each.
    fn lines(&mut self, raw: Option<Vec<Spanned<String>>>, key: &'static str) -> Vec<String> {
        let items = raw.unwrap_or_default();
        items.into_iter().filter_map(|item| self.optional(Some(item), |text| value::line(key, text))).collect()
    }

    fn plan(&mut self, raw: RawPlan) -> PlanConfig {
        PlanConfig {
            timeout: self.optional(raw.timeout, value::duration).unwrap_or(PLAN_TIMEOUT),
            facts: self.optional(raw.facts, |text| value::line("facts", text)),
            writes: raw.writes.unwrap_or_default(),
        }
    }

    fn migrate(&mut self, raw: RawMigrate, by_environment: BTreeMap<String, Duration>) -> MigrateConfig {
        MigrateConfig {
            ddl_lock_timeout: self.optional(raw.ddl_lock_timeout, value::duration),
            statement_timeout: self.optional(raw.statement_timeout, value::duration),
            retries: raw.retries.and_then(|typed| self.retries(&typed)).unwrap_or(0),
            retry_wait: self.retry_wait(raw.retry_wait.unwrap_or_default()),
            end_blockers: EndBlockers { after: self.optional(raw.end_blockers_after, value::duration), by_environment },
            drop_invalid_indexes: raw.drop_invalid_indexes.unwrap_or_default(),
        }
    }

    fn retries(&mut self, typed: &Spanned<i64>) -> Option<u32> {
        value::retries(*typed.get_ref()).map_err(|fault| self.problems.push(Problem::new(typed.span(), fault))).ok()
    }

    fn retry_wait(&mut self, raw: RawRetryWait) -> RetryWait {
        let span = raw.to.as_ref().or(raw.from.as_ref()).map(Spanned::span);
        let from = self.optional(raw.from, value::duration);
        let to = self.optional(raw.to, value::duration);
        // A first pause that is longer than the usual longest one is the longest one.
        let from = from.unwrap_or_else(|| RETRY_FROM.min(to.unwrap_or(RETRY_FROM)));
        let to = to.unwrap_or_else(|| RETRY_TO.max(from));
        if let Some(span) = span
            && from > to
        {
            self.problems.push(Problem::new(span, Fault::RetryWait { from, to }));
        }
        RetryWait { from, to }
    }

    fn journal(&mut self, raw: RawJournal) -> JournalConfig {
        let root = self.root;
        JournalConfig {
            enabled: raw.enabled.unwrap_or(true),
            path: self.optional(raw.path, |text| value::line("path", text)).map(|path| root.join(path)),
            keep: self.optional(raw.keep, value::retention).unwrap_or(JOURNAL_KEEP),
        }
    }

    fn registry(&mut self, raw: RawRegistry) -> RegistryConfig {
        let root = self.root;
        RegistryConfig {
            vendor: self.optional(raw.vendor, |text| value::line("vendor", text)).map(|path| root.join(path)),
        }
    }

    fn dispatch(&mut self, raw: RawDispatch) -> DispatchConfig {
        DispatchConfig { handler_grace: self.optional(raw.handler_grace, value::duration).unwrap_or(HANDLER_GRACE) }
    }

    fn plugins(&mut self, raw: Vec<RawPlugin>, known: &[String]) -> Vec<PluginConfig> {
        let mut seen: HashMap<String, Range<usize>> = HashMap::new();
        for plugin in &raw {
            let (name, span) = (plugin.name.get_ref(), plugin.name.span());
            if let Some(first) = seen.get(name) {
                let fault = Fault::RepeatedPlugin { name: name.clone() };
                self.problems.push(Problem::repeated(span, first.clone(), fault));
            } else {
                seen.insert(name.clone(), span);
            }
        }
        raw.into_iter().map(|plugin| self.plugin(plugin, known)).collect()
    }

    fn plugin(&mut self, raw: RawPlugin, known: &[String]) -> PluginConfig {
        PluginConfig {
            name: self.checked(&raw.name, value::plugin_name).unwrap_or_default(),
            file: self.file.map(Path::to_owned),
            source: self.checked(&raw.source, value::source).unwrap_or(Source::Path(PathBuf::new())),
            public_key: self.optional(raw.public_key, value::public_key),
            signals: raw.signals,
            environments: raw.environments.map(|names| self.each(Some(names), |text| value::environment(text, known))),
            mode: raw.mode.unwrap_or_default(),
            on_error: raw.on_error,
            allow_override: raw.allow_override.unwrap_or(false),
            timeout: self.optional(raw.timeout, value::duration),
            memory: self.optional(raw.memory, value::size).unwrap_or(MEMORY),
            allow: self.allow(raw.allow.unwrap_or_default()),
            settings: value::json(toml::Value::Table(raw.settings.unwrap_or_default())),
        }
    }

    fn allow(&mut self, raw: RawAllow) -> Allow {
        Allow {
            http: self.each(raw.http, value::origin),
            secrets: self.each(raw.secrets, value::secret_name),
            private: raw.private.unwrap_or(false),
        }
    }
}
