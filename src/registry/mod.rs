//! The installed plugins: their locked bytes (`lback.lock`), their sources, and their stores.
//!
//! This module doesn't know what a plugin does or may do; `plugin/` does.

mod builtin;
mod check_cache;
mod digest_cache;
mod installed;
mod lock_error;
mod lock_file;
mod plugin_file;
mod project_files;
mod signature;
mod source;
mod stores;

pub(crate) use builtin::{BuiltinPlugin, builtin_plugin, builtin_plugins};
pub(crate) use check_cache::{CheckCache, PluginCheck};
pub(crate) use installed::{Installed, NotInstalled};
pub(crate) use lock_error::LockError;
pub(crate) use lock_file::{LOCK_FILE_NAME, LockEntry, LockFile, LockedPermissions};
pub(crate) use project_files::{ProjectFiles, ProjectTexts, WriteOrder};
pub(crate) use signature::{PublicKey, SignatureError, looks_signed, verify};
pub(crate) use source::{
    Artifact, FetchOptions, FetchedPlugin, Fetcher, PublishedArtifact, Source, SourceSyntaxError, read, read_local,
    read_signature,
};
pub(crate) use stores::{StoredPlugin, Stores, put};
