//! A project on one of the databases, whose migrations write down that they ran, and one of which can be held up.

use std::path::PathBuf;

use crate::support::{Database, Project, Run, Running, Server, wait_for};

/// Where the project's database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Postgres,
    MariaDb,
    Sqlite,
}

impl Place {
    pub(super) const ALL: [Self; 3] = [Self::Postgres, Self::MariaDb, Self::Sqlite];

    fn database(self) -> Option<Database> {
        match self {
            Self::Postgres => Some(Database::postgres()),
            Self::MariaDb => Some(Database::mariadb()),
            Self::Sqlite => None,
        }
    }
}

#[must_use]
pub(super) struct Site {
    pub(super) project: Project,
    pub(super) database: Option<Database>,
    last: String,
}

/// Revisions write their names here, in no transaction but their own.
const NOTE: &str = "op.execute(\"insert into applied values ('@')\")";

const ASYNCHRONOUS: &str = "\
import asyncio
from alembic import context
from logging.config import fileConfig
from sqlalchemy.ext.asyncio import create_async_engine
fileConfig(context.config.config_file_name)
def migrate(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
async def main():
    engine = create_async_engine(context.config.get_main_option('sqlalchemy.url'))
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()
asyncio.run(main())
";

impl Site {
    /// A project without tables of its own; its first revision makes the one in which all of them write their names.
    pub(super) fn new(place: Place) -> Self {
        let database = place.database();
        let url = database.as_ref().map_or("sqlite:///%(here)s/test.db".to_owned(), Database::url);
        Self::on(database, &url)
    }

    /// The same by another way to the database.
    pub(super) fn on(database: Option<Database>, url: &str) -> Self {
        let url = if database.is_some() { url.replace('%', "%%") } else { url.to_owned() };
        let project = Project::on(&url);
        std::fs::remove_dir_all(project.path("migrations/versions")).expect("its revisions");
        let site = Self { project, database, last: String::new() };
        site.revision("first", "op.create_table('applied', sa.Column('revision', sa.String(40)))")
    }

    /// Adds a revision after the last one.
    pub(super) fn revision(mut self, name: &str, upgrade: &str) -> Self {
        let parent = (!self.last.is_empty()).then_some(self.last.as_str());
        let upgrade = format!("{upgrade}\n{}", NOTE.replace('@', name));
        self.project = self.project.revision(name, parent, &upgrade, "pass");
        name.clone_into(&mut self.last);
        self
    }

    /// Adds a revision that says where it is and goes on when it is let.
    pub(super) fn held_up(self) -> Self {
        let quoted = |file: &str| format!("{:?}", self.project.path(file).to_string_lossy());
        let (inside, go) = (quoted("inside"), quoted("go"));
        let upgrade = format!(
            "import os, pathlib, time\n\
             part = pathlib.Path({inside} + '.part')\n\
             part.write_text(str(os.getpid()))\n\
             part.rename({inside})\n\
             while not os.path.exists({go}): time.sleep(0.02)",
        );
        self.revision("held_up", &upgrade)
    }

    /// Gives it an env.py for asynchronous drivers.
    pub(super) fn asynchronous(self) -> Self {
        self.project.write("migrations/env.py", ASYNCHRONOUS);
        self
    }

    /// Lines of the table `[alembic]` in `lback.toml`.
    pub(super) fn settings(mut self, lines: &str) -> Self {
        self.project = self.project.config(lines);
        self
    }

    pub(super) fn lback(&self, words: &[&str]) -> Run<'_> {
        self.project.lback(words)
    }

    /// Starts a migration, and returns when it is in the revision that is held up, with the process that runs it.
    #[track_caller]
    pub(super) fn holder(&self) -> (Running, u32) {
        let running = self.lback(&["migrate"]).start();
        wait_for(&self.inside());
        let process = std::fs::read_to_string(self.inside()).expect("a file").parse().expect("a process");
        (running, process)
    }

    fn inside(&self) -> PathBuf {
        self.project.path("inside")
    }

    /// Lets go what is held up, now and from now on.
    pub(super) fn let_go(&self) {
        self.project.write("go", "");
    }

    pub(super) fn query(&self, sql: &str) -> String {
        match &self.database {
            Some(database) => database.query(sql),
            None => self.project.query(sql).unwrap_or_default(),
        }
    }

    /// Each revision was applied exactly once, and the database is at the last one.
    #[track_caller]
    pub(super) fn is_migrated_once(&self) {
        let names: Vec<_> = self.revisions();
        let once = |name: &String| self.query(&format!("select count(*) from applied where revision = '{name}'"));
        let counts: Vec<_> = names.iter().map(once).collect();
        assert!(counts.iter().all(|count| count == "1"), "{names:?} were applied {counts:?} times");
        assert_eq!(self.query("select count(*) from applied"), names.len().to_string());
        assert_eq!(self.query("select version_num from alembic_version"), self.last);
        assert_eq!(self.query("select count(*) from alembic_version"), "1");
    }

    fn revisions(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.project.path("migrations/versions")).expect("a folder");
        let stems =
            entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "py"));
        stems.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect()
    }

    /// No lock is left, neither on the server nor as a file.
    #[track_caller]
    pub(super) fn has_no_lock(&self) {
        let Some(database) = &self.database else {
            let files = self.project.files();
            let left: Vec<_> =
                files.iter().filter(|(path, _)| path.to_string_lossy().ends_with("-lback-lock")).collect();
            assert!(left.is_empty(), "{left:?}");
            return;
        };
        let held = match database.server() {
            Server::Postgres => {
                "select count(*) from pg_locks where locktype = 'advisory' and database = \
                 (select oid from pg_database where datname = current_database())"
            }
            Server::MariaDb => "select is_used_lock(concat('lback:', database())) is not null",
        };
        assert_eq!(database.query(held), "0", "locks are left on the server");
    }
}
