//! Version scripts that an earlier run remembered aren't run again, and nothing but the time shows
//! it.

use std::fs;

use super::twin::{Twin, case, same};
use crate::support::{Project, matrix};

/// Prints what env.py sees of the scripts: whether each has been run, and what it defines.
const LOOK: &str = r"
from alembic import context
print('scripts', sorted((s.revision, s.down_revision, type(s.module).__name__) for s in context.script.walk_revisions()))
";

const FORGED: &str = "revision = 'three'\ndown_revision = 'one'\ndef upgrade(): pass\ndef downgrade(): pass\n";

fn project() -> Project {
    let project = Project::new();
    let env = fs::read_to_string(project.path("migrations/env.py")).expect("env.py");
    project.file("migrations/env.py", &format!("{LOOK}\n{env}"))
}

/// Runs a command twice: once to remember the scripts, and once more.
fn known(project: &Project) -> String {
    project.lback(&["alembic", "current"]).exits(0);
    project.lback(&["alembic", "current"]).exits(0).stdout
}

fn is_run(revision: &str, down: &str, stdout: &str) -> bool {
    let (run, unread) = (format!("('{revision}', {down}, 'module')"), format!("('{revision}', {down}, 'LazyScript')"));
    assert!(stdout.contains(&run) != stdout.contains(&unread), "{revision} {down}: {stdout}");
    stdout.contains(&run)
}

#[test]
fn known_ones_are_not_run() {
    let project = project();
    let first = project.lback(&["alembic", "current"]).exits(0).stdout;
    assert!(is_run("one", "None", &first) && is_run("three", "'two'", &first));
    let second = project.lback(&["alembic", "current"]).exits(0).stdout;
    assert!(!is_run("one", "None", &second) && !is_run("three", "'two'", &second));
    // Those that the database needs are.
    let stdout = project.lback(&["migrate", "two"]).exits(0).stdout;
    assert!(!is_run("two", "'one'", &stdout), "when env.py began: {stdout}");
    assert_eq!(project.revision_of_database().as_deref(), Some("two"));
}

#[test]
fn a_changed_one_is_run_even_with_its_old_size_and_time() {
    let project = project();
    known(&project);
    let three = project.path("migrations/versions/three.py");
    let text = fs::read_to_string(&three).expect("a script");
    let time = three.metadata().and_then(|file| file.modified()).expect("a time");
    let changed = text.replace("\"two\"", "\"one\"").replace("'two'", "'one'");
    assert!(changed.len() == text.len() && changed != text);
    fs::write(&three, changed).expect("a script");
    fs::File::options().write(true).open(&three).and_then(|file| file.set_modified(time)).expect("a time");
    // Python itself goes by size and time: its own compiled file must not decide here.
    fs::remove_dir_all(project.path("migrations/versions/__pycache__")).expect("compiled files");
    let stdout = project.lback(&["alembic", "current"]).exits(0).stdout;
    assert!(is_run("three", "'one'", &stdout));
}

#[test]
fn a_new_copy_of_the_same_text_is_known() {
    let project = project();
    known(&project);
    for name in ["one", "two", "three"] {
        let path = project.path(&format!("migrations/versions/{name}.py"));
        let text = fs::read(&path).expect("a script");
        fs::remove_file(&path).expect("a script");
        fs::write(&path, text).expect("a script");
    }
    let stdout = project.lback(&["alembic", "current"]).exits(0).stdout;
    assert!(!is_run("one", "None", &stdout) && !is_run("three", "'two'", &stdout));
}

#[test]
fn scripts_with_side_effects_are_run_each_time() {
    for body in [
        "print('it runs')",
        "revision = str(revision)",
        "class Of: pass",
        "name = sa.String",
        "if revision: extra = 1",
        "import os; extra = os.environ",
        "from alembic.op import *",
    ] {
        let more = format!(
            "\"\"\"four\"\"\"\nimport sqlalchemy as sa\nrevision = 'four'\ndown_revision = 'three'\n{body}\ndef upgrade(): pass\ndef downgrade(): pass\n"
        );
        let project = project().file("migrations/versions/four.py", &more);
        let stdout = known(&project);
        assert!(is_run("four", "'three'", &stdout), "{body}: {stdout}");
        assert!(!is_run("one", "None", &stdout), "the others are not: {stdout}");
    }
}

