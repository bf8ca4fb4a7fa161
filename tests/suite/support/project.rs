//! A project in a temporary folder: an Alembic environment on SQLite with three revisions, and an
//! `lback.toml`.

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::database::dump;
use super::lock::lock_file;
use super::{Run, VersionScript, alembic, python, suite_file};

const ENV_PY: &str = include_str!("env.py");

const ALEMBIC_INI: &str = "\
[alembic]
script_location = %(here)s/migrations
prepend_sys_path = %(here)s
sqlalchemy.url = @URL@

[loggers]
keys = root,alembic
[handlers]
keys = console
[formatters]
keys = generic
[logger_root]
level = WARNING
handlers = console
[logger_alembic]
level = INFO
handlers =
qualname = alembic
[handler_console]
class = StreamHandler
args = (sys.stderr,)
formatter = generic
[formatter_generic]
format = %(levelname)-5.5s [%(name)s] %(message)s
";

const MODELS: &str = include_str!("models.py");

/// The revisions of a new project, in order. Each makes the table that it is named after.
pub(crate) const REVISIONS: [&str; 3] = ["one", "two", "three"];

#[must_use]
pub(crate) struct Project {
    folder: TempDir,
    config: String,
    /// A switch by which the configured plugins are also locked.
    locks: bool,
    /// A change to `lback.lock` before lback reads it.
    spoils_lock: fn(String) -> String,
}

