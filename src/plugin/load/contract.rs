//! The contract of a component, read from its type: the package version and the roles.
//!
//! The contract is read before instantiation, so that a plugin of another version gets a clear
//! message instead of a link error.

use semver::Version;
use serde::{Deserialize, Serialize};
use wasmtime::Engine;
use wasmtime::component::Component;

use super::toolchain::Toolchain;
use crate::plugin::failure::Failure;
use crate::plugin::host::guest_text::printable;

pub(in crate::plugin) const PACKAGE: &str = "lback:plugin/";

/// The version of `wit/` that this lback supports. Plugins for older minor versions work as well.
const SPEAKS: Version = Version::new(1, 0, 0);

/// The interfaces that a handler may import and a policy may not.
pub(in crate::plugin) const HANDLER_IMPORTS: [&str; 3] = ["http", "secrets", "store"];

/// The interfaces that a policy may import and a handler may not.
pub(in crate::plugin) const POLICY_IMPORTS: [&str; 1] = ["plan"];

/// The parts of a component's type that lback uses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Contract {
    /// The version of `lback:plugin` for which the component was built.
    pub(crate) package: Version,
    pub(crate) policy: bool,
    pub(crate) handler: bool,
    /// The names of all imports, such as `wasi:clocks/wall-clock@0.2.6`.
    pub(crate) imports: Vec<String>,
}

impl Contract {
    /// Returns the exported interfaces of the package, with its version.
    pub(crate) fn exports(&self) -> Vec<String> {
        let roles = [(true, "metadata"), (self.policy, "policy"), (self.handler, "handler")];
        let exported = roles.into_iter().filter_map(|(exported, interface)| exported.then_some(interface));
        exported.map(|interface| format!("{PACKAGE}{interface}@{}", self.package)).collect()
    }

    pub(in crate::plugin) fn read(component: &Component, engine: &Engine, bytes: &[u8]) -> Result<Self, Failure> {
        let ty = component.component_type();
        let exports: Vec<&str> = ty.exports(engine).map(|(name, _)| name).collect();
        let imports: Vec<String> = ty.imports(engine).map(|(name, _)| name.to_owned()).collect();

        let ours = |name: &str| {
            let (interface, version) = name.strip_prefix(PACKAGE)?.split_once('@')?;
            Some((interface.to_owned(), version.parse::<Version>().ok()?))
        };
        let exported: Vec<_> = exports.iter().copied().filter_map(ours).collect();
        let made_with = || Toolchain::of(bytes);
        let not_a_plugin = || Failure::NotAPlugin {
            exports: exports.iter().take(8).map(|name| printable(name)).collect(),
            made_with: made_with(),
        };
        // All of a component's interfaces come from one version of the package, but only those that
        // it uses are visible.
        let imported: Vec<_> = imports.iter().filter_map(|name| ours(name)).collect();
        let versions = exported.iter().chain(&imported).map(|(_, version)| version);
        let Some(package) = versions.max().cloned() else {
            return Err(not_a_plugin());
        };
        if package.major != SPEAKS.major || package > SPEAKS {
            return Err(Failure::OtherPackage { wants: package, speaks: SPEAKS });
        }
        let has = |interface: &str| exported.iter().any(|(name, _)| name == interface);
        let contract = Self { package, policy: has("policy"), handler: has("handler"), imports };
        if !contract.policy && !contract.handler {
            return Err(not_a_plugin());
        }
        if !has("metadata") {
            return Err(Failure::NoMetadata);
        }
        // wasi:http is left to the linker, and to `imports` where that fails.
        let first_of = |denied: &[&str]| {
            let found = imported.iter().find(|(interface, _)| denied.contains(&interface.as_str()));
            found.map(|(interface, _)| format!("{PACKAGE}{interface}"))
        };
        if !contract.handler
            && let Some(import) = first_of(&HANDLER_IMPORTS)
        {
            return Err(Failure::PolicyImport { import, made_with: made_with() });
        }
        // Both linkers have it, so that nothing else would refuse it.
        if !contract.policy
            && let Some(import) = first_of(&POLICY_IMPORTS)
        {
            return Err(Failure::HandlerImport { import });
        }
        Ok(contract)
    }
}