#[test]
fn scripts_with_definitions_only_are_remembered() {
    for body in [
        "from typing import Optional, Sequence, Union\nbranch_labels: Union[str, Sequence[str], None] = None",
        "depends_on: str | None = None",
        "depends_on = ('one',)",
        "tables = ['a', 'b']; naming = {'ix': 'x'}; count = -1",
        "import datetime as dt\nimport xml.dom as dom\nfrom sqlalchemy.dialects import postgresql as pg",
        "def helper(value: int = 3) -> None: pass",
    ] {
        let more = format!(
            "\"\"\"four\"\"\"\nfrom alembic import op\nrevision = 'four'\ndown_revision = 'three'\n{body}\ndef upgrade(): pass\ndef downgrade(): pass\n"
        );
        let project = project().file("migrations/versions/four.py", &more);
        let stdout = known(&project);
        assert!(!is_run("four", "'three'", &stdout), "{body}: {stdout}");
    }
}

#[test]
fn a_module_is_whole_once_it_is_looked_at() {
    let look = r"
for script in context.script.walk_revisions():
    before = script.module
    print('doc', script.doc, repr(before.__doc__), before.__name__, hasattr(before, 'nothing'), getattr(before, 'nothing', 'default'))
    print('names', sorted(vars(before)), [name for name in dir(before) if name in ('upgrade', 'op')], callable(before.upgrade), before is script.module)
    print('file', before.__file__, before.__spec__.name, before.__loader__.path, before.__cached__, type(before), before)
    before.added = 1; del before.added
";
    Twin::new()
        .before_env(&format!("{LOOK}{look}").replace("type(s.module).__name__", "''"))
        .after(&["history"])
        .check([
            case(&["current"]).outputs("('three', 'two', '')"),
            case(&["current"]).outputs("names"),
            case(&["current"]),
        ]);
}

/// Commands on a project whose scripts are compiled and remembered.
#[test]
fn commands_do_the_same_with_known_ones() {
    Twin::new().after(&["history"]).check([
        case(&["history"]).outputs("three"),
        case(&["history", "--verbose"]).outputs("Path:"),
        case(&["show", "two"]).outputs("Parent: one"),
        case(&["heads"]),
        case(&["branches"]),
        same(&["migrate"], &["upgrade", "head"]).outputs("Running upgrade two -> three"),
        case(&["upgrade", "+1"]).outputs("Running upgrade  -> one"),
        case(&["upgrade", "head", "--sql"]),
        case(&["revision", "-m", "more", "--rev-id", "four"]).outputs("four_more.py"),
        case(&["upgrade", "nowhere"]).code(255).outputs("Can't locate revision"),
    ]);
}

#[test]
fn errors_of_a_script_are_as_ever() {
    for four in [
        "raise RuntimeError('no')",
        "import nowhere",
        "from alembic import nothing",
        "def upgrade(:",
        "revision = 'four'",
    ] {
        Twin::new()
            .file("migrations/versions/four.py", four)
            .check([case(&["history"]).code(1), case(&["history"]).code(1)]);
    }
}

#[test]
fn imports_of_a_remembered_script_are_run() {
    let helper = "print('imported by', __name__)\nvalue = 1\n";
    let four = "from helper import value\nrevision = 'four'\ndown_revision = 'three'\ndef upgrade(): print('value', value)\ndef downgrade(): pass\n";
    let cases = || {
        [
            case(&["upgrade", "head"]).outputs("imported by helper"),
            case(&["upgrade", "head"]),
            case(&["current"]).outputs("imported by"),
        ]
    };
    Twin::new().file("helper.py", helper).file("migrations/versions/four.py", four).after(&["history"]).check(cases());
    // The import fails although the script is remembered, as if the script itself had failed.
    let project = project().file("helper.py", helper).file("migrations/versions/four.py", four);
    assert!(!is_run("four", "'three'", &known(&project)));
    fs::write(project.path("helper.py"), "raise RuntimeError('gone')\n").expect("a module");
    let done = project.lback(&["alembic", "current"]).exits(1);
    let alone = project.alembic(&["current"]).exits(1);
    let (done, alone) = (done.stderr, alone.stderr);
    assert!(alone.contains("four.py\", line 1, in <module>") && alone.contains("_load_revisions"), "{alone}");
    let traceback = alone.find("Traceback").map(|at| &alone[at..]).expect("a traceback");
    let (_, own) = done.split_once(traceback).unwrap_or_else(|| panic!("{done}\n{alone}"));
    let own: Vec<_> = own.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(own, ["error: `helper.py:1` raised an error", "  RuntimeError: gone"], "{done}");
}

