//! Scripts that try to reach a database, a file, a process or a network while they are planned.

use std::collections::BTreeMap;
use std::io::Read;
use std::net::{TcpListener, UdpSocket};
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::shop::{Place, Shop};
use crate::support::{Database, Project, VersionScript, plugin, python, suite_file};

/// The rule of guard that denies what is not fully analysed.
const DENYING: &str = "[plugin.settings.plan]\ndeny = [\"incomplete\"]";

/// A project whose scripts each try one way, with what they must not change.
struct Attacked {
    project: Project,
    database: Database,
    driver: String,
    listener: TcpListener,
    /// A socket on the port of the listener.
    datagrams: UdpSocket,
}

/// A way that opens a file, and so has a doubt, but no connection.
const WITHOUT_NETWORK: &str = "file open";

impl Attacked {
    /// A project with all ways whose name has a word, whose env.py connects with a driver.
    fn with(driver: &str, word: &str) -> Self {
        let database = if driver == "pymysql" { Database::mariadb() } else { Database::postgres() };
        let project = Project::bare(&database.url().replace('%', "%%")).plugin("guard", &plugin("guard"), DENYING);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let datagrams = UdpSocket::bind(address).expect("a port");
        let address = address.to_string();
        let folder = project.root().to_str().expect("UTF-8");
        ways(&["scripts", folder, driver, &database.url(), &address, word]);
        project.write_config();
        Self { project, database, driver: driver.to_owned(), listener, datagrams }
    }

    /// Returns everything that a plan must not change.
    fn state(&self) -> String {
        ways(&["state", self.project.root().to_str().expect("UTF-8")]) + &self.database.dump()
    }

    /// Checks that a plan and a run that guard denies change nothing, and that each script has a
    /// doubt at its line. Returns the number of ways.
    #[track_caller]
    fn holds(&self) -> usize {
        let before = self.state();
        let done = self.project.lback(&["plan", "--json"]).run();
        assert!(self.state() == before, "a plan has changed something: {}\n{before}", self.state());
        let document: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
        let steps = document["plan"]["databases"][0]["steps"].as_array().expect("steps");
        let missed: Vec<_> = steps.iter().filter(|step| !self.is_doubted(step)).collect();
        assert!(missed.is_empty(), "no doubt at the line: {missed:#?}");
        let denied = self.project.lback(&["migrate"]).exits(77);
        assert!(self.state() == before, "a denied run has changed something: {denied}");
        let without_network = Self::with(&self.driver, WITHOUT_NETWORK);
        without_network.project.lback(&["plan", "--json"]).run();
        without_network.project.lback(&["migrate"]).exits(77);
        assert_eq!(self.connections(), without_network.connections(), "a script has connected");
        steps.len()
    }

    /// Returns whether a step has a doubt at the line that is marked in its script.
    fn is_doubted(&self, step: &Value) -> bool {
        let file = self.project.path(step["file"].as_str().expect("a file"));
        let script = std::fs::read_to_string(file).expect("a script");
        let marked: Vec<_> = (1_u64..)
            .zip(script.lines())
            .filter(|(_, line)| line.ends_with("# here"))
            .map(|(number, _)| number)
            .collect();
        let doubts = step["doubts"].as_array().expect("doubts");
        doubts.iter().any(|doubt| doubt["line"].as_u64().is_some_and(|line| marked.contains(&line)))
    }

    /// Counts the connections to the test's port, which env.py opens, and checks that none carried
    /// anything, and that no datagram arrived.
    #[track_caller]
    fn connections(&self) -> usize {
        let mut connections = 0;
        self.listener.set_nonblocking(true).expect("a socket");
        while let Ok((mut connection, _)) = self.listener.accept() {
            connections += 1;
            let mut received = Vec::new();
            connection.set_nonblocking(false).expect("a socket");
            let _ = connection.read_to_end(&mut received);
            assert!(received.is_empty(), "{}", String::from_utf8_lossy(&received));
        }
        self.datagrams.set_nonblocking(true).expect("a socket");
        assert!(self.datagrams.recv(&mut [0; 16]).is_err(), "a datagram arrived");
        connections
    }
}

