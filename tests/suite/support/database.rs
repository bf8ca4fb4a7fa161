//! A database of one test on one of the real servers, removed when the test ends.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::needs::{mariadb, pgbouncer, postgres};
use super::suite_file;

pub(crate) struct Database {
    server: Server,
    /// The SQLAlchemy URL of the server in two parts: before and after the name of the database.
    url: (String, String),
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Postgres,
    MariaDb,
}

/// Returns tables with columns, constraints, indexes and rows, and types, as text.
#[track_caller]
pub(super) fn dump(url: &str) -> String {
    python("dump", url, &[])
}

/// Runs a command of `database.py`, and returns what it prints.
#[track_caller]
fn python(command: &str, url: &str, words: &[&str]) -> String {
    let mut python = Command::new(super::python());
    let output = python.arg(suite_file("support/database.py")).args([command, url]).args(words).output();
    let output = output.expect("python");
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

impl Database {
    /// An empty database on the PostgreSQL server.
    pub(crate) fn postgres() -> Self {
        Self::new(Server::Postgres, &postgres(), "/postgres")
    }

    /// An empty database on the MariaDB server.
    pub(crate) fn mariadb() -> Self {
        Self::new(Server::MariaDb, &mariadb(), "/test")
    }

    fn new(server: Server, url: &str, placeholder: &str) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (address, query) = url.split_once('?').unwrap_or((url, ""));
        let address = address.strip_suffix(placeholder).expect("the URL names the server's own database");
        let url = (format!("{address}/"), format!("?{query}"));
        let database = Self { server, url, name: format!("own_{}_{number}", std::process::id()) };
        database.execute("", &[&database.creation()]);
        database
    }

    /// The SQLAlchemy URL, with the driver psycopg 3 or `PyMySQL`.
    pub(crate) fn url(&self) -> String {
        format!("{}{}{}", self.url.0, self.name, self.url.1)
    }

    /// The SQLAlchemy URL with another driver, such as `psycopg2`.
    pub(crate) fn url_with(&self, driver: &str) -> String {
        let url = self.url();
        let (scheme, rest) = url.split_once("://").expect("a URL");
        format!("{}+{driver}://{rest}", scheme.split('+').next().unwrap_or(scheme))
    }

    /// The SQLAlchemy URL of this database through `PgBouncer`.
    pub(crate) fn url_through_pgbouncer(&self, driver: &str) -> String {
        let pooler = pgbouncer();
        let (_, query) = pooler.split_once('?').expect("the pooler's socket");
        let url = self.url_with(driver);
        format!("{}?{query}", url.split('?').next().unwrap_or(&url))
    }

    pub(crate) fn server(&self) -> Server {
        self.server
    }

    /// Asks again and again until the query answers this, at most 100 seconds.
    #[track_caller]
    pub(crate) fn until(&self, sql: &str, answer: &str) {
        python("until", &self.url(), &[&self.name, sql, answer]);
    }

    /// Returns the rows that a statement gives, one a line, their columns joined by `|`.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> String {
        self.execute(&self.name, &[sql])
    }

    #[track_caller]
    fn execute(&self, database: &str, statements: &[&str]) -> String {
        python("query", &self.url(), &[&[database], statements].concat()).trim_end().to_owned()
    }

    /// Returns tables with columns, constraints, indexes and rows, and types, as text.
    #[track_caller]
    pub(crate) fn dump(&self) -> String {
        dump(&self.url())
    }

    /// Replaces the database by an empty one.
    pub(crate) fn renew(&self) {
        self.execute("", &[&self.removal(), &self.creation()]);
    }

    fn creation(&self) -> String {
        format!("create database {}", self.name)
    }

    fn removal(&self) -> String {
        let force = if self.server == Server::Postgres { " with (force)" } else { "" };
        format!("drop database {}{force}", self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if std::thread::panicking() {
            // The server goes soon, and an error here would hide the test's own.
            return;
        }
        self.execute("", &[&self.removal()]);
    }
}
