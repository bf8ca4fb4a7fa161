//! Alembic's imports are cached, and changes are noticed.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use super::environment::{Environment, packages};
use super::twin::{Twin, case};
use crate::support::{Done, Project, Run, matrix, python};

/// The least number of cached modules, of about 300.
const MANY: usize = 150;

/// Prints what env.py sees of modules and their loaders.
const LOOK: &str = include_str!("python/show_modules.py");

/// A project with a virtual environment and an lback cache of its own.
struct Own {
    project: Project,
    room: TempDir,
    environment: Environment,
}

impl Own {
    fn new() -> Self {
        let room = tempfile::tempdir().expect("a temporary folder");
        let environment = Environment::new(room.path().join("venv"), &[]);
        let alembic = environment.script(&format!("#!{}", environment.python().display()));
        let project =
            Project::new().whole_config(&format!("[alembic]\ncommand = [{:?}]\n", alembic.display().to_string()));
        Self { project, room, environment }
    }

    fn before_env(self, lines: &str) -> Self {
        let env = fs::read_to_string(self.project.path("migrations/env.py")).expect("env.py");
        Self { project: self.project.file("migrations/env.py", &format!("{lines}{env}")), ..self }
    }

    /// Adds a module that replaces one that Alembic imports.
    fn with_module(self, more: &str) -> Self {
        write_module(&self.environment.packages(), more);
        self
    }

    fn module(&self) -> PathBuf {
        self.environment.packages().join("typing_extensions.py")
    }

