//! Every test, against real Alembic, databases, registries and a Pushgateway. A missing server is
//! an error; no test is skipped.

use super::{mariadb, matrix, pgbouncer, postgres, pushgateway, registry};
use crate::{error::Error, languages, paths::Paths, process, setup};
use std::{ffi::OsString, path::Path, process::Command};

/// The servers and programs of a run of the tests. The servers stop when this is dropped.
struct Services {
    postgres: postgres::Postgres,
    pgbouncer: pgbouncer::PgBouncer,
    mariadb: mariadb::MariaDb,
    /// Variables that tell the tests where programs and folders are.
    variables: Vec<(&'static str, OsString)>,
}

pub(super) fn run(paths: &Paths, args: &[String]) -> Result<(), Error> {
    setup::everything(paths)?;
    let services = Services::start(paths)?;
    let command = |folder: &Path| {
        let mut cargo = process::cargo(paths, folder);
        cargo.args(["test", "--workspace", "--locked", "--no-fail-fast"]).args(args);
        services.add_to(&mut cargo);
        cargo
    };
    process::open("pass the tests", &mut command(&paths.root))?;
    process::open("pass the plugins' tests", &mut command(&paths.plugins()))
}

impl Services {
    fn start(paths: &Paths) -> Result<Self, Error> {
        let registry = registry::registry(paths)?;
        let minisign = registry::minisign(paths)?;
        let variables = vec![
            ("LBACK_TEST_VENV", paths.venv().into()),
            ("LBACK_TEST_PLUGINS", paths.plugins().into()),
            ("LBACK_TEST_COMPONENTS", paths.components().into()),
            ("LBACK_TEST_PUSHGATEWAY", pushgateway::find(paths)?.into()),
            ("LBACK_TEST_DOCKER_REGISTRY", registry.file.into()),
            ("LBACK_TEST_MINISIGN_LIBRARIES", minisign.library_path()),
            ("LBACK_TEST_MINISIGN", minisign.file.into()),
            ("LBACK_TEST_MATRIX", matrix::ensure(paths)?.into()),
            ("LBACK_TEST_LANGUAGES", languages::folder(paths).into()),
        ];
        let postgres = postgres::Postgres::start(paths)?;
        let pgbouncer = pgbouncer::PgBouncer::start(paths, &postgres)?;
        let mariadb = mariadb::MariaDb::start(paths)?;
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