/// Runs `ways.py`, and returns what it prints.
fn ways(words: &[&str]) -> String {
    let mut command = Command::new(python());
    let output = command.arg(suite_file("plans/python/ways.py")).args(words).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn a_script_reaches_nothing_on_postgresql() {
    assert!(Attacked::with("psycopg", "").holds() > 100);
}

#[test]
fn a_script_reaches_nothing_on_mariadb() {
    assert!(Attacked::with("pymysql", "").holds() > 90);
}

#[test]
fn no_driver_hands_over_the_connection_of_the_migration() {
    for driver in ["psycopg2", "pg8000", "asyncpg"] {
        assert_eq!(Attacked::with(driver, "the migration's").holds(), 2, "{driver}");
    }
}

#[test]
fn the_connection_still_works_after_a_plan() {
    let shop = Shop::new(Place::Postgres).migrated_to("make_users");
    shop.lback(&["plan"]).exits(0);
    shop.lback(&["migrate"]).exits(0);
    assert_eq!(shop.heads(), ["add_total"]);
}

#[test]
fn a_plan_without_a_barrier_says_so() {
    let shop = Shop::of(Place::Sqlite, [VersionScript::new("one").makes_table("one", "")])
        .with(|project| project.plugin("guard", &plugin("guard"), DENYING));
    let run = |words: &[&str]| shop.lback(words).through_python("plans/python/without_seccomp.py", &[]).run();
    let why = "is analysed without the operating system's barrier: the system refused it";
    run(&["plan"]).stdout_has(&[why]);
    run(&["migrate"]).exits(77);
    assert!(shop.heads().is_empty());
    // Nothing of that is remembered where there is one.
    shop.lback(&["plan"]).exits(0).output_lacks(&["barrier"]);
    shop.lback(&["migrate"]).exits(0);
}

/// Ways in which env.py loads version scripts, before there is a barrier.
const LOADING: [&str; 8] = [
    "from alembic.script import ScriptDirectory\nScriptDirectory.from_config(context.config).get_heads()",
    "from alembic.script import ScriptDirectory\nlist(ScriptDirectory.from_config(context.config).walk_revisions())",
    "context.get_head_revisions() if hasattr(context, 'get_head_revisions') else None\ncontext.script.get_heads()",
    "context.script.get_revision('one').module",
    "context.script.get_current_head()",
    "import runpy\nrunpy.run_path(SCRIPT)",
    "exec(compile(open(SCRIPT).read(), SCRIPT, 'exec'), {})",
    "import importlib.util\nspec = importlib.util.spec_from_file_location('other', SCRIPT)\n\
     spec.loader.exec_module(importlib.util.module_from_spec(spec))",
];

/// A script whose top level does what `does` says. It names its place in the history.
fn topped(does: &str) -> String {
    format!(
        "\"\"\"one\"\"\"\nimport os\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = 'one'\ndown_revision = None\n\
         {does}\n\n\ndef upgrade():\n    op.create_table('one', sa.Column('id', sa.Integer))\n\n\ndef downgrade():\n    pass\n"
    )
}

#[test]
fn a_script_that_env_py_loads_is_a_doubt() {
    let environment = include_str!("../support/env.py");
    let why = "is loaded by env.py, so that its top level ran without the barrier";
    for way in LOADING {
        let project = || {
            let project = Project::bare("sqlite:///%(here)s/test.db").plugin("guard", &plugin("guard"), DENYING);
            let script = project.path("migrations/versions/one.py");
            let loads = format!("import models\n\nSCRIPT = {script:?}\n{way}");
            project.file("migrations/env.py", &environment.replacen("import models", &loads, 1))
        };
        let attacked = project().file("migrations/versions/one.py", &topped("os.environ.get('HOME')"));
        attacked.lback(&["plan"]).exits(77).stdout_has(&[why]);
        attacked.lback(&["migrate"]).exits(77);
        assert_eq!(attacked.revision_of_database(), None, "{way}");
        let plain = project().file("migrations/versions/one.py", &topped("branch_labels = None"));
        plain.lback(&["plan"]).exits(0).output_lacks(&[why]);
        plain.lback(&["migrate"]).exits(0);
        assert_eq!(plain.revision_of_database().as_deref(), Some("one"), "{way}");
    }
}

#[test]
fn harmless_code_is_no_attempt() {
    let harmless = include_str!("python/harmless.py");
    let shop = Shop::of(Place::Sqlite, [VersionScript::new("one").upgrade(harmless)]);
    let done = shop.lback(&["plan", "--json"]).exits(0);
    let document: Value = serde_json::from_str(&done.stdout).expect("JSON");
    let step = &document["plan"]["databases"][0]["steps"][0];
    assert_eq!(step["doubts"], Value::Array(Vec::new()), "{step}");
    assert_eq!(step["operations"][0]["kind"], "create_table", "{step}");
}

/// Env.py that has SQLite map the database.
const MAPPING: &str = "
import sqlalchemy as sa
from alembic import context

engine = sa.create_engine(context.config.get_main_option('sqlalchemy.url'))


@sa.event.listens_for(engine, 'connect')
def go(connection, _):
    connection.execute('pragma mmap_size = 268435456')


with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
";

/// Writes into the mapped database, without a system call that writes.
const WRITES_INTO_THE_MAP: &str = "
import sys
libc = sys.modules['lback_planner.isolation.libc']
ctypes, library = libc.ctypes, libc.library
for line in open('/proc/self/maps'):
    if '.db' in line and line.split()[1].startswith('r'):
        start, end = (int(part, 16) for part in line.split()[0].split('-'))
        library.syscall(ctypes.c_long(10), ctypes.c_long(start), ctypes.c_long(end - start), ctypes.c_long(3))
        place = ctypes.string_at(start, end - start).find(b'UNTOUCHED')
        ctypes.memmove(start + place, b'ATTACKED!', 9)
op.create_table('two', sa.Column('id', sa.Integer))
";

#[test]
fn a_database_that_sqlite_has_mapped_is_not_changed() {
    let shop = Shop::of(
        Place::Sqlite,
        [
            VersionScript::new("one")
                .upgrade("op.execute(\"create table one (a)\")\nop.execute(\"insert into one values ('UNTOUCHED')\")"),
            VersionScript::new("two").after(&["one"]).upgrade(WRITES_INTO_THE_MAP),
        ],
    )
    .with(|project| project.file("migrations/env.py", MAPPING))
    .migrated_to("one");
    shop.lback(&["plan"]).exits(0).stdout_has(&["create table `two`"]);
    assert_eq!(shop.query("select a from one").as_deref(), Some("UNTOUCHED"));
}

/// Returns the files of folders, with their content.
fn files_in(folders: &[PathBuf]) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = folders.iter().flat_map(|folder| std::fs::read_dir(folder).expect("a folder"));
    let paths = entries.map(|entry| entry.expect("a file").path());
    paths.map(|path| (path.clone(), std::fs::read(path).expect("a file"))).collect()
}

