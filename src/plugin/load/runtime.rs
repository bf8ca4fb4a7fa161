//! The loading of plugins: from the cache of compiled code, or from their bytes.

use std::path::PathBuf;
use std::sync::{Arc, Once, OnceLock};

use serde_json::Value;
use tokio::sync::Semaphore;
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

use super::call_host::CallHost;
use super::contract::Contract;
use super::description::Description;
use super::engine::engine;
use super::facts::{CachedFacts, PluginFacts};
use super::imports;
use super::toolchain::Toolchain;
use crate::config::PluginConfig;
use crate::model::reporter::Reporter;
use crate::plugin::bindings::exports::lback::plugin::{handler, metadata, policy};
use crate::plugin::cache::compiled::CompiledCache;
use crate::plugin::call::invocation::{self, CallLimits, wrong_shape};
use crate::plugin::call::plan_view::PlanView;
use crate::plugin::call_trace::CallTracer;
use crate::plugin::compile::{CompileError, CompiledCode, Compiler, Trust};
use crate::plugin::failure::Failure;
use crate::plugin::host::guest_text::printable;
use crate::plugin::host::limits;
use crate::plugin::host::secrets::Secrets;
use crate::plugin::host::state::{HostState, linker};
use crate::plugin::host::store::KeyValueFile;
use crate::plugin::http::{HttpClients, HttpMode};
use crate::plugin::load::plugin::Plugin;
use crate::plugin::role::Role;
use crate::plugin::settings::{self, SettingsError};
use crate::registry::{self, CheckCache, Installed, NotInstalled, PluginCheck};
use crate::support::digest::Digest;
use crate::support::private_folder::PrivateFolder;

/// The options of a runtime.
pub(crate) struct RuntimeOptions {
    /// The folder of compiled plugins. Without one, each run compiles.
    pub(crate) cache: Option<PathBuf>,
    /// The installed plugins of `lback.toml`.
    pub(crate) installed: Installed,
    /// The folder of the plugins' store. Without one, the store is unavailable.
    pub(crate) state: Option<PathBuf>,
    /// The key of this project in the store.
    pub(crate) project: String,
    /// The number of plugins.
    pub(crate) plugins: usize,
    /// The values of all secrets that are granted to any plugin.
    pub(crate) secrets: Secrets,
    pub(crate) reporter: Arc<dyn Reporter>,
    /// The source of the answers to plugins' requests.
    pub(crate) sending: HttpMode,
}

/// A loader of plugins, with the state that their calls share.
pub(crate) struct Runtime {
    host: Arc<CallHost>,
    linkers: Linkers,
    installed: Installed,
    compiler: Compiler,
    cache: Option<CompiledCache>,
    checked: Option<CheckCache>,
    reporter: Arc<dyn Reporter>,
}

/// The linkers, created when the first component needs them.
#[derive(Default)]
struct Linkers {
    policies: OnceLock<Linker<HostState>>,
    handlers: OnceLock<Linker<HostState>>,
}

impl Linkers {
    fn of(&self, contract: &Contract, engine: &Engine) -> wasmtime::Result<&Linker<HostState>> {
        let (made, role) =
            if contract.handler { (&self.handlers, Role::Handler) } else { (&self.policies, Role::Policy) };
        if let Some(linker) = made.get() {
            return Ok(linker);
        }
        let linker = linker(engine, role)?;
        Ok(made.get_or_init(|| linker))
    }
}

/// A plugin's facts, and its linked component.
type Prepared = (PluginFacts, InstancePre<HostState>);