    fn lback(&self) -> Run<'_> {
        let run = self.project.lback(&["--log", "lback=debug", "alembic", "current"]);
        run.env("LBACK_CACHE_DIR", self.room.path().join("cache"))
    }

    fn alone(&self) -> Run<'_> {
        self.project.program(self.environment.folder.join("bin/alembic").as_os_str(), &["current"])
    }

    fn files(&self) -> Vec<PathBuf> {
        let folder = fs::read_dir(self.room.path().join("cache/imports")).expect("a folder");
        folder.map(|file| file.expect("a file").path()).collect()
    }

    /// Runs lback until the cache is complete. A file that is younger than two seconds isn't
    /// cached, and its change time can't be set.
    fn learnt(self, refine: impl Fn(Run<'_>) -> Run<'_>) -> Self {
        for _ in 0..2 {
            refine(self.lback()).exits(0);
            sleep(Duration::from_millis(2100));
        }
        refine(self.lback()).exits(0);
        self
    }

    /// Checks that the output of both is equal, and has this text.
    fn both_say(&self, text: &str, refine: impl Fn(Run<'_>) -> Run<'_>) {
        let lback = refine(self.lback()).exits(0);
        let alone = refine(self.alone()).exits(0);
        assert_eq!(lback.stdout, alone.stdout);
        assert!(alone.stdout.contains(text) || alone.stderr.contains(text), "{}{}", alone.stdout, alone.stderr);
        assert!(lback.stdout.contains(text) || lback.stderr.contains(text), "{}{}", lback.stdout, lback.stderr);
    }
}

fn write_module(folder: &Path, more: &str) {
    let text = fs::read_to_string(packages(&python()).join("typing_extensions.py")).expect("a module");
    fs::create_dir_all(folder).expect("a folder");
    fs::write(folder.join("typing_extensions.py"), format!("{text}\n{more}\n")).expect("a module");
}

fn as_it_is(run: Run<'_>) -> Run<'_> {
    run
}

fn bare(run: Run<'_>) -> Run<'_> {
    run.env("PYTHONDONTWRITEBYTECODE", "1").env("PYTHONWARNINGS", "always")
}

/// Returns the number of cached modules that a run used.
fn remembered(done: &Done) -> usize {
    let (_, rest) = done.stderr.split_once("remembered: ").expect(&done.stderr);
    rest.chars().take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number")
}

#[test]
fn a_third_run_reads_one_file() {
    let own = Own::new();
    assert_eq!(remembered(&own.lback().exits(0)), 0);
    let [file] = own.files().try_into().expect("one file");
    assert_eq!(file.metadata().expect("a file").len(), 0, "a run that may be the only one learns nothing");
    let own = own.learnt(as_it_is);
    let [file] = own.files().try_into().expect("one file");
    let time = || file.metadata().and_then(|file| file.modified()).expect("a time");
    let before = time();
    let count = remembered(&own.lback().exits(0));
    assert!(count > MANY, "{count}");
    assert_eq!(time(), before, "what is known isn't written again");
    own.lback().env("PYTHONOPTIMIZE", "1").exits(0);
    assert_eq!(own.files().len(), 2, "another kind of code has a file of its own");
}

#[test]
fn an_edited_module_is_noticed() {
    let own = Own::new().with_module("print('as it was')").learnt(as_it_is);
    own.both_say("as it was", as_it_is);
    let module = own.module();
    let (text, time) =
        (fs::read_to_string(&module).expect("a module"), module.metadata().and_then(|file| file.modified()));
    fs::write(&module, text.replace("as it was", "as it is now")).expect("a module");
    own.both_say("as it is now", as_it_is);
    // The size and the time stay. Python itself would use the outdated compiled file.
    let own = own.learnt(as_it_is);
    fs::write(&module, text.replace("as it was", "and it was")).expect("a module");
    fs::File::options()
        .write(true)
        .open(&module)
        .and_then(|file| file.set_modified(time.expect("a time")))
        .expect("a time");
    fs::remove_dir_all(own.environment.packages().join("__pycache__")).expect("compiled files");
    own.both_say("and it was", as_it_is);
}

#[test]
fn a_module_that_comes_before_another_is_noticed() {
    let own = Own::new().learnt(as_it_is);
    let more = own.room.path().join("more");
    write_module(&more, "print('by PYTHONPATH')");
    own.both_say("by PYTHONPATH", |run| run.env("PYTHONPATH", &more));
    assert!(!own.lback().exits(0).stdout.contains("PYTHONPATH"));
    write_module(&own.environment.packages(), "print('installed')");
    own.both_say("installed", as_it_is);
    fs::remove_file(own.module()).expect("a module");
    assert!(!own.lback().exits(0).stdout.contains("installed"));
}

#[test]
fn a_folder_that_becomes_a_package_is_noticed() {
    let own = Own::new();
    let folder = own.environment.packages().join("typing_extensions");
    fs::create_dir(&folder).expect("a folder");
    let own = own.learnt(as_it_is);
    write_module(&folder, "print('a package')");
    fs::rename(folder.join("typing_extensions.py"), folder.join("__init__.py")).expect("a module");
    own.both_say("a package", as_it_is);
    fs::remove_file(folder.join("__init__.py")).expect("a module");
    assert!(!own.lback().exits(0).stdout.contains("a package"));
    // A link to nothing that leads to something in the end.
    std::os::unix::fs::symlink("../there.py", own.module()).expect("a link");
    let own = own.learnt(as_it_is);
    let there = own.environment.packages().with_file_name("there.py");
    write_module(there.parent().expect("a folder"), "print('at last')");
    fs::rename(there.with_file_name("typing_extensions.py"), &there).expect("a module");
    own.both_say("at last", as_it_is);
}

#[test]
fn patterns_of_the_project_are_not_remembered_since_they_may_be_made_of_secrets() {
    const SECRET: &str = "hunter2(and|more)";
    let lines = format!("import re\nprint('known', (str, {SECRET:?}, 0) in re._cache)\nre.compile({SECRET:?})\n");
    let own = Own::new().before_env(&lines).learnt(as_it_is);
    assert!(own.lback().exits(0).stdout.contains("known False"));
    let folder = fs::read_dir(own.room.path().join("cache/imports")).expect("a folder");
    let written: Vec<_> = folder.map(|file| fs::read(file.expect("a file").path()).expect("its bytes")).collect();
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|part| part == text.as_bytes());
    assert!(written.iter().any(|bytes| holds(bytes, "sqlalchemy")), "something is remembered");
    assert!(!written.iter().any(|bytes| holds(bytes, SECRET)));
}

#[test]
fn a_third_run_looks_into_no_folder() {
    let lines = "import sys\nprint('looked', sum('sqlalchemy' in folder for folder in sys.path_importer_cache))\n";
    let own = Own::new().before_env(lines);
    let looked = |done: &Done| -> usize {
        let (_, rest) = done.stdout.split_once("looked ").expect("a line");
        rest.lines().next().and_then(|number| number.parse().ok()).expect("a number")
    };
    assert!(looked(&own.lback().exits(0)) > 5);
    let own = own.learnt(as_it_is);
    assert!(looked(&own.lback().exits(0)) < 5);
}

#[test]
fn python_writes_compiled_files_as_ever() {
    let own = Own::new().with_module("").learnt(as_it_is);
    let compiled = own.environment.packages().join("__pycache__");
    assert!(compiled.is_dir());
    fs::remove_dir_all(&compiled).expect("compiled files");
    own.lback().exits(0);
    assert_eq!(fs::read_dir(&compiled).expect("a folder").count(), 1);
}

#[test]
fn code_is_cached_if_python_writes_none() {
    let own = Own::new().with_module("print('as it was')").learnt(bare);
    let before = remembered(&bare(own.lback()).exits(0));
    assert!(before > MANY && !own.environment.packages().join("__pycache__").exists());
    write_module(&own.environment.packages(), "print('as it is now')");
    assert_eq!(remembered(&bare(own.lback()).exits(0)), before - 1);
    own.both_say("as it is now", bare);
    // A module that warns when it is compiled does so each time.
    write_module(&own.environment.packages(), "print('\\d')");
    let own = own.learnt(bare);
    own.both_say("invalid escape sequence", bare);
    assert_eq!(remembered(&bare(own.lback()).exits(0)), before - 1);
}

#[test]
fn what_is_remembered_may_be_lost_or_damaged() {
    let own = Own::new().learnt(as_it_is);
    let [file] = own.files().try_into().expect("one file");
    let whole = fs::read(&file).expect("a file");
    let changed = |at: usize, byte: u8| {
        let mut bytes = whole.clone();
        bytes[at..at + 1000].fill(byte);
        bytes
    };
    for damaged in [vec![], whole[..100].to_vec(), whole[..whole.len() / 2].to_vec(), changed(0, 0), changed(8, 0xff)] {
        fs::write(&file, damaged).expect("a file");
        assert_eq!(remembered(&own.lback().exits(0)), 0);
        assert!(remembered(&own.lback().exits(0)) > MANY);
    }
    // A damaged part, as after a power failure.
    fs::write(&file, changed(whole.len() - 2000, 0)).expect("a file");
    let count = remembered(&own.lback().exits(0));
    assert!(count > MANY, "{count}");
    assert!(remembered(&own.lback().exits(0)) > count);
    fs::remove_file(&file).expect("a file");
    assert_eq!(remembered(&own.lback().exits(0)), 0);
}

#[test]
fn an_interpreter_that_is_watched_or_changed_is_left_alone() {
    let own = Own::new().learnt(as_it_is);
    assert_eq!(remembered(&own.lback().env("PYTHONPROFILEIMPORTTIME", "1").exits(0)), 0);
    let customize = own.environment.packages().join("sitecustomize.py");
    for lines in [
        "import sys; sys.setprofile(lambda *_: None)",
        "from importlib.machinery import SourceFileLoader as Loader\nold = Loader.get_data\nLoader.get_data = lambda *words: old(*words)",
    ] {
        fs::write(&customize, lines).expect("a file");
        assert_eq!(remembered(&own.lback().exits(0)), 0, "{lines}");
    }
}

#[test]
fn modules_and_what_loads_them_are_as_without_lback() {
    Twin::new().before_env(LOOK).check([
        case(&["current"]).outputs("alembic.config"),
        case(&["upgrade", "head"]),
        case(&["current"]).outputs("alembic.config"),
        case(&["upgrade", "head"]),
    ]);
}

#[test]
fn errors_in_what_is_compiled_are_as_without_lback() {
    for lines in
        ["import re\nre.compile('(')", "compile('(', 'text', 'eval')", "import re\nre.compile('[[a]')", "import broken"]
    {
        let code = i32::from(!lines.contains("[["));
        Twin::new().file("broken.py", "def broken(:\n").before_env(lines).check([
            case(&["current"]).code(code),
            case(&["current"]).code(code),
            case(&["current"]).code(code),
        ]);
    }
}

#[test]
fn every_version_of_alembic_and_sqlalchemy() {
    for (name, environment) in matrix() {
        eprintln!("{name}");
        Twin::new().command([environment.join("bin/alembic")]).before_env(LOOK).check([
            case(&["current"]),
            case(&["current"]),
            case(&["current"]).outputs("alembic.config"),
        ]);
    }
}