/// Has lback keep forged files: those of other projects, and a new one.
const FORGES: &str = "
import glob, json, os, sys
frame = sys._getframe()
while 'sender' not in frame.f_locals:
    frame = frame.f_back
sender = frame.f_locals['sender']
for folder in ('plans', 'scripts'):
    for path in glob.glob(os.path.join(os.environ['LBACK_CACHE_DIR'], folder, '*')):
        sender.keep(path, b'forged')
sender.keep(os.path.join(os.environ['LBACK_CACHE_DIR'], 'plans', 'new'), b'forged')
";

#[test]
fn a_script_keeps_no_file_of_another_project() {
    let caches = tempfile::tempdir().expect("a folder");
    let dropping = || {
        [
            VersionScript::new("one").makes_table("one", ""),
            VersionScript::new("two").after(&["one"]).upgrade("op.drop_table('one')"),
        ]
    };
    let victim = Shop::of(Place::Sqlite, dropping());
    let plan = |shop: &Shop| shop.lback(&["plan"]).env("LBACK_CACHE_DIR", caches.path()).exits(0).stdout;
    let before = plan(&victim);
    let files = || files_in(&["plans", "scripts"].map(|folder| caches.path().join(folder)));
    let kept = files();
    assert!(kept.len() >= 2, "{:?}", kept.keys());
    let attacker = Shop::of(Place::Sqlite, [VersionScript::new("evil").upgrade(FORGES)]);
    plan(&attacker);
    for (path, content) in files() {
        assert_ne!(content, b"forged", "{}", path.display());
    }
    for (path, content) in kept {
        assert!(std::fs::read(&path).expect("a file") == content, "{} was changed", path.display());
    }
    assert_eq!(plan(&victim), before);
}