impl Runtime {
    pub(crate) fn new(options: RuntimeOptions) -> wasmtime::Result<Self> {
        // Two calls for each plugin: a policy may be evaluated while its handler still runs.
        let calls = u32::try_from(options.plugins).unwrap_or(u32::MAX).max(1).saturating_mul(2);
        let engine = engine(calls)?;
        // Before anything is logged.
        let redactor = options.secrets.redactor();
        if options.cache.is_none() {
            tracing::warn!(
                "plugins are compiled again in each run: this user has no cache folder; `LBACK_CACHE_DIR` can name one"
            );
        }
        let folder = options.cache.and_then(|folder| match PrivateFolder::open_for_cache(&folder) {
            Ok(folder) => Some(folder),
            Err(error) => {
                tracing::warn!("plugins are compiled again in each run: {error}");
                None
            }
        });
        let installed = match &folder {
            Some(folder) => options.installed.remembering(folder.clone()),
            None => options.installed,
        };
        let cache = folder.clone().map(|folder| CompiledCache::new(folder, &engine));
        let host = CallHost {
            engine,
            epochs: Once::new(),
            slots: Semaphore::new(calls as usize),
            clients: Arc::new(HttpClients::new()),
            store: Arc::new(KeyValueFile::new(options.state)),
            project: options.project.into(),
            redactor,
            secrets: options.secrets,
            sending: options.sending,
        };
        Ok(Self {
            host: Arc::new(host),
            linkers: Linkers::default(),
            installed,
            compiler: Compiler::new(),
            cache,
            checked: folder.map(CheckCache::new),
            reporter: options.reporter,
        })
    }

    /// Loads a plugin of `lback.toml`.
    pub(crate) async fn load(&self, config: &PluginConfig) -> Result<Plugin, Failure> {
        let found = self.installed.find(&config.name, &config.source, config.public_key.as_ref())?;
        // The bytes aren't read if the compiled code is cached.
        let (inspected, instance) = match self.compiled(&found.digest, found.size) {
            Some(compiled) => compiled?,
            None => self.prepare(&Installed::bytes(&config.name, found)?, &config.name, Trust::Locked).await?,
        };
        self.plugin(config, inspected, instance)
    }

    /// Loads a plugin of lback's own, or from a file, that isn't installed.
    pub(crate) async fn load_unlisted(&self, config: &PluginConfig) -> Result<Plugin, Failure> {
        let bytes = registry::read_local(&config.source).ok_or(NotInstalled::NotLocked)?.map_err(NotInstalled::from)?;
        let (inspected, instance) = self.prepare(&bytes, &config.name, Trust::NotLocked).await?;
        self.plugin(config, inspected, instance)
    }

    fn plugin(
        &self,
        config: &PluginConfig,
        facts: PluginFacts,
        instance: InstancePre<HostState>,
    ) -> Result<Plugin, Failure> {
        let check = |facts: &PluginFacts| self.check_settings(facts, &config.settings);
        Plugin::new(Arc::clone(&self.host), config, facts, instance, check)
    }

    /// Returns the project's installed plugins.
    pub(crate) fn installed(&self) -> &Installed {
        &self.installed
    }

    /// Inspects a plugin. `name` is shown while it is compiled.
    pub(crate) async fn inspect_bytes(&self, bytes: &[u8], name: &str) -> Result<PluginFacts, Failure> {
        let digest = Digest::of(bytes);
        let is_locked = self.installed.lock().is_ok_and(|lock| lock.has(&digest));
        let trust = if is_locked { Trust::Locked } else { Trust::NotLocked };
        Ok(self.prepare(bytes, name, trust).await?.0)
    }

    async fn prepare(&self, bytes: &[u8], name: &str, trust: Trust) -> Result<Prepared, Failure> {
        let digest = Digest::of(bytes);
        let size = bytes.len() as u64;
        if let Some(compiled) = self.compiled(&digest, size) {
            return compiled;
        }
        let code = self.compile(bytes, name, trust).await?;
        let component =
            code.component(&self.host.engine).map_err(|error| Failure::Host(printable(&format!("{error:#}"))))?;
        let contract = Contract::read(&component, &self.host.engine, bytes)?;
        // From here on the plugin's role is known, should a step fail.
        let of_role = |failure| if contract.policy { failure } else { Failure::OfHandler(Box::new(failure)) };
        let instance = self.link(&component, &contract).map_err(|failure| {
            let missing = || imports::missing(&contract.imports, contract.handler, Toolchain::of(bytes));
            of_role(missing().unwrap_or(failure))
        })?;
        let description = self.describe(&instance, &contract, name).await.map_err(of_role)?;
        let known = CachedFacts { contract, description };
        if let Some(cache) = &self.cache
            && let Err(error) = cache.put(&digest, code.bytes(), &known)
        {
            tracing::warn!("the compiled plugin `{name}` is not kept: {error}");
        }
        Ok((known.of(digest, size), instance))
    }

