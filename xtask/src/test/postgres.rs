//! PostgreSQL for tests and benchmarks: from the wheel, or else the system's.

use super::server::{Recipe, Server, ServerFolder, version};
use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) struct Postgres {
    server: Server,
}

impl Postgres {
    pub(crate) fn start(paths: &Paths) -> Result<Self, Error> {
        let mut step = Step::start("PostgreSQL");
        let mut programs = programs(paths, &mut step)?;
        let room = ServerFolder::new("postgres")?;
        if room.is_roots()? {
            programs = lend(&programs, room.folder(), &mut step)?;
        }
        let recipe = Recipe {
            name: "PostgreSQL",
            prepare: r#""$BIN/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync"#,
            run: r#""$BIN/postgres" -D data -k "$FOLDER" -c listen_addresses= -c fsync=off -c max_connections=300"#,
            ready: "database system is ready to accept connections",
            stop: "QUIT",
            environment: vec![("BIN", programs.clone().into()), ("LC_ALL", "C".into())],
            hint: "`initdb` and `postgres` of a PostgreSQL on the PATH are used where the wheel's don't run",
        };
        let server = room.start(&recipe, &mut step)?;
        step.done(version(&mut Command::new(programs.join("postgres"))));
        Ok(Self { server })
    }

    /// Returns the server's address, as `create_engine` takes it. Its superuser needs no password
    /// and accepts any.
    pub(crate) fn url(&self) -> String {
        self.url_of("postgres")
    }

    /// Returns the address of a database.
    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgresql+psycopg://postgres@/{database}?host={}", self.server.folder().display())
    }

    /// Returns the folder of the socket.
    pub(super) fn folder(&self) -> &Path {
        self.server.folder()
    }
}

/// Returns the folder of the server's programs: the wheel's, or else the system's.
fn programs(paths: &Paths, step: &mut Step) -> Result<PathBuf, Error> {
    const WHEEL: &str =
        "import importlib.util as u; s = u.find_spec('pgserver'); print(s.submodule_search_locations[0] if s else '')";
    let mut python = Command::new(paths.python());
    python.args(["-c", WHEEL]);
    let wheel = process::quiet(step, "look for PostgreSQL in the virtual environment", &mut python, None)?;
    let wheel = (!wheel.trim().is_empty()).then(|| Path::new(wheel.trim()).join("pginstall/bin"));
    let path = env::var_os("PATH").unwrap_or_default();
    // Debian keeps `initdb` off the PATH.
    let debian =
        fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten().map(|entry| entry.path().join("bin"));
    wheel
        .into_iter()
        .chain(env::split_paths(&path))
        .chain(debian)
        .find(|folder| ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file()))
        .map(|folder| resolve(&folder))
        .ok_or_else(|| Error::Lacking("the tests need PostgreSQL, and there is none on this machine".into(), HINT))
}

/// Resolves links on the PATH to the folder in which the programs find each other.
fn resolve(folder: &Path) -> PathBuf {
    let program = fs::canonicalize(folder.join("initdb")).unwrap_or_default();
    program.parent().map_or_else(|| folder.to_path_buf(), Path::to_path_buf)
}

/// Copies the wheel's programs into the server's folder; those of the system are readable by all.
fn lend(programs: &Path, folder: &Path, step: &mut Step) -> Result<PathBuf, Error> {
    let Some(install) = programs.parent().filter(|install| install.ends_with("pginstall")) else {
        return Ok(programs.to_path_buf());
    };
    step.show("copying");
    // The wheel's libraries are beside its package, and are found relative to it.
    let site_packages = install.parent().and_then(Path::parent).unwrap_or(install);
    files::copy_tree(install, &folder.join("site/pgserver/pginstall"), &|name| name != "include")?;
    let libraries = site_packages.join("pgserver.libs");
    if libraries.is_dir() {
        files::copy_tree(&libraries, &folder.join("site/pgserver.libs"), &|_| true)?;
    }
    Ok(folder.join("site/pgserver/pginstall/bin"))
}

const HINT: &str = "install it so that `initdb` is on the PATH; on Debian and Ubuntu: `apt install postgresql`";
