//! `lback plugin list`, `inspect` and `publish`: one model behind the terminal's and the JSON form. `text` draws the one, serde the
//! other; the JSON Schemas in `schemas/` are generated from these types.

#[cfg(test)]
mod schemas;
mod text;

use std::io;

use anstream::println;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::json::print_json;
use crate::config::{PluginConfig, PluginMode};
use crate::model::signal::SignalName;
use crate::plugin::{Description, Failure, PermissionRequest, Plugin, PluginFacts};
use crate::registry::{LockEntry, PublishedArtifact, Source};
use crate::ui::terminal::message::status;

/// The form of the JSON documents below. It changes when a field changes its meaning or goes; new fields may come at any time.
const FORMAT: u32 = 1;

/// The plugins of a project.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin list --json")]
pub(crate) struct PluginList {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// In the order of `lback.toml`.
    plugins: Vec<ListedPlugin>,
}

/// A plugin of `lback.toml`.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ListedPlugin {
    /// Its name in `lback.toml`.
    name: String,
    /// Where it comes from, as `lback.toml` says.
    source: String,
    #[schemars(with = "PluginMode")]
    mode: &'static str,
    /// What `lback.lock` says of it; none where it isn't locked from this source.
    locked: Option<LockedPlugin>,
    /// What it is; none where it can't be loaded.
    plugin: Option<LoadedPlugin>,
    /// Why it can't be loaded.
    error: Option<String>,
}

/// A plugin as it is locked.
#[derive(Debug, Serialize, JsonSchema)]
struct LockedPlugin {
    /// Its version, as in `1.2.3`.
    version: String,
    /// Of its bytes: `sha256:` and 64 hexadecimal digits.
    #[schemars(pattern(DIGEST_PATTERN))]
    digest: String,
    /// The digest of the manifest, of a plugin from a registry.
    resolved: Option<String>,
    /// Whether it came with a signature. It was verified where `lback.toml` pins a key.
    signed: bool,
}

/// What a plugin is and may do.
#[derive(Debug, Serialize, JsonSchema)]
struct LoadedPlugin {
    /// What it does: `policy`, `handler`, or both.
    #[schemars(with = "Vec<Role>")]
    roles: Vec<&'static str>,
    /// Its version, as in `1.2.3`.
    version: String,
    /// What it does, in one line.
    summary: String,
    /// Of its file: `sha256:` and 64 hexadecimal digits.
    #[schemars(pattern(DIGEST_PATTERN))]
    digest: String,
    /// The signals that it gets.
    signals: Vec<SignalName>,
    /// What it asks for and is granted: origins and names of secrets.
    granted: Vec<String>,
    /// Whether the granted origins may be at private and loopback addresses.
    private: bool,
    /// Secrets among these that nobody has set.
    not_set: Vec<String>,
    /// What it asks for and is not granted.
    not_granted: Vec<String>,
    /// What it is granted and does not ask for.
    not_asked: Vec<String>,
}

/// A plugin's file, and what the plugin says of itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin inspect --json")]
pub(crate) struct InspectedPlugin {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// Its own name, in kebab-case.
    name: String,
    /// Its version, as in `1.2.3`.
    version: String,
    /// What it does, in one line.
    summary: String,
    /// What it does: `policy`, `handler`, or both.
    #[schemars(with = "Vec<Role>")]
    roles: Vec<&'static str>,
    /// The version of the package `lback:plugin` that it is built for.
    package: String,
    /// Of its file: `sha256:` and 64 hexadecimal digits.
    #[schemars(pattern(DIGEST_PATTERN))]
    digest: String,
    /// The size of its file.
    bytes: u64,
    /// The signals that it asks for.
    signals: Vec<SignalName>,
    /// Web origins that it asks for. `setting:/x` stands for the origin of the URL in its setting `x`.
    http: Vec<String>,
    /// Secrets that it asks for, in the same form.
    secrets: Vec<String>,
    /// The interfaces that it imports, with their versions.
    imports: Vec<String>,
    /// The JSON Schema of its settings.
    settings_schema: Option<Value>,
}

/// A plugin that was put into a registry.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin publish --json")]
pub(crate) struct PublishedPlugin {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// The source that names it by the digest of its manifest: `oci://…@sha256:…`.
    reference: String,
    /// The source that names it by its tag, which can be moved.
    tagged: String,
    /// The digest of its manifest.
    #[schemars(pattern(DIGEST_PATTERN))]
    manifest: String,
    /// The digest of its file.
    #[schemars(pattern(DIGEST_PATTERN))]
    digest: String,
    /// Its own name, in kebab-case.
    name: String,
    /// Its version, as in `1.2.3`.
    version: String,
    /// Whether a signature was published with it.
    signed: bool,
}

/// A part that a plugin can play.
#[derive(JsonSchema)]
#[schemars(rename_all = "kebab-case")]
#[expect(dead_code, reason = "the schema is made from it; the names are written below")]
enum Role {
    /// May veto what is about to happen.
    Policy,
    /// Is told what happens.
    Handler,
}

const DIGEST_PATTERN: &str = "^sha256:[0-9a-f]{64}$";

impl ListedPlugin {
    pub(crate) fn new(config: &PluginConfig, locked: Option<&LockEntry>, loaded: &Result<Plugin, Failure>) -> Self {
        Self {
            name: config.name.clone(),
            source: config.source.to_string(),
            mode: match config.mode {
                PluginMode::Enforce => "enforce",
                PluginMode::Audit => "audit",
            },
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
    /// What `lback.toml` could drop.
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
    /// `tagged`: where it was to go.
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

pub(crate) fn show_list(plugins: Vec<ListedPlugin>, json: bool) -> io::Result<()> {
    if json {
        return print_json(&PluginList { format: FORMAT, plugins });
    }
    if !plugins.is_empty() {
        println!("{}", text::list(&plugins));
    }
    Ok(())
}

pub(crate) fn show_inspected(plugin: &InspectedPlugin, json: bool) -> io::Result<()> {
    if json {
        return print_json(plugin);
    }
    println!("{}", text::inspected(plugin));
    Ok(())
}

/// On stdout the reference alone, for the next command.
pub(crate) fn show_published(plugin: &PublishedPlugin, json: bool) -> io::Result<()> {
    status("Published", &format!("{} {} as {}", plugin.name, plugin.version, plugin.tagged));
    if json {
        return print_json(plugin);
    }
    println!("{}", plugin.reference);
    Ok(())
}
