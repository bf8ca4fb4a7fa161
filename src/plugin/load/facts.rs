//! The facts of a plugin: its contract and its description.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::contract::Contract;
use super::description::{Description, PermissionRequest, PermissionRequests};
use crate::plugin::permissions::ResolvedRequests;
use crate::support::digest::Digest;

/// The facts of a plugin's file.
#[derive(Clone, Debug)]
pub(crate) struct PluginFacts {
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
    pub(crate) contract: Contract,
    pub(crate) description: Description,
}

impl PluginFacts {
    /// Resolves the requests that `counts` selects. A policy is granted nothing, so its requests
    /// are ignored.
    pub(crate) fn resolved_requests(
        &self,
        settings: &Value,
        counts: impl Fn(&PermissionRequest) -> bool,
    ) -> ResolvedRequests {
        let Description { permissions, settings_schema, .. } = &self.description;
        let of = |requests: &[PermissionRequest]| requests.iter().filter(|request| counts(request)).cloned().collect();
        let asked = PermissionRequests { http: of(&permissions.http), secrets: of(&permissions.secrets) };
        if self.contract.handler {
            ResolvedRequests::of(&asked, settings, settings_schema.as_ref())
        } else {
            ResolvedRequests::default()
        }
    }
}

/// The facts of a plugin that are cached beside its compiled code.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CachedFacts {
    pub(super) contract: Contract,
    pub(super) description: Description,
}

impl CachedFacts {
    pub(super) fn of(self, digest: Digest, bytes: u64) -> PluginFacts {
        PluginFacts { digest, bytes, contract: self.contract, description: self.description }
    }
}
