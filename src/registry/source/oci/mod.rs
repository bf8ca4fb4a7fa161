//! Plugins in OCI registries, in the layout of the Bytecode Alliance, so that `wkg` reads and
//! writes the same.
//!
//! `oci-client` has the references and the types of manifests. All requests go through
//! `WebClient`, whose limits hold for everything that is fetched, and which decides where a login
//! is sent: to the registry, and to the server that its demand names.

mod artifact;
mod challenge;
mod credentials;
mod login;
mod publish;
mod repository;
mod session;
#[cfg(test)]
mod tests;
mod token;

pub(crate) use artifact::Artifact;
pub(crate) use publish::PublishedArtifact;
pub(super) use repository::Repository;
