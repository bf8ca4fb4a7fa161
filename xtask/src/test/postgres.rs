//! A Postgres server of the tests' own: in a private folder, on a Unix socket, gone when this program is, however it ends.

use crate::{
    error::{Error, Output},
    files,
    paths::Paths,
    process,
    progress::Step,
};
use std::{
    env,
    fs::{self, DirBuilder},
    io::{BufRead as _, BufReader, Read as _},
    os::unix::{
        fs::{DirBuilderExt as _, MetadataExt as _},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
};

pub(super) struct Postgres {
    folder: PathBuf,
    keeper: Child,
    /// The keeper stops the server when this end of its pipe is closed, as it also is when this program is killed.
    lifeline: Option<ChildStdin>,
}

/// Makes and starts a server, says so, waits for the end of its input, and leaves nothing behind.
const KEEPER: &str = r#"
cd "$FOLDER" || exit 1
if "$BIN/initdb" --pgdata=data --username=postgres --auth=trust --encoding=UTF8 --no-locale --no-sync >log 2>&1 &&
    "$BIN/pg_ctl" start --wait --pgdata=data --log=server.log \
        --options="-k '$FOLDER' -c listen_addresses= -c fsync=off -c max_connections=200" >>log 2>&1
then
    echo ready
    read -r _
    "$BIN/pg_ctl" stop --pgdata=data --mode=immediate >>log 2>&1
else
    cat log server.log 2>&1
fi
cd /
rm -rf "$FOLDER"
"#;

impl Postgres {
    pub(super) fn start(paths: &Paths) -> Result<Self, Error> {
        let mut step = Step::start("PostgreSQL");
        let mut programs = programs(paths, &mut step)?;
        let folder = env::temp_dir().join(format!("lback-postgres-{}", std::process::id()));
        DirBuilder::new().mode(0o700).create(&folder).map_err(Error::file("create", &folder))?;

        if is_root(&folder)? {
            // PostgreSQL refuses to run as root, and nobody may not look into root's folders.
            programs = lend_to_nobody(&programs, &folder, &mut step)?;
        }
        step.show("starting");
        let owner = fs::metadata(&folder).map_err(Error::file("look at", &folder))?;
        let mut command = Command::new("sh");
        command.args(["-c", KEEPER]).env("FOLDER", &folder).env("BIN", &programs);
        // Ctrl-C reaches it as the end of its input, and not before.
        command.process_group(0).uid(owner.uid()).gid(owner.gid()).current_dir("/");
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut keeper = command.spawn().map_err(|source| process::spawn_error(&command, source))?;

        let lifeline = keeper.stdin.take();
        let mut said = BufReader::new(keeper.stdout.take().expect("standard output was piped"));
        let server = Self { folder, keeper, lifeline };
        let mut first = String::new();
        said.read_line(&mut first).map_err(Error::file("read from", &programs))?;
        if first.trim_end() != "ready" {
            said.read_to_string(&mut first).map_err(Error::file("read from", &programs))?;
            return Err(Error::Postgres(Output::tail(&first)));
        }
        step.done(version(&programs));
        Ok(server)
    }

    /// The server's address, as `create_engine` takes it. Its superuser needs no password and accepts any.
    pub(super) fn url(&self) -> String {
        format!("postgresql+psycopg://postgres@/postgres?host={}", self.folder.display())
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        self.keeper.wait().ok();
    }
}

/// The folder of the server's programs: the wheel's, else the system's.
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
        .find(|folder| ["initdb", "pg_ctl"].iter().all(|program| folder.join(program).is_file()))
        .map(|folder| resolve(&folder))
        .ok_or_else(|| Error::Lacking("the tests need PostgreSQL, and there is none on this machine".into(), HINT))
}

/// Links on the PATH lead to the folder in which the programs find each other.
fn resolve(folder: &Path) -> PathBuf {
    let program = fs::canonicalize(folder.join("initdb")).unwrap_or_default();
    program.parent().map_or_else(|| folder.to_path_buf(), Path::to_path_buf)
}

fn is_root(own: &Path) -> Result<bool, Error> {
    Ok(fs::metadata(own).map_err(Error::file("look at", own))?.uid() == 0)
}

/// Gives the folder to the user nobody, with a copy of the wheel's programs in it; the system's can be read by all.
fn lend_to_nobody(programs: &Path, folder: &Path, step: &mut Step) -> Result<PathBuf, Error> {
    let mut lent = programs.to_path_buf();
    if let Some(install) = programs.parent().filter(|install| install.ends_with("pginstall")) {
        step.show("copying");
        // The wheel's libraries lie beside its package, and are found from there.
        let site_packages = install.parent().and_then(Path::parent).unwrap_or(install);
        files::copy_tree(install, &folder.join("site/pgserver/pginstall"), &|name| name != "include")?;
        let libraries = site_packages.join("pgserver.libs");
        if libraries.is_dir() {
            files::copy_tree(&libraries, &folder.join("site/pgserver.libs"), &|_| true)?;
        }
        lent = folder.join("site/pgserver/pginstall/bin");
    }
    let mut chown = Command::new("chown");
    chown.args(["-R", "nobody:"]).arg(folder);
    process::quiet(step, "give PostgreSQL's folder to the user nobody", &mut chown, None)?;
    Ok(lent)
}

fn version(programs: &Path) -> String {
    let output = Command::new(programs.join("pg_ctl")).arg("--version").output();
    output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default()
}

const HINT: &str = "install it so that `initdb` is on the PATH; on Debian and Ubuntu: `apt install postgresql`";
