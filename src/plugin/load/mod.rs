//! Loading of a plugin: the component is read, compiled, checked against the contract and
//! described.

pub(crate) mod call_host;
pub(crate) mod contract;
pub(crate) mod description;
pub(crate) mod engine;
pub(crate) mod facts;
pub(crate) mod imports;
pub(crate) mod not_offered;
pub(crate) mod plugin;
pub(crate) mod runtime;
pub(crate) mod toolchain;
