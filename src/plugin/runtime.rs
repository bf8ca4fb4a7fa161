//! What all plugins of a run share, and the way from a file to a plugin that can be called.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Once};

use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};

use super::bindings::exports::lback::plugin::metadata;
use super::call::{self, Budget};
use super::contract::Contract;
use super::description::Description;
use super::engine::{engine, start_epochs};
use super::failure::Failure;
use super::guest_text::printable;
use super::host::{HostState, Reach, Role, linker};
use super::http::{Clients, Outbound};
use super::limits;
use super::loaded::Plugin;
use super::permissions::Permissions;
use super::secrets::{Redactor, Secrets};
use super::store::{KeyValue, KeyValueFile};
use crate::config::PluginConfig;
use crate::registry::{self, CompiledCache, Digest, PrivateFolder};
use crate::waiting::Waiting;

/// What a runtime needs to know of its surroundings.
pub(crate) struct RuntimeOptions {
    /// The folder of compiled plugins. None: each run compiles.
    pub(crate) cache: Option<PathBuf>,
    /// The folder of the plugins' store. None: the store refuses.
    pub(crate) state: Option<PathBuf>,
    /// Under which the store keeps what belongs to this project.
    pub(crate) project: String,
    /// All secrets that any plugin was granted.
    pub(crate) secrets: Secrets,
    pub(crate) waiting: Waiting,
}

/// The engine, and everything that plugins of a run have in common.
pub(crate) struct Runtime {
    engine: Engine,
    epochs: Once,
    policy_linker: Linker<HostState>,
    handler_linker: Linker<HostState>,
    cache: Option<CompiledCache>,
    clients: Arc<Clients>,
    store: Arc<KeyValueFile>,
    project: Arc<str>,
    pub(super) secrets: Secrets,
    redactor: Redactor,
    waiting: Waiting,
}

/// What is learnt of a plugin without running it for a signal. Kept beside its compiled code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    contract: Contract,
    description: Description,
}

/// A plugin's file, looked at.
#[derive(Clone, Debug)]
pub(crate) struct Inspected {
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
    pub(crate) contract: Contract,
    pub(crate) description: Description,
}

impl Runtime {
    pub(crate) fn new(options: RuntimeOptions) -> wasmtime::Result<Self> {
        let engine = engine()?;
        if options.cache.is_none() {
            tracing::warn!(
                "plugins are compiled again in each run: this user has no cache folder; `LBACK_CACHE_DIR` can name one"
            );
        }
        let cache = options.cache.and_then(|folder| match PrivateFolder::open(&folder) {
            Ok(folder) => Some(CompiledCache::new(folder, &engine)),
            Err(error) => {
                tracing::warn!("plugins are compiled again in each run: {error}");
                None
            }
        });
        Ok(Self {
            policy_linker: linker(&engine, Role::Policy)?,
            handler_linker: linker(&engine, Role::Handler)?,
            epochs: Once::new(),
            cache,
            clients: Arc::new(Clients::new()),
            store: Arc::new(KeyValueFile::new(options.state)),
            project: options.project.into(),
            redactor: options.secrets.redactor(),
            secrets: options.secrets,
            waiting: options.waiting,
            engine,
        })
    }

    /// Replaces the values of all secrets.
    pub(crate) fn redactor(&self) -> Redactor {
        self.redactor.clone()
    }

    /// Makes a plugin of `lback.toml` ready to be called.
    pub(crate) async fn load(self: &Arc<Self>, config: &PluginConfig) -> Result<Plugin, Failure> {
        let (inspected, instance) = self.prepare(&config.source, &config.name).await?;
        Plugin::new(Arc::clone(self), config, inspected, instance)
    }

    /// Looks at the plugin at `path`.
    pub(crate) async fn inspect(&self, path: &Path) -> Result<Inspected, Failure> {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        Ok(self.prepare(path, &name).await?.0)
    }

