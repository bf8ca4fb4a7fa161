//! What is installed on this machine: plugin files, their digests, and their compiled code.
//!
//! It doesn't know what a plugin does or may do; that is `plugin/`.

mod compiled;
mod digest;
mod private_folder;
mod source;

pub(crate) use compiled::CompiledCache;
pub(crate) use digest::Digest;
pub(crate) use private_folder::PrivateFolder;
pub(crate) use source::{SourceError, read};
