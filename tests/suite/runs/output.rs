//! Alembic's output: complete and unchanged for the user, a bounded part of it for plugins.

use std::fmt::Write as _;

use super::heard::told;
use super::table::{Database, logged, recorded};
use crate::support::{Done, Project, script, without_success};

struct Same {
    lback: &'static [&'static str],
    alembic: &'static [&'static str],
    database: Database,
    code: i32,
    /// A text that one stream or the other must have.
    says: &'static str,
}

const SAME: [Same; 10] = {
    use Database::{Absent, AtHead};
    const fn same(
        lback: &'static [&'static str],
        alembic: &'static [&'static str],
        database: Database,
        code: i32,
        says: &'static str,
    ) -> Same {
        Same { lback, alembic, database, code, says }
    }
    const NAMED: &[&str] = &["revision", "--autogenerate", "-m", "añadir", "--rev-id", "1a2b"];
    [
        same(&["history", "-v"], &["history", "--verbose"], AtHead, 0, "Parent: two"),
        same(&["migrate"], &["upgrade", "head"], Absent, 0, "Running upgrade two -> three"),
        same(&["migrate", "--sql"], &["upgrade", "head", "--sql"], Absent, 0, "CREATE TABLE three ("),
        same(&["rollback"], &["downgrade", "-1"], AtHead, 0, "Running downgrade three -> two"),
        same(&["makemigrations", "añadir", "--", "--rev-id", "1a2b"], NAMED, AtHead, 0, "1a2b_añadir.py"),
        same(&["alembic", "current", "-v"], &["current", "-v"], AtHead, 0, "Rev: three (head)"),
        same(&["-q", "migrate", "nosuch"], &["-q", "upgrade", "nosuch"], Absent, 255, ""),
        same(&["migrate", "nosuch"], &["upgrade", "nosuch"], Absent, 255, "FAILED: Can't locate revision"),
        same(&["migrate", "broken"], &["upgrade", "broken"], AtHead, 1, "no such table: nowhere"),
        same(&["alembic", "upgrade"], &["upgrade"], Absent, 2, "usage: alembic"),
    ]
};

fn project(same: &Same) -> Project {
    let project = same.database.put(Project::new());
    if same.lback.contains(&"broken") {
        project.revision("broken", Some("three"), "op.execute('select * from nowhere')", "pass")
    } else {
        project
    }
}

/// Runs Alembic alone in this project, and undoes its changes.
fn bare(project: &Project, args: &[&str]) -> Done {
    let before = project.files();
    let done = project.alembic(args).run();
    for (path, _) in project.files() {
        if before.iter().all(|(known, _)| *known != path) {
            std::fs::remove_file(path).expect("it was a file");
        }
    }
    for (path, content) in before {
        std::fs::write(path, content).expect("a file");
    }
    done
}

#[test]
fn output_and_exit_code_are_those_of_alembic_alone() {
    for same in SAME {
        let project = project(&same);
        let Same { lback, alembic, code, says, .. } = same;
        let run = project.lback(lback);
        let alone = bare(&project, alembic);
        let done = run.exits(code);
        assert_eq!(alone.code(), Some(code), "{alembic:?}");
        assert_eq!(done.stdout, alone.stdout, "stdout of {done}");
        // After it lback reports the cause, and the state after a migration that was cut off.
        let added = done.stderr_bytes.strip_prefix(&*alone.stderr_bytes).unwrap_or_else(|| panic!("stderr of {done}"));
        let added = without_success(&String::from_utf8_lossy(added));
        let begins = if lback.contains(&"broken") { "error: `migrations/versions/broken.py:" } else { "" };
        assert!(added.starts_with(begins) && added.is_empty() == begins.is_empty(), "{done}");
        assert!(begins.is_empty() || added.contains("\nerror: the schema may be between two revisions"), "{done}");
        assert!(done.stdout_bytes == alone.stdout_bytes, "the same bytes: {done}");
        assert!(done.stdout.contains(says) || done.stderr.contains(says), "{says:?} in {done}");
    }
}

