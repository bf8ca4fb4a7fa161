//! The documents about plugins: of a project's plugins, of one file, and of a publication.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::config::{PluginConfig, PluginMode};
use crate::model::signal::SignalName;
use crate::plugin::{Description, Failure, PermissionRequest, Plugin, PluginFacts};
use crate::registry::{BuiltinPlugin, LockEntry, PublishedArtifact, Source};
/// The version of the JSON documents. It changes when a field is removed or changes its meaning.
/// New fields may be added at any time.
pub(super) const FORMAT: u32 = 1;

/// The plugins of a project.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin list --json")]
pub(crate) struct PluginList {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    /// The plugins in the order of `lback.toml`.
    pub(super) plugins: Vec<ListedPlugin>,
}

/// The plugins that are part of lback's program.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin list --available --json")]
pub(crate) struct AvailablePlugins {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    /// The plugins, sorted by name.
    pub(super) plugins: Vec<AvailablePlugin>,
}

/// A plugin of lback's own.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct AvailablePlugin {
    /// The name that `lback plugin install` takes.
    pub(super) name: String,
    /// The source in `lback.toml`.
    pub(super) source: String,
    /// The roles: `policy`, `handler`, or both.
    #[schemars(with = "Vec<Role>")]
    pub(super) roles: Vec<String>,
    /// The version, as in `1.2.3`.
    pub(super) version: String,
    /// The purpose of the plugin, in one line.
    pub(super) summary: String,
    /// The digest of the component: `sha256:` and 64 hexadecimal digits.
    #[schemars(pattern(DIGEST_PATTERN))]
    pub(super) digest: String,
    /// The size of the component, in bytes.
    pub(super) bytes: u64,
}

/// A plugin of `lback.toml`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListedPlugin {
    /// The plugin's name in `lback.toml`.
    pub(super) name: String,
    /// The source in `lback.toml`.
    pub(super) source: String,
    #[schemars(with = "PluginMode")]
    pub(super) mode: &'static str,
    /// The environments in which the plugin is used; null for all.
    pub(super) environments: Option<Vec<String>>,
    /// The entry in `lback.lock`; null if the plugin isn't locked from this source.
    pub(super) locked: Option<LockedPlugin>,
    /// The loaded plugin; null if it can't be loaded.
    pub(super) plugin: Option<LoadedPlugin>,
    /// The reason why the plugin can't be loaded.
    pub(super) error: Option<String>,
}

/// A plugin's entry in `lback.lock`.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LockedPlugin {
    /// The version, as in `1.2.3`.
    pub(super) version: String,
    /// The digest of the file: `sha256:` and 64 hexadecimal digits.
    #[schemars(pattern(DIGEST_PATTERN))]
    pub(super) digest: String,
    /// The digest of the manifest, if the plugin is from a registry.
    pub(super) resolved: Option<String>,
    /// True if the plugin has a signature. The signature is verified if `lback.toml` pins a key.
    pub(super) signed: bool,
}

/// A loaded plugin, and its permissions.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct LoadedPlugin {
    /// The roles: `policy`, `handler`, or both.
    #[schemars(with = "Vec<Role>")]
    pub(super) roles: Vec<&'static str>,
    /// The version, as in `1.2.3`.
    pub(super) version: String,
    /// The purpose of the plugin, in one line.
    pub(super) summary: String,
    /// The digest of the file: `sha256:` and 64 hexadecimal digits.
    #[schemars(pattern(DIGEST_PATTERN))]
    pub(super) digest: String,
    /// The signals that the plugin receives.
    pub(super) signals: Vec<SignalName>,
    /// The requested permissions that are granted: origins and names of secrets.
    pub(super) granted: Vec<String>,
    /// True if the granted origins may have private and loopback addresses.
    pub(super) private: bool,
    /// The granted secrets that are not set.
    pub(super) not_set: Vec<String>,
    /// The requested permissions that are not granted.
    pub(super) not_granted: Vec<String>,
    /// The granted permissions that are not requested.
    pub(super) not_asked: Vec<String>,
}

/// A plugin's file, and the plugin's description of itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin inspect --json")]
pub(crate) struct InspectedPlugin {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    /// The plugin's own name, in kebab-case.
    pub(super) name: String,
    /// The version, as in `1.2.3`.
    pub(super) version: String,
    /// The purpose of the plugin, in one line.
    pub(super) summary: String,
    /// The roles: `policy`, `handler`, or both.
    #[schemars(with = "Vec<Role>")]
    pub(super) roles: Vec<&'static str>,
    /// The version of the package `lback:plugin` that the plugin is built for.
    pub(super) package: String,
    /// The digest of the file: `sha256:` and 64 hexadecimal digits.
    #[schemars(pattern(DIGEST_PATTERN))]
    pub(super) digest: String,
    /// The size of the file, in bytes.
    pub(super) bytes: u64,
    /// The signals that the plugin asks for.
    pub(super) signals: Vec<SignalName>,
    /// The web origins that the plugin asks for. `setting:/x` is the origin of the URL in its
    /// setting `x`.
    pub(super) http: Vec<String>,
    /// The secrets that the plugin asks for, in the same form.
    pub(super) secrets: Vec<String>,
    /// The interfaces that the plugin imports, with their versions.
    pub(super) imports: Vec<String>,
    /// The JSON Schema of the plugin's settings.
    pub(super) settings_schema: Option<Value>,
}

