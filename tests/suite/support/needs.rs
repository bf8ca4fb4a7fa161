//! The programs, servers and plugins that `cargo xtask test` sets up. A test that lacks one fails,
//! and names the command that sets it up.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use tempfile::TempDir;

fn needed(variable: &str) -> PathBuf {
    let Some(value) = env::var_os(variable) else {
        panic!("{variable} is not set: run the tests with `cargo xtask test`, which sets up what they need");
    };
    value.into()
}

fn file(folder: &str, name: &str) -> PathBuf {
    existing(needed(folder).join(name))
}

/// A file beside the tests, by its path below `tests/suite`.
pub(crate) fn suite_file(path: &str) -> PathBuf {
    existing(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite").join(path))
}

/// The folders that differ from machine to machine, and the names that snapshots have for them.
pub(super) fn places() -> Vec<(String, &'static str)> {
    let folders =
        [("LBACK_TEST_COMPONENTS", "[components]"), ("LBACK_TEST_PLUGINS", "[plugins]"), ("LBACK_TEST_VENV", "[venv]")];
    let place = |(variable, name)| Some((env::var(variable).ok()?, name));
    folders.into_iter().filter_map(place).collect()
}

fn existing(path: PathBuf) -> PathBuf {
    assert!(path.exists(), "{} does not exist: run the tests with `cargo xtask test`, which makes it", path.display());
    path
}

/// The Alembic of the tests' virtual environment.
pub(crate) fn alembic() -> PathBuf {
    file("LBACK_TEST_VENV", "bin/alembic")
}

/// The interpreter of the tests' virtual environment.
pub(crate) fn python() -> PathBuf {
    file("LBACK_TEST_VENV", "bin/python")
}

/// A component of `tests/components/`.
pub(crate) fn component(name: &str) -> PathBuf {
    file("LBACK_TEST_COMPONENTS", &format!("{name}.wasm"))
}

/// A plugin of `plugins/`.
pub(crate) fn plugin(name: &str) -> PathBuf {
    file("LBACK_TEST_PLUGINS", &format!("{name}.wasm"))
}

/// The program `prometheus-pushgateway`.
pub(crate) fn pushgateway() -> PathBuf {
    existing(needed("LBACK_TEST_PUSHGATEWAY"))
}

/// The program `docker-registry`.
pub(crate) fn docker_registry() -> PathBuf {
    existing(needed("LBACK_TEST_DOCKER_REGISTRY"))
}

/// The program `minisign`, and where it finds its libraries.
pub(crate) fn minisign() -> Command {
    let mut command = Command::new(existing(needed("LBACK_TEST_MINISIGN")));
    command.env("LD_LIBRARY_PATH", needed("LBACK_TEST_MINISIGN_LIBRARIES"));
    command
}

/// A SQLAlchemy URL of a PostgreSQL server, with `/postgres` for the database. Tests create
/// databases of their own.
pub(crate) fn postgres() -> String {
    url("LBACK_TEST_POSTGRES")
}

/// A SQLAlchemy URL of a `PgBouncer` in transaction mode before that server, with the same
/// databases.
pub(super) fn pgbouncer() -> String {
    url("LBACK_TEST_PGBOUNCER")
}

/// A SQLAlchemy URL of a MariaDB server, with `/test` for the database, which doesn't exist.
pub(super) fn mariadb() -> String {
    url("LBACK_TEST_MARIADB")
}

fn url(variable: &str) -> String {
    needed(variable).into_os_string().into_string().expect("a URL is UTF-8")
}

/// The name and folder of each Python environment with other versions of Alembic and SQLAlchemy.
pub(crate) fn matrix() -> Vec<(&'static str, PathBuf)> {
    let lines = include_str!("../../requirements-matrix.txt").lines().filter(|line| !line.starts_with('#'));
    let names = lines.filter_map(|line| line.split_whitespace().next());
    names.map(|name| (name, file("LBACK_TEST_MATRIX", name))).collect()
}

/// The sources of Flask-Migrate, with its tests.
pub(crate) fn flask_migrate() -> PathBuf {
    existing(needed("LBACK_TEST_FLASK_MIGRATE"))
}

/// The folder of the compilers of other languages than Rust, and of their caches.
pub(crate) fn compilers() -> PathBuf {
    existing(needed("LBACK_TEST_LANGUAGES"))
}

/// The cache of compiled plugins that all tests of a run share, so that each is compiled once.
pub(crate) fn shared_cache() -> &'static Path {
    static CACHE: LazyLock<TempDir> = LazyLock::new(|| tempfile::tempdir().expect("a folder for compiled plugins"));
    CACHE.path()
}