/// Returns bytes of every value, in lines, in an order that doesn't repeat soon; `salt` makes two
/// of them differ.
fn noise(length: usize, salt: u32) -> Vec<u8> {
    let mut state = salt;
    let bytes = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    });
    bytes.take(length).collect()
}

#[test]
fn a_lot_of_output_that_is_no_text_reaches_the_user_whole() {
    const LENGTH: usize = 1024 * 1024;
    let project = Project::new();
    let (stdout, stderr) = (noise(LENGTH, 1), noise(LENGTH, 2));
    std::fs::write(project.path("stdout.bin"), &stdout).expect("a file");
    std::fs::write(project.path("stderr.bin"), &stderr).expect("a file");
    let program = script(&project, "alembic", "cat stderr.bin >&2 &\ncat stdout.bin\nwait\nexit 3");
    // The handler is notified too, but logs nothing between Alembic's lines.
    let project = recorded(project.alembic_command(&program));
    let done = project.lback(&["history"]).exits(3);
    assert!(done.stdout_bytes == stdout, "{} bytes of stdout", done.stdout_bytes.len());
    assert!(done.stderr_bytes == stderr, "{} bytes of stderr", done.stderr_bytes.len());
}

#[test]
fn plugins_see_where_output_was_cut() {
    let project = Project::new();
    let mut lines = String::new();
    for number in 0..120_000 {
        writeln!(lines, "line {number}").expect("a string takes everything");
    }
    assert!(lines.len() > 1024 * 1024);
    let mut stdout = b"\xff\xfe is no text\n".to_vec();
    stdout.extend(lines.as_bytes());
    std::fs::write(project.path("stdout.bin"), &stdout).expect("a file");
    let program = script(&project, "alembic", "cat stdout.bin");
    let project = recorded(project.alembic_command(&program));
    let done = logged(&project, &["history"]).exits(0);
    assert!(done.stdout_bytes == stdout, "the user got all of it");

    let end = told(&done, "handler").pop().expect("a last signal");
    assert_eq!(end["signal"], "alembic_command_completed");
    let told = &end["stdout"];
    let text = |field: &str| told[field].as_str().unwrap_or_else(|| panic!("{field} in {told}"));
    assert!(text("head").starts_with("\u{fffd}\u{fffd} is no text\nline 0\nline 1\n"), "{told}");
    assert!(text("tail").ends_with("line 119998\nline 119999\n"), "{told}");
    let bytes = told["bytes"].as_u64().expect("a length");
    assert!((60 * 1024..=64 * 1024 + 100).contains(&bytes), "{bytes} bytes were told");

    let marks = told["marks"].as_array().expect("marks");
    let [mark] = &marks[..] else { panic!("one mark, not {marks:?}") };
    let mark = mark.as_str().expect("a line");
    let left_out = mark.strip_prefix("[lback: ").and_then(|rest| rest.strip_suffix(" bytes left out]"));
    let left_out: u64 = left_out.and_then(|number| number.parse().ok()).unwrap_or_else(|| panic!("{mark}"));
    // Two bytes became two characters of three bytes each, and the mark has a line of its own.
    let kept = bytes - 4 - (mark.len() as u64 + 1);
    assert_eq!(kept + left_out, stdout.len() as u64);
}

#[test]
fn output_comes_while_alembic_runs() {
    let project = Project::new();
    let program = script(&project, "alembic", "echo first >&2\nuntil [ -e go ]; do sleep 0.05; done\necho last >&2");
    let project = project.alembic_command(&program);
    let running = project.lback(&["migrate"]).start();
    let so_far = running.until_stderr_has("first\n");
    assert_eq!(so_far, "first\n");
    project.write("go", "");
    assert_eq!(running.wait().exits(0).stderr, "first\nlast\n");
}
