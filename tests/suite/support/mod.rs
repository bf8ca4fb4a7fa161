//! The tools of all tests: a project in a temporary folder, a run of lback in it, and its output.

mod authority;
mod database;
mod done;
mod lock;
mod needs;
mod project;
mod receiver;
mod records;
mod run;
mod snapshot;
mod version_script;

pub(crate) use authority::Authority;
pub(crate) use database::{Database, Server};
pub(crate) use done::{Done, is_success_line, without_success};
pub(crate) use lock::sha256;
pub(crate) use needs::{
    alembic, compilers, component, docker_registry, flask_migrate, matrix, minisign, plugin, pushgateway, python,
    shared_cache, suite_file,
};
pub(crate) use project::Project;
pub(crate) use receiver::{Receiver, Reply, Request};
pub(crate) use records::{Record, records, reports};
pub(crate) use run::{Run, Running, script, signal, until, wait_for};
pub(crate) use snapshot::{assert_run, assert_text, settings as snapshot_settings};
pub(crate) use version_script::VersionScript;
