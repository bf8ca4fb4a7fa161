//! The sources of plugins: lback's program, a file, a web server, or an OCI registry.
//!
//! `lback.toml` and the command line name sources. This module parses and prints them, and fetches
//! their bytes within limits. It doesn't examine the bytes; `plugin/` does. The caller compares
//! them with the lock file, except for [`Fetcher::fetch_locked`].

mod error;
mod fetched;
mod fetcher;
mod https;
mod oci;
mod path;
mod syntax;
mod web;

pub(crate) use error::SourceError;
pub(crate) use fetched::{FetchOptions, FetchedPlugin};
pub(crate) use fetcher::{Fetcher, read_local};
pub(crate) use oci::{Artifact, PublishedArtifact};
pub(crate) use path::{read, read_signature};
pub(crate) use syntax::{Source, SourceSyntaxError};