#[test]
fn odd_folders() {
    let twin = |lines: &str| {
        Twin::new().arrange(|root| {
            let ini = root.join("alembic.ini");
            let text = fs::read_to_string(&ini).expect("alembic.ini");
            fs::write(&ini, text.replace("[alembic]\n", &format!("[alembic]\n{lines}\n"))).expect("alembic.ini");
        })
    };
    twin("recursive_version_locations = true")
        .arrange(|root| {
            let versions = root.join("migrations/versions");
            fs::create_dir(versions.join("deep")).expect("a folder");
            fs::rename(versions.join("three.py"), versions.join("deep/three.py")).expect("a script");
        })
        .after(&["history"])
        .check([case(&["history"]).outputs("two -> three"), case(&["history"]), case(&["upgrade", "head"])]);
    twin("version_locations = migrations/versions migrations/other\nversion_path_separator = space")
        .arrange(|root| {
            fs::create_dir(root.join("migrations/other")).expect("a folder");
            std::os::unix::fs::symlink("../versions/three.py", root.join("migrations/other/three.py")).expect("a link");
        })
        .after(&["history"])
        .check([case(&["history"]).outputs("loaded twice"), case(&["history"]).outputs("loaded twice")]);
    twin("sourceless = true").after(&["history"]).check([case(&["history"]).outputs("three"), case(&["history"])]);
}

#[test]
fn what_is_remembered_may_be_lost_or_damaged() {
    let project = project();
    known(&project);
    let cache = project.path("cache-of-this-test");
    let lback = |words: &[&str]| project.lback(words).env("LBACK_CACHE_DIR", &cache).exits(0).stdout;
    lback(&["alembic", "current"]);
    assert!(!is_run("one", "None", &lback(&["alembic", "current"])));
    let files = || fs::read_dir(cache.join("scripts")).expect("a folder").map(|file| file.expect("a file").path());
    for damage in [&b""[..], b"\xe9\xff", b"(((((", b"nonsense"] {
        assert_eq!(files().count(), 1);
        files().for_each(|file| fs::write(file, damage).expect("a file"));
        assert!(is_run("one", "None", &lback(&["alembic", "current"])), "{damage:?}");
        assert!(!is_run("one", "None", &lback(&["alembic", "current"])), "{damage:?}");
    }
}

#[test]
fn a_script_that_changes_while_it_is_used_is_not_taken_for_the_old_one() {
    let change =
        "import pathlib\npathlib.Path('migrations/versions/three.py').write_text(pathlib.Path('forged').read_text())\n";
    let project = project().file("forged", FORGED);
    known(&project);
    let env = fs::read_to_string(project.path("migrations/env.py")).expect("env.py");
    // After the scripts are read, before the first is run.
    let project = project.file("migrations/env.py", &env.replacen(LOOK, &format!("{LOOK}{change}"), 1));
    let done = project.lback(&["migrate"]).exits(1);
    assert!(done.stderr.contains("was changed while a run used it"), "{}", done.stderr);
    // The transaction was taken back.
    assert_eq!(project.revision_of_database(), None);
}

#[test]
fn every_version_of_alembic_takes_them() {
    for (name, environment) in matrix() {
        let alembic = environment.join("bin/alembic").display().to_string();
        let project = project().whole_config(&format!("[alembic]\ncommand = [{alembic:?}]\n"));
        let stdout = known(&project);
        assert!(!is_run("one", "None", &stdout), "{name}: {stdout}");
        project.lback(&["migrate"]).exits(0);
        assert_eq!(project.revision_of_database().as_deref(), Some("three"), "{name}");
        let history = project.lback(&["history"]).exits(0);
        let alone = project.program(environment.join("bin/alembic").as_os_str(), &["history"]).exits(0);
        assert_eq!(history.stdout_bytes, alone.stdout_bytes, "{name}");
    }
}