/// A plugin that was published to a registry.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin publish --json")]
pub(crate) struct PublishedPlugin {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    /// The source that names the plugin by the digest of its manifest: `oci://…@sha256:…`.
    pub(super) reference: String,
    /// The source that names the plugin by its tag, which can be moved.
    pub(super) tagged: String,
    /// The digest of the manifest.
    #[schemars(pattern(DIGEST_PATTERN))]
    pub(super) manifest: String,
    /// The digest of the file.
    #[schemars(pattern(DIGEST_PATTERN))]
    pub(super) digest: String,
    /// The plugin's own name, in kebab-case.
    pub(super) name: String,
    /// The version, as in `1.2.3`.
    pub(super) version: String,
    /// True if a signature was published with the plugin.
    pub(super) signed: bool,
}

/// A role of a plugin.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "the schema is made from it; the names are written below")]
enum Role {
    /// A policy can deny a command before it runs.
    Policy,
    /// A handler is notified of each signal.
    Handler,
}

pub(super) const DIGEST_PATTERN: &str = "^sha256:[0-9a-f]{64}$";

impl AvailablePlugin {
    pub(super) fn new(plugin: &'static BuiltinPlugin) -> Self {
        Self {
            name: plugin.name.clone(),
            source: Source::Builtin(plugin).to_string(),
            roles: plugin.roles.clone(),
            version: plugin.version.clone(),
            summary: plugin.summary.clone(),
            digest: plugin.digest.to_string(),
            bytes: plugin.bytes,
        }
    }
}

impl ListedPlugin {
    pub(crate) fn new(config: &PluginConfig, locked: Option<&LockEntry>, loaded: &Result<Plugin, Failure>) -> Self {
        Self {
            name: config.name.clone(),
            source: config.source.to_string(),
            mode: match config.mode {
                PluginMode::Enforce => "enforce",
                PluginMode::Audit => "audit",
            },
            environments: config.environments.clone(),
            locked: locked.map(|locked| LockedPlugin {
                version: locked.version.clone(),
                digest: locked.sha256.to_string(),
                resolved: locked.resolved.clone(),
                signed: locked.signature.is_some(),
            }),
            plugin: loaded.as_ref().ok().map(LoadedPlugin::new),
            error: loaded.as_ref().err().map(ToString::to_string),
        }
    }
}

impl ListedPlugin {
    /// Returns the permissions that `lback.toml` grants needlessly.
    pub(crate) fn not_asked(&self) -> &[String] {
        self.plugin.as_ref().map_or(&[], |plugin| &plugin.not_asked)
    }
}

impl LoadedPlugin {
    fn new(plugin: &Plugin) -> Self {
        let inspected = plugin.inspected();
        let permissions = plugin.permissions();
        Self {
            roles: roles(inspected),
            version: inspected.description.version.to_string(),
            summary: inspected.description.summary.clone(),
            digest: inspected.digest.to_string(),
            signals: plugin.signals().to_vec(),
            granted: permissions
                .http
                .iter()
                .map(ToString::to_string)
                .chain(permissions.secrets.iter().cloned())
                .collect(),
            private: permissions.private,
            not_set: plugin.secrets_not_set(),
            not_granted: permissions.not_granted.clone(),
            not_asked: permissions.not_asked.clone(),
        }
    }
}

impl InspectedPlugin {
    pub(crate) fn new(inspected: &PluginFacts) -> Self {
        let Description { name, version, summary, signals, permissions, settings_schema } =
            inspected.description.clone();
        Self {
            format: FORMAT,
            name,
            version: version.to_string(),
            summary,
            roles: roles(inspected),
            package: inspected.contract.package.to_string(),
            digest: inspected.digest.to_string(),
            bytes: inspected.bytes,
            signals,
            http: permissions.http.iter().map(PermissionRequest::to_string).collect(),
            secrets: permissions.secrets.iter().map(PermissionRequest::to_string).collect(),
            imports: inspected.contract.imports.clone(),
            settings_schema,
        }
    }
}

impl PublishedPlugin {
    /// Makes the document of a publication. `tagged`: the source that was asked for.
    pub(crate) fn new(inspected: &PluginFacts, tagged: &Source, published: &PublishedArtifact, signed: bool) -> Self {
        Self {
            format: FORMAT,
            reference: Source::Oci(published.reference.clone()).to_string(),
            tagged: tagged.to_string(),
            manifest: published.manifest.to_string(),
            digest: published.component.to_string(),
            name: inspected.description.name.clone(),
            version: inspected.description.version.to_string(),
            signed,
        }
    }
}

fn roles(inspected: &PluginFacts) -> Vec<&'static str> {
    let contract = &inspected.contract;
    [(contract.policy, "policy"), (contract.handler, "handler")]
        .into_iter()
        .filter_map(|(plays, role)| plays.then_some(role))
        .collect()
}
