//! What the tests share: a project in a temporary folder, a run of lback in it, and what a run left behind.

mod authority;
mod database;
mod lock;
mod needs;
mod project;
mod receiver;
mod records;
mod run;
mod snapshot;
mod terminal;
mod version_script;

pub(crate) use authority::Authority;
pub(crate) use database::{Database, Server};
pub(crate) use lock::sha256;
pub(crate) use needs::{
    alembic, compilers, component, docker_registry, matrix, minisign, plugin, postgres, pushgateway, python,
    shared_cache,
};
pub(crate) use project::Project;
pub(crate) use receiver::{Receiver, Reply, Request};
pub(crate) use records::{Record, records, reports};
pub(crate) use run::{Done, Run, Running, script, until, wait_for};
pub(crate) use snapshot::assert_snapshot;
pub(crate) use terminal::ANSWERING;
pub(crate) use version_script::VersionScript;
