//! A project whose revisions change tables, and sessions that hold locks on them.

use std::path::PathBuf;
use std::process::{Child, Command};

use crate::support::{Database, Project, Run, Server, python, suite_file, wait_for};

/// A project with a chain of revisions. Each records its name, and alters a table of its own.
#[must_use]
pub(super) struct Chain {
    pub(super) project: Project,
    pub(super) database: Option<Database>,
    length: usize,
}

/// A session that holds the lock of a table until it is dropped or let go.
pub(super) struct Holder {
    child: Child,
    /// The server's number of the session.
    pub(super) session: String,
    go: PathBuf,
}

/// Returns the name of a revision, from 1.
pub(super) fn revision(number: usize) -> String {
    format!("r{number:02}")
}

impl Chain {
    /// A chain of so many revisions on the database of this URL. All its tables exist.
    pub(super) fn on(database: Option<Database>, url: &str, length: usize) -> Self {
        Self::with_env(database, url, length, None)
    }

    fn with_env(database: Option<Database>, url: &str, length: usize, env: Option<&str>) -> Self {
        let url = if database.is_some() { url.replace('%', "%%") } else { url.to_owned() };
        let mut project = Project::bare(&url);
        if let Some(env) = env {
            project.write("migrations/env.py", env);
        }
        let tables = "op.create_table('applied', sa.Column('revision', sa.String(40)))\n\
                      for number in range(1, 11):\n    op.create_table('t%d' % number, sa.Column('id', sa.Integer))";
        project = project.revision("tables", None, tables, "pass");
        for number in 1..=length {
            let (name, parent) = (revision(number), if number == 1 { "tables".into() } else { revision(number - 1) });
            let upgrade = format!(
                "op.execute(\"alter table t{number} add column b integer\")\nop.execute(\"insert into applied values ('{name}')\")"
            );
            project = project.revision(&name, Some(&parent), &upgrade, "pass");
        }
        let chain = Self { project, database, length };
        chain.lback(&["migrate", "tables"]).exits(0);
        chain
    }

    /// A chain that an asynchronous driver runs.
    pub(super) fn on_asynchronous(database: Database, url: &str, length: usize) -> Self {
        Self::with_env(Some(database), url, length, Some(include_str!("../support/asynchronous_env.py")))
    }

    /// A chain on PostgreSQL.
    pub(super) fn on_postgres(length: usize) -> Self {
        let database = Database::postgres();
        let url = database.url();
        Self::on(Some(database), &url, length)
    }

    /// A chain on MariaDB.
    pub(super) fn on_mariadb(length: usize) -> Self {
        let database = Database::mariadb();
        let url = database.url();
        Self::on(Some(database), &url, length)
    }

    /// Gives each revision a transaction of its own.
    pub(super) fn with_a_transaction_each(self) -> Self {
        let env = std::fs::read_to_string(self.project.path("migrations/env.py")).expect("env.py");
        let env = env.replace("context.configure(", "context.configure(transaction_per_migration=True, ");
        self.project.write("migrations/env.py", &env);
        self
    }

    /// Adds lines to env.py, after it has connected.
    pub(super) fn before_configure(&self, lines: &str) {
        let env = std::fs::read_to_string(self.project.path("migrations/env.py")).expect("env.py");
        let lines: Vec<_> = lines.lines().map(|line| format!("        {line}\n")).collect();
        let lines = lines.concat();
        let place = "        context.configure(connection=";
        assert!(env.contains(place), "{env}");
        self.project.write("migrations/env.py", &env.replace(place, &format!("{lines}{place}")));
    }

    /// Adds a revision after `r01`, which must be the last one.
    pub(super) fn further(mut self, name: &str, upgrade: &str) -> Self {
        self.project = self.project.revision(name, Some("r01"), upgrade, "pass");
        self
    }

    /// Adds lines to `lback.toml`.
    pub(super) fn config(mut self, lines: &str) -> Self {
        self.project = self.project.config(lines);
        self
    }

    pub(super) fn lback(&self, words: &[&str]) -> Run<'_> {
        self.project.lback(words)
    }

    /// Holds a lock by these statements, in an open transaction.
    #[track_caller]
    pub(super) fn hold(&self, sql: &str) -> Holder {
        self.hold_as("postgres", sql)
    }

    /// Holds a lock as this user of PostgreSQL.
    #[track_caller]
    pub(super) fn hold_as(&self, user: &str, sql: &str) -> Holder {
        let (ready, go) = (self.project.path("ready"), self.project.path("let-go"));
        let database = self.database.as_ref();
        let url =
            database.map_or_else(|| format!("sqlite:///{}", self.project.path("test.db").display()), Database::url);
        let url = url.replace("postgres@", &format!("{user}@"));
        let name = database.map_or_else(String::new, |database| match database.server() {
            Server::Postgres => database.query("select current_database()"),
            Server::MariaDb => database.query("select database()"),
        });
        let child = Command::new(python())
            .arg(suite_file("waits/python/hold.py"))
            .args([&url, &name, sql])
            .args([&ready, &go])
            .spawn()
            .expect("python");
        wait_for(&ready);
        let session = std::fs::read_to_string(ready).expect("a number");
        Holder { child, session, go }
    }

    pub(super) fn query(&self, sql: &str) -> String {
        match &self.database {
            Some(database) => database.query(sql),
            None => self.project.query(sql).unwrap_or_default(),
        }
    }

    /// Checks that each revision was applied exactly once, and that the database is at the last.
    #[track_caller]
    pub(super) fn is_migrated_once(&self) {
        let names: Vec<_> = (1..=self.length).map(revision).collect();
        assert_eq!(self.query("select revision from applied order by revision"), names.join("\n"));
        assert_eq!(self.query("select version_num from alembic_version"), revision(self.length));
    }
}

impl Holder {
    /// Ends the session's transaction.
    pub(super) fn let_go(mut self) {
        std::fs::write(&self.go, "").expect("a file");
        assert!(self.child.wait().expect("a status").success());
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
