//! Plugins in OCI registries, in the layout of the Bytecode Alliance, so that `wkg` reads and
//! writes the same.
//!
//! `oci-client` does references, logins, manifests and the push. The two GET requests of a pull go
//! through `WebClient`, whose limits hold for everything that is fetched.

mod artifact;
mod credentials;
mod login;
mod publish;
mod repository;
mod session;

pub(crate) use artifact::Artifact;
pub(crate) use publish::PublishedArtifact;
pub(super) use repository::Repository;
