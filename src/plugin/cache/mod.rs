//! The cache of compiled plugins.

pub(crate) mod compiled;
