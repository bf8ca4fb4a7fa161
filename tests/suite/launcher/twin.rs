//! The harness: a project, and commands that Alembic alone and lback run in it.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::difference;
use super::observed::Observed;
use crate::support::{Database, Project, Run, alembic};

/// A project that is run twice, both times at the same path, so that paths in the output are equal.
#[must_use]
pub(super) struct Twin {
    project: Project,
    room: TempDir,
    command: Vec<OsString>,
    settings: String,
    environment: Vec<(String, OsString)>,
    database: Option<Database>,
    before: Vec<Vec<String>>,
    launched: bool,
    hears_signals: bool,
}

/// The expectations of one command, beside equality.
#[must_use]
#[derive(Debug)]
pub(super) struct Case {
    alembic: Vec<String>,
    lback: Vec<String>,
    code: i32,
    says: Vec<String>,
    leaves: Option<String>,
    /// A switch by which lback may add messages, although Alembic succeeds.
    warns: bool,
}

/// A case of `lback alembic WORDS` and `alembic WORDS`.
pub(super) fn case(words: &[&str]) -> Case {
    same(&[&["alembic"], words].concat(), words)
}

/// A case of `lback LBACK` and `alembic ALEMBIC`.
pub(super) fn same(lback: &[&str], alembic: &[&str]) -> Case {
    let owned = |words: &[&str]| words.iter().map(ToString::to_string).collect();
    Case { alembic: owned(alembic), lback: owned(lback), code: 0, says: Vec::new(), leaves: None, warns: false }
}

impl Case {
    /// Expects this exit code of both, 128 + N for signal N. Without a call, 0 is expected.
    pub(super) fn code(mut self, code: i32) -> Self {
        self.code = code;
        self
    }

    /// Expects that lback leaves this file: a run that is killed can't remove its lock.
    pub(super) fn leaves(mut self, file: &str) -> Self {
        self.leaves = Some(file.to_owned());
        self
    }

    /// Expects that lback may add messages, although Alembic succeeds.
    pub(super) fn warns(mut self) -> Self {
        self.warns = true;
        self
    }

    /// Expects this text in the output of both, to check that the case tests what it should.
    pub(super) fn outputs(mut self, text: &str) -> Self {
        self.says.push(text.to_owned());
        self
    }
}

impl Twin {
    /// The usual project, with three revisions and a SQLite database that doesn't exist yet.
    pub(super) fn new() -> Self {
        Self::of(Project::new())
    }

    /// A project on this database, which both runs find as the earlier commands left it.
    pub(super) fn on(database: Database, url: &str) -> Self {
        Self::of_database(Project::on(&url.replace('%', "%%")), database)
    }

    /// A project that both runs find with its database as the earlier commands left it. The project
    /// knows how to reach the database.
    pub(super) fn of_database(project: Project, database: Database) -> Self {
        Self { database: Some(database), ..Self::of(project) }
    }

    pub(super) fn of(project: Project) -> Self {
        let room = tempfile::tempdir().expect("a temporary folder");
        for folder in ["tmp", "state"] {
            fs::create_dir(room.path().join(folder)).expect("a folder");
        }
        Self {
            project,
            room,
            command: vec![alembic().into()],
            settings: String::new(),
            environment: Vec::new(),
            database: None,
            before: Vec::new(),
            launched: true,
            hears_signals: false,
        }
    }

    /// Runs this command as Alembic, in both runs. A relative program is one of the project.
    pub(super) fn command(mut self, words: impl IntoIterator<Item = impl Into<OsString>>) -> Self {
        self.command = words.into_iter().map(Into::into).collect();
        self
    }

    /// Adds lines to `lback.toml`, in its table `[alembic]` and after it.
    pub(super) fn settings(mut self, lines: &str) -> Self {
        self.settings.push_str(lines);
        self.settings.push('\n');
        self
    }

    /// Expects that lback can't use the launcher, and may report that.
    pub(super) fn not_launched(mut self) -> Self {
        self.launched = false;
        self
    }

    /// Lets both runs receive SIGINT, even where the tests run in the background of a script, which
    /// ignores it.
    pub(super) fn hearing_signals(mut self) -> Self {
        self.hears_signals = true;
        self
    }

    pub(super) fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    pub(super) fn file(mut self, path: &str, text: &str) -> Self {
        self.project = self.project.file(path, text);
        self
    }

    /// Writes a revision after `three`, with this body of `upgrade()`.
    pub(super) fn revision(mut self, name: &str, upgrade: &str) -> Self {
        self.project = self.project.revision(name, Some("three"), upgrade, "pass");
        self
    }

    /// Adds lines before those of env.py.
    pub(super) fn before_env(self, lines: &str) -> Self {
        let env = fs::read_to_string(self.project.path(ENV_PY)).expect("env.py");
        self.file(ENV_PY, &format!("{lines}\n{env}"))
    }

