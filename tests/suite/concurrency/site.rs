//! A project on one of the databases, whose migrations record that they ran, and one of which can
//! be held up.

use crate::support::{Database, Project, Run, Running, Server, wait_for};

/// The kind of the project's database.
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

/// The statement by which a revision records its name, `@`, in its own transaction.
const NOTE: &str = "op.execute(\"insert into applied values ('@')\")";

const ASYNCHRONOUS: &str = include_str!("../support/asynchronous_env.py");

impl Site {
    /// A project whose first revision makes the table in which all revisions record their names.
    pub(super) fn new(place: Place) -> Self {
        let database = place.database();
        let url = database.as_ref().map_or("sqlite:///%(here)s/test.db".to_owned(), Database::url);
        Self::on(database, &url)
    }

    /// A project that reaches the database by this URL.
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

    /// Adds a revision that creates the file `inside` and waits for the file `go`.
    pub(super) fn held_up(self) -> Self {
        let upgrade = self.held_up_lines();
        self.revision("held_up", &upgrade)
    }

    /// Returns Python that creates the file `inside` with its process id, and waits for the file
    /// `go`.
    pub(super) fn held_up_lines(&self) -> String {
        let quoted = |file: &str| format!("{:?}", self.project.path(file).to_string_lossy());
        format!("INSIDE, GO = {}, {}\n{}\n", quoted("inside"), quoted("go"), include_str!("python/held_up.py"))
    }

    /// Replaces env.py by one for asynchronous drivers.
    pub(super) fn asynchronous(self) -> Self {
        self.project.write("migrations/env.py", ASYNCHRONOUS);
        self
    }

    /// Adds lines to the table `[alembic]` in `lback.toml`.
    pub(super) fn settings(mut self, lines: &str) -> Self {
        self.project = self.project.config(lines);
        self
    }

    pub(super) fn lback(&self, words: &[&str]) -> Run<'_> {
        self.project.lback(words)
    }

    /// Starts a migration, waits until the held up revision runs, and returns the run and Alembic's
    /// process.
    #[track_caller]
    pub(super) fn holder(&self) -> (Running, u32) {
        let running = self.lback(&["migrate"]).start();
        (running, self.alembic())
    }

    /// Waits until Alembic is held up, and returns its process.
    #[track_caller]
    pub(super) fn alembic(&self) -> u32 {
        let inside = self.project.path("inside");
        wait_for(&inside);
        std::fs::read_to_string(inside).expect("a file").parse().expect("a process")
    }

    /// Creates the file that the held up revision waits for.
    pub(super) fn let_go(&self) {
        self.project.write("go", "");
    }

    /// Lets a held up run go on, and checks that it completes and applies each revision once.
    #[track_caller]
    pub(super) fn ends_well(&self, holder: Running) {
        self.let_go();
        holder.wait().exits(0);
        self.is_migrated_once();
    }

    pub(super) fn query(&self, sql: &str) -> String {
        match &self.database {
            Some(database) => database.query(sql),
            None => self.project.query(sql).unwrap_or_default(),
        }
    }

    /// Checks that each revision was applied exactly once, and that the database is at the last
    /// one.
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

    /// Checks that no lock is left, neither on the server nor as a file.
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
