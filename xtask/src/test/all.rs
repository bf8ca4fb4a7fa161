//! Every test, against real Alembic, databases, registries and a Pushgateway. A missing server is
//! an error; no test is skipped.

use super::{debian::Program, flask_migrate, mariadb, matrix, pgbouncer, postgres, pushgateway, registry, threads};
use crate::{error::Error, languages, parallel::both, paths::Paths, process, progress::Step, setup};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// The servers and programs of a run of the tests. The servers stop when this is dropped.
struct Services {
    postgres: postgres::Postgres,
    pgbouncer: pgbouncer::PgBouncer,
    mariadb: mariadb::MariaDb,
    /// Variables that tell the tests where programs and folders are.
    variables: Vec<(&'static str, OsString)>,
}

/// The programs and environments that the tests need besides components and compilers.
struct Programs {
    registry: Program,
    minisign: Program,
    pushgateway: PathBuf,
    pgbouncer: Program,
    mariadb: Program,
    matrix: PathBuf,
    flask_migrate: PathBuf,
}

pub(super) fn run(paths: &Paths, args: &[String]) -> Result<(), Error> {
    let programs = prepare(paths, args)?;
    let services = Services::start(paths, programs)?;
    let command = |folder: &Path| {
        let mut cargo = cargo_test(paths, folder, args);
        services.add_to(&mut cargo);
        threads::set(&mut cargo);
        cargo
    };
    process::open("pass the tests", &mut command(&paths.root))?;
    process::open("pass the plugins' tests", &mut command(&paths.plugins()))
}

fn cargo_test(paths: &Paths, folder: &Path, args: &[String]) -> Command {
    let mut cargo = process::cargo(paths, folder);
    cargo.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(args);
    cargo
}

/// Builds the tests, and downloads and builds everything else at the same time.
fn prepare(paths: &Paths, args: &[String]) -> Result<Programs, Error> {
    let rest = || {
        setup::environment(paths)?;
        let (programs, ()) = both(|| Programs::find(paths), || setup::components(paths))?;
        Ok(programs)
    };
    let (programs, ()) = both(rest, || {
        build(paths, args);
        Ok(())
    })?;
    Ok(programs)
}

/// Builds the tests. `cargo test` shows the errors of a build that fails here.
fn build(paths: &Paths, args: &[String]) {
    let mut step = Step::start("tests");
    if !paths.target.join("debug/deps").exists() {
        step.note("the first build takes some minutes");
    }
    let own = args.iter().take_while(|arg| *arg != "--").cloned().collect::<Vec<_>>();
    for folder in [paths.root.clone(), paths.plugins()] {
        let mut cargo = cargo_test(paths, &folder, &own);
        if process::quiet(&mut step, "build the tests", cargo.arg("--no-run"), None).is_err() {
            return;
        }
    }
    step.done("built");
}

impl Programs {
    fn find(paths: &Paths) -> Result<Self, Error> {
        Ok(Self {
            registry: registry::registry(paths)?,
            minisign: registry::minisign(paths)?,
            pushgateway: pushgateway::find(paths)?,
            pgbouncer: pgbouncer::find(paths)?,
            mariadb: mariadb::find(paths)?,
            matrix: matrix::ensure(paths)?,
            flask_migrate: flask_migrate::ensure(paths)?,
        })
    }
}

impl Services {
    fn start(paths: &Paths, programs: Programs) -> Result<Self, Error> {
        let variables = vec![
            ("LBACK_TEST_VENV", paths.venv().into()),
            ("LBACK_TEST_PLUGINS", paths.plugins().into()),
            ("LBACK_TEST_COMPONENTS", paths.components().into()),
            ("LBACK_TEST_PUSHGATEWAY", programs.pushgateway.into()),
            ("LBACK_TEST_DOCKER_REGISTRY", programs.registry.file.into()),
            ("LBACK_TEST_MINISIGN_LIBRARIES", programs.minisign.library_path()),
            ("LBACK_TEST_MINISIGN", programs.minisign.file.into()),
            ("LBACK_TEST_MATRIX", programs.matrix.into()),
            ("LBACK_TEST_FLASK_MIGRATE", programs.flask_migrate.into()),
            ("LBACK_TEST_LANGUAGES", languages::folder(paths).into()),
        ];
        let postgres = postgres::Postgres::start(paths)?;
        let pgbouncer = pgbouncer::PgBouncer::start(programs.pgbouncer, &postgres)?;
        let mariadb = mariadb::MariaDb::start(programs.mariadb)?;
        Ok(Self { postgres, pgbouncer, mariadb, variables })
    }

    fn add_to(&self, command: &mut Command) {
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
            .env("LBACK_TEST_POSTGRES", self.postgres.url())
            .env("LBACK_TEST_PGBOUNCER", self.pgbouncer.url())
            .env("LBACK_TEST_MARIADB", self.mariadb.url());
    }
}
