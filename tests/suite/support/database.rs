//! A database of a test's own on one of the real servers; it goes with the test.

use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use super::needs::{mariadb, pgbouncer, postgres};
use super::python;

pub(crate) struct Database {
    server: Server,
    /// SQLAlchemy's URL of the server, up to the name of the database, and from there on.
    url: (String, String),
    name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Server {
    Postgres,
    MariaDb,
}

/// Connects in autocommit, past SQLAlchemy, which takes its time to start.
const CONNECT: &str = r#"
import sys, time
from urllib.parse import urlsplit, parse_qs
def connect(url, database):
    host = parse_qs(urlsplit(url).query)
    if url.startswith("mysql"):
        import pymysql
        return pymysql.connect(unix_socket=host["unix_socket"][0], user="root", database=database or None, autocommit=True)
    import psycopg
    return psycopg.connect(host=host["host"][0], user="postgres", dbname=database or "postgres", autocommit=True)
cursor = connect(*sys.argv[1:3]).cursor()
"#;

/// Prints the rows: one a line, the columns joined by `|`.
const QUERY: &str = r#"
for sql in sys.argv[3:]:
    cursor.execute(sql)
    if cursor.description:
        for row in cursor.fetchall():
            print("|".join("" if value is None else str(value) for value in row))
"#;

const UNTIL: &str = r#"
sql, answer = sys.argv[3:]
began = time.monotonic()
while True:
    cursor.execute(sql)
    found = str(cursor.fetchone()[0])
    if found == answer:
        break
    if time.monotonic() - began > 100:
        sys.exit(f"still {found} instead of {answer}")
    time.sleep(0.05)
"#;

/// Everything in a database that a migration can change, as text.
const DUMP: &str = r#"
import sys
from sqlalchemy import create_engine, inspect, text
engine = create_engine(sys.argv[1])
quote = engine.dialect.identifier_preparer.quote
with engine.connect() as connection:
    looked = inspect(connection)
    schemas = [None]
    if engine.dialect.name == "postgresql":
        schemas += sorted(set(looked.get_schema_names()) - {"information_schema", "public"})
    for schema in schemas:
        for table in sorted(looked.get_table_names(schema)):
            print("table", table if schema is None else f"{schema}.{table}")
            for column in looked.get_columns(table, schema):
                print(" ", column["name"], column["type"], column["nullable"], column["default"])
            print("  key", looked.get_pk_constraint(table, schema)["constrained_columns"])
            for unique in sorted(str(unique["column_names"]) for unique in looked.get_unique_constraints(table, schema)):
                print("  unique", unique)
            for key in sorted(looked.get_foreign_keys(table, schema), key=lambda key: key["constrained_columns"]):
                print("  foreign key", key["constrained_columns"], key["referred_schema"], key["referred_table"], key["referred_columns"])
            for index in sorted(looked.get_indexes(table, schema), key=lambda index: index["name"]):
                print("  index", index["name"], index["column_names"], index["unique"])
            name = quote(table) if schema is None else f"{quote(schema)}.{quote(table)}"
            for row in sorted(map(str, connection.execute(text("select * from " + name)))):
                print("  row", row)
    if engine.dialect.name == "postgresql":
        for enum in looked.get_enums():
            print("type", enum["name"], enum["labels"])
"#;

/// Tables with columns, constraints, indexes and rows, and types, as text.
#[track_caller]
pub(super) fn dump(url: &str) -> String {
    let output = Command::new(python()).args(["-c", DUMP, url]).output().expect("python");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
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
        database.python(QUERY, &["", &database.creation()]);
        database
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// SQLAlchemy's URL, with psycopg 3 or `PyMySQL` for the driver.
    pub(crate) fn url(&self) -> String {
        format!("{}{}{}", self.url.0, self.name, self.url.1)
    }

    /// The same with another driver, as `psycopg2`.
    pub(crate) fn url_with(&self, driver: &str) -> String {
        let url = self.url();
        let (scheme, rest) = url.split_once("://").expect("a URL");
        format!("{}+{driver}://{rest}", scheme.split('+').next().unwrap_or(scheme))
    }

    /// The same by way of `PgBouncer`.
    pub(crate) fn url_through_pgbouncer(&self, driver: &str) -> String {
        let pooler = pgbouncer();
        let (_, query) = pooler.split_once('?').expect("the pooler's socket");
        let url = self.url_with(driver);
        format!("{}?{query}", url.split('?').next().unwrap_or(&url))
    }

    pub(crate) fn server(&self) -> Server {
        self.server
    }

    /// Asks again and again, until the answer is this one.
    #[track_caller]
    pub(crate) fn until(&self, sql: &str, answer: &str) {
        self.python(UNTIL, &[&self.name, sql, answer]);
    }

    /// The rows that a statement gives, one a line, their columns joined by `|`.
    #[track_caller]
    pub(crate) fn query(&self, sql: &str) -> String {
        self.python(QUERY, &[&self.name, sql])
    }

    #[track_caller]
    fn python(&self, script: &str, words: &[&str]) -> String {
        let script = format!("{CONNECT}{script}");
        let output = Command::new(python()).args(["-c", &script, &self.url()]).args(words).output().expect("python");
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("UTF-8").trim_end().to_owned()
    }

    /// Tables with columns, constraints, indexes and rows, and types, as text.
    #[track_caller]
    pub(crate) fn dump(&self) -> String {
        dump(&self.url())
    }

    /// Empties it.
    pub(crate) fn renew(&self) {
        self.python(QUERY, &["", &self.removal(), &self.creation()]);
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
            // It goes with the server, and the test's own words must be heard.
            return;
        }
        self.python(QUERY, &["", &self.removal()]);
    }
}
