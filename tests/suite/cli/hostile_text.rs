//! Texts of others on a terminal: variables, names and files can't steer it, hide in it, or imitate
//! lback.

use crate::support::{Done, Project, plugin};

/// Names in a context, each with what a terminal or a reader would fall for.
const ESCAPES: &str = "\u{1b}[2K\u{1b}]0;owned\u{7}\u{9b}1A\u{ad}\u{34f}\u{115f}\u{3164}\u{2060}\u{feff}\u{202e}\u{e0041}\nerror: forged\r";

#[track_caller]
fn is_harmless(done: &Done) {
    let acts = |c: char| {
        c.is_control() && c != '\n' && c != '\t'
            || "\u{ad}\u{34f}\u{115f}\u{3164}\u{2060}\u{feff}\u{202e}\u{e0041}".contains(c)
    };
    let found: Vec<_> = done.stderr.chars().chain(done.stdout.chars()).filter(|c| acts(*c)).collect();
    assert!(found.is_empty(), "{found:?} in {done}");
    let forged = done.stderr.lines().chain(done.stdout.lines()).find(|line| line.starts_with("error: forged"));
    assert_eq!(forged, None, "{done}");
}

#[test]
fn the_journal_shows_what_variables_said_as_text() {
    let project = Project::new();
    let run = project.lback(&["alembic", "stamp", "--tag", ESCAPES, "one"]).env("USER", format!("eve{ESCAPES}"));
    let run = run.env("GITHUB_ACTIONS", "1").env("GITHUB_ACTOR", format!("eve{ESCAPES}"));
    let run = run.env("GITHUB_SHA", format!("abc{ESCAPES}")).env("GITHUB_REF_NAME", format!("main{ESCAPES}"));
    run.env("GITHUB_SERVER_URL", format!("https://{ESCAPES}"))
        .env("GITHUB_REPOSITORY", "r")
        .env("GITHUB_RUN_ID", "1")
        .exits(0);
    for words in [&["log"][..], &["log", "--all"], &["log", "show"], &["log", "--json"], &["log", "show", "--json"]] {
        let done = project.lback(words).exits(0);
        is_harmless(&done);
        assert!(done.stdout.contains("eve"), "{done}");
        let shown = project.lback(words).on_a_terminal("").env("NO_COLOR", "1").run();
        assert!(!shown.stdout.contains(['\u{1b}', '\u{9b}', '\u{ad}', '\u{3164}']), "{:?}", shown.stdout);
    }
}

#[test]
fn marks_do_not_pile_up() {
    let project = Project::new();
    let pile = format!("z{}", "\u{301}\u{489}".repeat(200));
    project.lback(&["history"]).env("USER", &pile).exits(0);
    let done = project.lback(&["log"]).exits(0);
    let longest = done.stdout.split(|c| !matches!(c, '\u{301}' | '\u{489}')).map(|marks| marks.chars().count()).max();
    assert_eq!(longest, Some(8), "{done}");
    assert!(done.stdout.contains("z\u{301}\u{489}"), "{done}");
}

#[test]
fn an_environment_is_what_it_looks_like() {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    for (name, character) in [
        ("produc\u{200b}tion", "U+200B at position 7"),
        ("production\u{ad}", "U+00AD at position 11"),
        ("\u{3164}production", "U+3164 at position 1"),
        ("prod\u{a0}eu", "U+00A0 at position 5"),
        ("prod\u{1b}[8m", "U+001B at position 5"),
        ("a\u{2800}", "U+2800 at position 2"),
    ] {
        let typed = project.lback(&["--environment", name, "migrate"]).exits(64);
        is_harmless(&typed);
        let _ = typed.stderr_has(&[character]);
        let _ = project.lback(&["migrate"]).env("LBACK_ENVIRONMENT", name).exits(64).stderr_has(&[character]);
        let file = Project::empty().whole_config(&format!("[project]\nenvironment = {}\n", toml(name)));
        let written = file.lback(&["plugin", "list"]).exits(78).stderr_has(&[if name.contains('\u{1b}') {
            "control"
        } else {
            character
        }]);
        is_harmless(&written);
    }
    let _ = project.lback(&["--environment", "production ", "migrate"]).exits(64).stderr_has(&["with a space"]);
    project.lback(&["--environment", "größe eu", "history"]).exits(0);
}

