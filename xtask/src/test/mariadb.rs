//! MariaDB for the tests: the system's, or that of the Debian package.

use super::{
    debian::{Program, Wanted},
    server::{Recipe, Server, ServerFolder, version},
};
use crate::{error::Error, paths::Paths, progress::Step};
use std::process::Command;

const MARIADB: Wanted = Wanted {
    name: "MariaDB",
    package: "mariadb-server-core",
    file: "usr/sbin/mariadbd",
    names: &["mariadbd"],
    hint: HINT,
};

pub(super) fn find(paths: &Paths) -> Result<Program, Error> {
    MARIADB.find(paths)
}

pub(super) struct MariaDb {
    server: Server,
}

/// A script that makes the system tables from the statements that come with the server;
/// `mariadb-install-db` needs programs of another package. As there, the statements for the
/// machine's own name are left out: clients use the socket.
const PREPARE: &str = r#"
share=
for folder in "${SERVER%/*}/../share/mariadb" "${SERVER%/*}/../share/mysql" /usr/share/mariadb /usr/share/mysql; do
    for name in mariadb mysql; do
        if [ -z "$share" ] && [ -f "$folder/${name}_system_tables.sql" ]; then
            share=$folder/$name
        fi
    done
done
[ -n "$share" ] || { echo "no system_tables.sql beside $SERVER"; exit 1; }
ln -s "${share%/*}" share && mkdir data &&
{
    echo 'create database mysql;'
    echo 'use mysql;'
    echo 'set @auth_root_socket = null;'
    cat "${share}_system_tables.sql" "${share}_performance_tables.sql" "${share}_system_tables_data.sql"
} | sed '/@current_hostname/d' |
    "$SERVER" --no-defaults --bootstrap --datadir="$FOLDER/data" --lc-messages-dir="$FOLDER/share" --innodb-log-file-size=8M
"#;

const RUN: &str = r#""$SERVER" --no-defaults --datadir="$FOLDER/data" --lc-messages-dir="$FOLDER/share" \
    --socket="$FOLDER/socket" --pid-file="$FOLDER/pid" --skip-networking --innodb-log-file-size=8M \
    --innodb-flush-log-at-trx-commit=0 --sync-binlog=0 --max-connections=300"#;

impl MariaDb {
    pub(super) fn start(program: Program) -> Result<Self, Error> {
        let mut step = Step::start("MariaDB server");
        let room = ServerFolder::new("mariadb")?;
        let program = program.lent_to(&room, &mut step)?;
        let recipe = Recipe {
            name: "MariaDB",
            prepare: PREPARE,
            run: RUN,
            ready: "ready for connections",
            stop: "KILL",
            environment: vec![("SERVER", program.file.clone().into()), ("LD_LIBRARY_PATH", program.library_path())],
            hint: HINT,
        };
        let server = room.start(&recipe, &mut step)?;
        step.done(version(
            Command::new(&program.file).arg("--no-defaults").env("LD_LIBRARY_PATH", program.library_path()),
        ));
        Ok(Self { server })
    }

    /// Returns the server's address, as `create_engine` takes it, with the database `test`, which
    /// doesn't exist. Its superuser needs no password.
    pub(super) fn url(&self) -> String {
        format!("mysql+pymysql://root@localhost/test?unix_socket={}/socket", self.server.folder().display())
    }
}

const HINT: &str = "put `mariadbd` on the PATH; on Debian and Ubuntu: `apt install mariadb-server-core`";