    async fn prepare(&self, path: &Path, name: &str) -> Result<(Inspected, InstancePre<HostState>), Failure> {
        let bytes = registry::read(path)?;
        let digest = Digest::of(&bytes);
        let size = bytes.len() as u64;
        let inspected = |Known { contract, description }| Inspected { digest, bytes: size, contract, description };

        if let Some(entry) = self.cache.as_ref().and_then(|cache| cache.get::<Known>(&digest)) {
            let instance = self.link(&entry.component, &entry.known.contract)?;
            return Ok((inspected(entry.known), instance));
        }
        let component = self.compile(bytes, name).await?;
        let contract = Contract::read(&component, &self.engine)?;
        // From here on it is known what failed, should something fail.
        let of_role = |failure| if contract.policy { failure } else { Failure::OfHandler(Box::new(failure)) };
        let instance = self.link(&component, &contract).map_err(of_role)?;
        let description = self.describe(&instance, name).await.map_err(of_role)?;
        let known = Known { contract, description };
        if let Some(cache) = &self.cache
            && let Err(error) = cache.put(&digest, &component, &known)
        {
            tracing::warn!("the compiled plugin `{name}` is not kept: {error}");
        }
        Ok((inspected(known), instance))
    }

    async fn compile(&self, bytes: Vec<u8>, name: &str) -> Result<Component, Failure> {
        // A component begins like a core module but for the layer in its seventh byte.
        if bytes.starts_with(b"\0asm\x01\0\0\0") {
            return Err(Failure::CoreModule);
        }
        if !bytes.starts_with(b"\0asm") {
            return Err(Failure::NotAComponent("it doesn't begin like WebAssembly".into()));
        }
        let _shown = (self.waiting)(&format!("compiling plugin `{name}`"));
        let engine = self.engine.clone();
        let compiling = tokio::task::spawn_blocking(move || Component::from_binary(&engine, &bytes));
        match tokio::time::timeout(limits::COMPILE_TIMEOUT, compiling).await {
            Ok(Ok(component)) => component.map_err(|error| Failure::NotAComponent(printable(&format!("{error:#}")))),
            Ok(Err(panicked)) => Err(Failure::Host(panicked.to_string())),
            Err(_) => Err(Failure::CompileTimedOut(limits::COMPILE_TIMEOUT)),
        }
    }

    fn link(&self, component: &Component, contract: &Contract) -> Result<InstancePre<HostState>, Failure> {
        let linker = if contract.handler { &self.handler_linker } else { &self.policy_linker };
        linker.instantiate_pre(component).map_err(|error| Failure::Link(printable(&format!("{error:#}"))))
    }

    async fn describe(&self, instance: &InstancePre<HostState>, name: &str) -> Result<Description, Failure> {
        let indices =
            metadata::GuestIndices::new(instance).map_err(|error| Failure::Link(printable(&format!("{error:#}"))))?;
        let plugin: Arc<str> = name.into();
        let reach = self.reach(Role::Policy, &plugin, Arc::default());
        let budget = Budget { timeout: limits::DESCRIBE_TIMEOUT, memory: limits::DESCRIBE_MEMORY };
        self.start_epochs();
        let described = call::call(instance, &plugin, reach, &self.redactor, budget, async |store, instance| {
            indices.load(&mut *store, &instance)?.call_describe(store).await
        })
        .await
        .map_err(|failure| Failure::Description(format!("it could not be asked for: {failure}")))?;
        Description::from_wit(described)
    }

    pub(super) fn start_epochs(&self) {
        start_epochs(&self.engine, &self.epochs);
    }

    pub(super) fn reach(&self, role: Role, plugin: &Arc<str>, permissions: Arc<Permissions>) -> Reach {
        // A policy may come in one component with a handler. It is then asked without what only the handler may use.
        let permissions = if role == Role::Policy { Arc::default() } else { permissions };
        Reach {
            role,
            secrets: self.secrets.clone(),
            store: KeyValue {
                file: Arc::clone(&self.store),
                project: Arc::clone(&self.project),
                plugin: Arc::clone(plugin),
            },
            outbound: Outbound::new(Arc::clone(&self.clients), Arc::clone(&permissions)),
            permissions,
        }
    }
}