impl Project {
    /// A project with the revisions `one`, `two` and `three` and no plugin, on a SQLite database
    /// that doesn't exist yet.
    pub(crate) fn new() -> Self {
        Self::on("sqlite:///%(here)s/test.db")
    }

    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            config: String::new(),
            locks: true,
            spoils_lock: |lock| lock,
        }
    }

    /// A project as that of `new`, on the database of this SQLAlchemy URL.
    pub(crate) fn on(url: &str) -> Self {
        REVISIONS.into_iter().zip([None, Some("one"), Some("two")]).fold(Self::bare(url), |project, (revision, parent)| {
            let body = format!(
                "op.create_table('{revision}', sa.Column('id', sa.Integer(), primary_key=True), sa.Column('name', sa.String(40)))"
            );
            project.revision(revision, parent, &body, &format!("op.drop_table('{revision}')"))
        })
    }

    /// An Alembic environment on the database of this SQLAlchemy URL, without revisions.
    pub(crate) fn bare(url: &str) -> Self {
        Self::empty()
            .file("alembic.ini", &ALEMBIC_INI.replace("@URL@", url))
            .file("models.py", MODELS)
            .file("migrations/env.py", ENV_PY)
            .file("migrations/script.py.mako", include_str!("script.py.mako"))
            .alembic_command(&alembic())
    }

    /// Runs this program as Alembic. Another program than Alembic runs without the launcher, which
    /// can't start it.
    pub(crate) fn alembic_command(mut self, program: &Path) -> Self {
        let launcher = if program == alembic() { "" } else { "launcher = false\n" };
        let program = program.display().to_string();
        self.config = format!("[project]\nname = \"shop\"\n\n[alembic]\ncommand = [{program:?}]\n{launcher}");
        self
    }

    /// Adds lines to the end of `lback.toml`.
    pub(crate) fn config(mut self, lines: &str) -> Self {
        self.config.push_str(lines);
        self.config.push('\n');
        self
    }

    /// Leaves writing `lback.lock` to lback.
    pub(crate) fn unlocked(mut self) -> Self {
        self.locks = false;
        self
    }

    /// Changes `lback.lock` before lback reads it.
    pub(crate) fn lock_becomes(mut self, spoil: fn(String) -> String) -> Self {
        self.spoils_lock = spoil;
        self
    }

    /// Replaces `lback.toml` as a whole.
    pub(crate) fn whole_config(mut self, text: &str) -> Self {
        text.clone_into(&mut self.config);
        self
    }

    /// Adds a plugin; `more` are lines of its `[[plugin]]` table, and of tables after it such as
    /// `[plugin.settings]`.
    pub(crate) fn plugin(mut self, name: &str, source: &Path, more: &str) -> Self {
        let source = source.display().to_string();
        writeln!(self.config, "\n[[plugin]]\nname = {name:?}\nsource = {source:?}\n{more}")
            .expect("writing to a string");
        self
    }

    /// Writes a file of the project.
    pub(crate) fn file(self, path: &str, text: &str) -> Self {
        self.write(path, text);
        self
    }

    /// Writes a revision with these bodies of `upgrade()` and `downgrade()`.
    pub(crate) fn revision(self, revision: &str, parent: Option<&str>, upgrade: &str, downgrade: &str) -> Self {
        let parents: Vec<_> = parent.into_iter().collect();
        self.script(&VersionScript::new(revision).after(&parents).upgrade(upgrade).downgrade(downgrade))
    }

    /// Writes a version script.
    pub(crate) fn script(self, script: &VersionScript) -> Self {
        self.file(&format!("migrations/versions/{}", script.file_name()), &script.text())
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }

    /// Adds lines at the beginning of a file of the project.
    #[track_caller]
    pub(crate) fn prepend(&self, path: &str, lines: &str) {
        let text = fs::read_to_string(self.path(path)).expect("a file");
        self.write(path, &format!("{lines}{text}"));
    }

    /// A run of lback in this project, to be refined and started.
    pub(crate) fn lback<'a>(&'a self, args: &[&str]) -> Run<'a> {
        self.write_config();
        Run::new(self, args)
    }

    /// Writes `lback.toml`, and locks its plugins.
    pub(crate) fn write_config(&self) {
        // Only if it changes, because a started run may be about to read it.
        let present = self.present("lback.toml");
        if !self.config.is_empty() && present != self.config {
            self.write("lback.toml", &self.config);
        }
        self.lock();
    }

    /// Locks the plugins of `lback.toml` in their present state.
    fn lock(&self) {
        if self.locks
            && let Some(lock) = lock_file(&self.present("lback.toml"), self.root()).map(self.spoils_lock)
            && lock != self.present("lback.lock")
        {
            self.write("lback.lock", &lock);
        }
    }

    /// The text of a regular file, and nothing for anything else: a named pipe would be read
    /// without end.
    fn present(&self, name: &str) -> String {
        let path = self.path(name);
        if path.is_file() { fs::read_to_string(path).unwrap_or_default() } else { String::new() }
    }

    /// A run of another program in this project, with the environment that lback would have.
    pub(crate) fn program<'a>(&'a self, program: &OsStr, args: &[&str]) -> Run<'a> {
        Run::of(program, self, args)
    }

    /// A run of the tests' Alembic in this project, without lback.
    pub(crate) fn alembic(&self, args: &[&str]) -> Run<'_> {
        self.program(alembic().as_os_str(), args)
    }

    /// Returns the revision in the version table of the SQLite database; `None` without a table or
    /// an entry.
    pub(crate) fn revision_of_database(&self) -> Option<String> {
        self.query("select version_num from alembic_version")
    }

    /// Returns the first value that a query on the SQLite database gives; `None` where there is
    /// none, or no such table.
    pub(crate) fn query(&self, sql: &str) -> Option<String> {
        let mut python = Command::new(python());
        let output = python.arg(suite_file("support/sqlite_query.py")).arg(self.path("test.db")).arg(sql).output();
        let output = output.expect("python");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let value = String::from_utf8(output.stdout).expect("UTF-8").trim().to_owned();
        (!value.is_empty()).then_some(value)
    }

    /// Returns tables of the SQLite database with columns, constraints, indexes and rows, as text.
    #[track_caller]
    pub(crate) fn dump(&self) -> String {
        dump(&format!("sqlite:///{}", self.path("test.db").display()))
    }

    /// Returns every file of the project with its content, without compiled Python and lback's own
    /// state, to check that nothing has changed.
    pub(crate) fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        let mut folders = vec![self.root().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    if !path.ends_with("__pycache__") && !path.ends_with(".state") {
                        folders.push(path);
                    }
                } else {
                    let content = fs::read(&path).expect("a file");
                    files.push((path, content));
                }
            }
        }
        files.sort();
        files
    }
}
