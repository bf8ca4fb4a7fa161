//! An authenticated session with a registry.

use url::Url;

use super::super::web::Credential;

/// The required right to the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AccessRight {
    Pull,
    Push,
}

/// An authenticated session with a registry.
pub(super) struct RegistrySession {
    /// The registry's address, which ends in `/`.
    pub(super) base: Url,
    pub(super) login: Option<Credential>,
    /// True if credentials exist.
    pub(super) known: bool,
}
