//! Sources of plugins on real servers: a registry, web servers with TLS, and both when they
//! misbehave.

mod challenge;
mod installed;
mod login;
mod meddler;
mod publish;
pub(crate) mod registry;
mod registry_trouble;
mod signatures;
mod web;
mod web_server;
mod web_trouble;
