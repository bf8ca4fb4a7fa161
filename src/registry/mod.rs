//! What is installed: which bytes each plugin is (`lback.lock`), where they come from, where they are kept, and their compiled code.
//!
//! It doesn't know what a plugin does or may do; that is `plugin/`.

mod checked;
mod files;
mod found;
mod installed;
mod known_files;
mod lock_error;
mod lock_file;
mod signature;
mod source;
mod stores;

pub(crate) use crate::plugin::cache::compiled::CompiledCache;
pub(crate) use crate::support::digest::Digest;
pub(crate) use crate::support::private_folder::PrivateFolder;
pub(crate) use checked::{Check, Checked};
pub(crate) use files::{First, ProjectFiles, Texts};
pub(crate) use installed::{Installed, NotInstalled};
pub(crate) use lock_error::LockError;
pub(crate) use lock_file::{LOCK_FILE_NAME, LockFile, Locked, LockedPermissions};
pub(crate) use signature::{PublicKey, SignatureError, looks_signed, verify};
pub(crate) use source::{Artifact, FetchOptions, Fetched, Fetcher, Published, Source, SourceError, WrittenWrong, read};
pub(crate) use stores::{Stored, Stores, put};