/// Writes a text as TOML, with escapes for control characters.
fn toml(text: &str) -> String {
    format!("\"{}\"", text.replace('\u{1b}', "\\u001b"))
}

#[test]
fn arguments_in_messages_are_text() {
    let project = Project::new();
    let absent = format!("absent{ESCAPES}");
    for words in [
        &["plugin", "inspect", &absent][..],
        &["log", "show", &absent],
        &["log", "redeliver", "--plugin", &absent],
        &["--log", &absent, "history"],
        &["plugin", "remove", &absent],
        &["plugin", "update", &absent],
        &["plugin", "new", &absent],
        &["plan", "migrate", &absent],
        &[&absent],
        &["migrate", &format!("--{absent}")],
        &["--color", &absent, "history"],
        &["--events", &format!("{absent}/x"), "history"],
    ] {
        let done = project.lback(words).run();
        assert_ne!(done.code(), Some(0), "{done}");
        is_harmless(&done);
        // A source is refused as a whole, and not shown.
        let shown =
            if words[..] == ["plugin", "inspect", &absent] { "a source is written on one line" } else { "absent" };
        assert!(done.stderr.contains(shown), "{done}");
    }
}

#[test]
fn a_name_that_was_typed_is_not_shown_as_a_line_of_the_file() {
    let project = Project::new();
    let source = plugin("guard").display().to_string();
    for name in ["../x", "Guard", "a b", "a\u{200b}b"] {
        let done = project.lback(&["plugin", "install", &source, "--name", name]).exits(64);
        is_harmless(&done);
        let done = done.stderr_has(&["is not a plugin's name"]).output_lacks(&["lback.toml:", " | ", "-->"]);
        assert!(!project.path("lback.lock").exists(), "{done}");
    }
    let done = project.lback(&["plugin", "install", &source, "--set", "protect=[nan]"]).run();
    let _ = done.exits(64).output_lacks(&["-->"]);
}

#[test]
fn a_damaged_journal_has_a_next_step() {
    let project = Project::new();
    project.lback(&["history"]).exits(0);
    let journal = project.path(".state/journal.sqlite3");
    for (content, hint) in [
        (&b"SQLite format 3\0garbage"[..], "the file is damaged: move it away"),
        (b"no database at all, and long enough to be read", "the file is damaged: move it away"),
    ] {
        for name in ["journal.sqlite3-wal", "journal.sqlite3-shm"] {
            let _ = std::fs::remove_file(project.path(&format!(".state/{name}")));
        }
        std::fs::write(&journal, content.repeat(400)).expect("a file");
        let _ = project.lback(&["log"]).exits(69).stderr_has(&["error: the journal can't be used", "hint: ", hint]);
        project.lback(&["history"]).exits(0);
    }
}

#[test]
fn a_failure_after_the_last_step_is_told_apart() {
    let env = include_str!("../support/env.py").to_owned()
        + "\nimport os\nif not os.path.exists('raised'):\n    open('raised', 'w').close()\n    raise RuntimeError('after the migrations')\n";
    let project = Project::new().file("migrations/env.py", &env);
    let done = project.lback(&["migrate"]).exits(1).output_lacks(&["between its start and the target"]);
    let _ =
        done.stderr_has(&["the run failed after its last step: the database went from base to `three`, its target"]);
    // One step of three is not the target.
    let project = Project::new().revision("two", Some("one"), "raise ValueError('no')", "pass");
    let env = include_str!("../support/env.py")
        .replace("context.configure(", "context.configure(transaction_per_migration=True, ");
    let project = project.file("migrations/env.py", &env);
    let done = project.lback(&["migrate"]).exits(1).output_lacks(&["failed after its last step"]);
    let _ = done.stderr_has(&["the upgrade to `two` (make two) was interrupted", "the version table says `one`"]);
}