    /// Adds lines after those of env.py.
    pub(super) fn after_env(self, lines: &str) -> Self {
        let env = fs::read_to_string(self.project.path(ENV_PY)).expect("env.py");
        self.file(ENV_PY, &format!("{env}\n{lines}\n"))
    }

    /// Runs a command of Alembic first. Both runs begin with its result.
    pub(super) fn after(mut self, words: &[&str]) -> Self {
        self.before.push(words.iter().map(ToString::to_string).collect());
        self
    }

    /// Returns the path at which both runs find the project.
    pub(super) fn place(&self) -> PathBuf {
        self.room.path().join("shop")
    }

    /// Changes the project's folder beyond its files.
    pub(super) fn arrange(self, change: impl FnOnce(&Path)) -> Self {
        change(self.project.root());
        self
    }

    /// Runs each case twice, and fails with every difference.
    #[track_caller]
    pub(super) fn check(self, cases: impl IntoIterator<Item = Case>) {
        let command: Vec<_> = self.command.iter().map(|word| word.to_str().expect("UTF-8")).collect();
        let settings = format!("[project]\nname = \"shop\"\n[alembic]\ncommand = {command:?}\n{}", self.settings);
        let project = self.project.whole_config(&settings);
        project.write_config();
        let twin = Self { project, ..self };
        twin.begin();
        let mut differences = String::new();
        for case in cases {
            let found = twin.differences(&case);
            if !found.is_empty() {
                let _ = write!(differences, "\n=== {:?} against {:?}\n{found}", case.lback, case.alembic);
            }
        }
        assert!(differences.is_empty(), "{differences}");
    }

    /// Prepares the state with which both runs begin: the project, and the results of earlier
    /// commands.
    fn begin(&self) {
        copy(self.project.root(), &self.place());
        if self.database.is_none() {
            self.run_before();
        }
        copy(&self.place(), &self.start());
    }

    fn run_before(&self) {
        for words in &self.before {
            self.run(words, false).exits(0);
        }
    }

    fn start(&self) -> PathBuf {
        self.room.path().join("start")
    }

    fn differences(&self, case: &Case) -> String {
        let (alone, mut lback) = (self.observe(&case.alembic, false), self.observe(&case.lback, true));
        if let Some(file) = &case.leaves {
            let before = lback.files.len();
            lback.files.retain(|name, _| !name.starts_with(file.as_str()));
            assert_eq!(lback.files.len() + 1, before, "{file} is left by {case:?}");
        }
        let mut found = difference::between(&alone, &lback, !self.launched || case.warns);
        if alone.code != case.code {
            let _ = writeln!(found, "the case is another: Alembic alone ended with {}", alone.code);
        }
        let said = String::from_utf8_lossy(&[&alone.stdout[..], &alone.stderr].concat()).into_owned();
        for text in case.says.iter().filter(|text| !said.contains(*text)) {
            let _ = writeln!(found, "the case is another: Alembic alone doesn't say {text:?}:\n{said}");
        }
        found
    }

    fn observe(&self, words: &[String], lback: bool) -> Observed {
        let place = self.place();
        let (state, tmp) = (self.room.path().join("state"), self.room.path().join("tmp"));
        copy(&self.start(), &place);
        if let Some(database) = &self.database {
            database.renew();
            self.run_before();
        }
        let done = self.run(words, lback).run();
        let dump = self.database.as_ref().map(Database::dump).unwrap_or_default();
        let observed = Observed::new(&done, &[&place, &tmp], dump);
        for folder in [&state, &tmp] {
            fs::remove_dir_all(folder).expect("a folder");
            fs::create_dir(folder).expect("a folder");
        }
        observed
    }

    fn run(&self, words: &[String], lback: bool) -> Run<'_> {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        let place = self.place();
        let run = if lback {
            self.project.lback(&words)
        } else {
            let (program, more) = self.command.split_first().expect("a command");
            // A program with a slash is a path in the project; lback makes it absolute.
            let program =
                if program.as_encoded_bytes().contains(&b'/') { place.join(program).into() } else { program.clone() };
            self.project.program(&program, &[]).with(|command| {
                command.args(more).args(&words);
            })
        };
        let run = if self.hears_signals { run.hearing_signals() } else { run };
        let run = run.with(|command| {
            command.current_dir(&place);
        });
        // lback sets the first two for Alembic unless they are set, for which there is a test of
        // its own.
        let run = run.env("PYTHONUTF8", "1").env("PYTHONUNBUFFERED", "1");
        let run =
            run.env("LBACK_STATE_DIR", self.room.path().join("state")).env("TMPDIR", self.room.path().join("tmp"));
        self.environment.iter().fold(run, |run, (name, value)| run.env(name, value))
    }
}

const ENV_PY: &str = "migrations/env.py";

/// Replaces `to` by a copy of a folder, with times, permissions and links.
fn copy(from: &Path, to: &Path) {
    fs::remove_dir_all(to).ok();
    let status = Command::new("cp").arg("-a").arg(from).arg(to).status().expect("cp");
    assert!(status.success());
}
