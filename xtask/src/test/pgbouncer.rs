//! PgBouncer in front of the tests' PostgreSQL. It pools transactions: two statements of a client
//! may reach two sessions of the server.

use super::{
    debian::{Program, Wanted},
    postgres::Postgres,
    server::{Recipe, Server, ServerFolder, version},
};
use crate::{error::Error, paths::Paths, progress::Step};
use std::{fs, process::Command};

const PGBOUNCER: Wanted =
    Wanted { name: "PgBouncer", package: "pgbouncer", file: "usr/sbin/pgbouncer", names: &["pgbouncer"], hint: HINT };

pub(super) fn find(paths: &Paths) -> Result<Program, Error> {
    PGBOUNCER.find(paths)
}

pub(super) struct PgBouncer {
    server: Server,
}

impl PgBouncer {
    pub(super) fn start(program: Program, postgres: &Postgres) -> Result<Self, Error> {
        let mut step = Step::start("PgBouncer server");
        let room = ServerFolder::new("pgbouncer")?;
        let program = program.lent_to(&room, &mut step)?;
        let folder = room.folder();
        let settings = format!(
            "[databases]\n* = host={}\n[pgbouncer]\nlisten_addr =\nunix_socket_dir = {}\nlisten_port = 6432\n\
             pool_mode = transaction\nmax_client_conn = 200\ndefault_pool_size = 20\nserver_idle_timeout = 1\n\
             auth_type = trust\nauth_file = {}/users\n",
            postgres.folder().display(),
            folder.display(),
            folder.display(),
        );
        for (name, text) in [("pgbouncer.ini", settings.as_str()), ("users", "\"postgres\" \"\"\n")] {
            fs::write(folder.join(name), text).map_err(Error::file("write", folder.join(name)))?;
        }
        let recipe = Recipe {
            name: "PgBouncer",
            prepare: "true",
            run: r#""$SERVER" pgbouncer.ini"#,
            ready: "process up",
            stop: "KILL",
            environment: vec![("SERVER", program.file.clone().into()), ("LD_LIBRARY_PATH", program.library_path())],
            hint: HINT,
        };
        let server = room.start(&recipe, &mut step)?;
        step.done(version(Command::new(&program.file).env("LD_LIBRARY_PATH", program.library_path())));
        Ok(Self { server })
    }

    /// Returns the address, as `create_engine` takes it. Every database of PostgreSQL is available
    /// under its own name.
    pub(super) fn url(&self) -> String {
        format!("postgresql+psycopg://postgres@/postgres?host={}&port=6432", self.server.folder().display())
    }
}

const HINT: &str = "put `pgbouncer` on the PATH; on Debian and Ubuntu: `apt install pgbouncer`";