    /// Returns a plugin whose compiled code is cached.
    fn compiled(&self, digest: &Digest, size: u64) -> Option<Result<Prepared, Failure>> {
        let entry = self.cache.as_ref()?.get::<CachedFacts>(digest)?;
        let instance = self.link(&entry.component, &entry.known.contract);
        Some(instance.map(|instance| (entry.known.of(*digest, size), instance)))
    }

    async fn compile(&self, bytes: &[u8], name: &str, trust: Trust) -> Result<CompiledCode, Failure> {
        // A component begins like a core module but for the layer in its seventh byte.
        if bytes.starts_with(b"\0asm\x01\0\0\0") {
            return Err(Failure::CoreModule { made_with: Toolchain::of(bytes) });
        }
        if !bytes.starts_with(b"\0asm") {
            return Err(CompileError::Invalid("it doesn't begin like WebAssembly".into()).into());
        }
        let _shown = self.reporter.waiting(&format!("compiling plugin `{name}`"));
        Ok(self.compiler.compile(bytes, trust).await?)
    }

    fn link(&self, component: &Component, contract: &Contract) -> Result<InstancePre<HostState>, Failure> {
        let instance =
            self.linkers.of(contract, &self.host.engine).and_then(|linker| linker.instantiate_pre(component));
        instance.map_err(|error| Failure::Link(printable(&format!("{error:#}"))))
    }

    async fn describe(
        &self,
        instance: &InstancePre<HostState>,
        contract: &Contract,
        name: &str,
    ) -> Result<Description, Failure> {
        let exports = |error: wasmtime::Error| Failure::Exports(printable(&format!("{error:#}")));
        let indices = metadata::GuestIndices::new(instance).map_err(exports)?;
        let policy = contract.policy.then(|| policy::GuestIndices::new(instance)).transpose().map_err(exports)?;
        let handler = contract.handler.then(|| handler::GuestIndices::new(instance)).transpose().map_err(exports)?;
        let plugin: Arc<str> = name.into();
        let reach = self.host.reach(Role::Policy, &plugin, Arc::default(), PlanView::Withheld, CallTracer::default());
        let budget = CallLimits { timeout: limits::DESCRIBE_TIMEOUT, memory: limits::DESCRIBE_MEMORY };
        let _slot = self.host.slot().await;
        let described =
            invocation::call(instance, &plugin, reach, &self.host.redactor(), budget, async |store, instance| {
                // The types of the other functions are checked here as well, before a run depends
                // on them.
                if let Some(policy) = &policy {
                    policy.load(&mut *store, &instance).map_err(wrong_shape)?;
                }
                if let Some(handler) = &handler {
                    handler.load(&mut *store, &instance).map_err(wrong_shape)?;
                }
                indices.load(&mut *store, &instance).map_err(wrong_shape)?.call_describe(store).await
            })
            .await
            .map_err(|failure| match failure {
                Failure::Exports(_) => failure,
                other => Failure::Description(format!("it could not be asked for: {other}")),
            })?;
        Description::from_wit(described)
    }

    /// Validates settings against the plugin's schema, unless the result is cached.
    fn check_settings(&self, inspected: &PluginFacts, settings: &Value) -> Result<(), SettingsError> {
        let Some(schema) = &inspected.description.settings_schema else { return Ok(()) };
        let text = settings.to_string();
        if self
            .checked
            .as_ref()
            .is_some_and(|checked| checked.contains(&inspected.digest, PluginCheck::Settings(&text)))
        {
            return Ok(());
        }
        settings::check(schema, settings)?;
        if let Some(checked) = &self.checked
            && let Err(error) = checked.insert(&inspected.digest, PluginCheck::Settings(&text))
        {
            tracing::debug!("that settings were checked is not kept: {error}");
        }
        Ok(())
    }
}
