//! Output that can't be written: a full disk, a closed stream, a limit of the file's size. Every
//! command of lback's own tree ends with words and a code, and none panics.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;

use crate::support::{Done, Project, plugin};

/// The exit code of output that could not be written.
const OUTPUT_LOST: i32 = 74;

/// The arguments of each command that runs something; every other command gets none.
fn arguments() -> BTreeMap<&'static str, Vec<String>> {
    let guard = plugin("guard").display().to_string();
    let words = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
    BTreeMap::from([
        ("alembic", words(&["heads"])),
        ("completions", words(&["bash"])),
        ("facts", words(&[])),
        ("history", words(&[])),
        ("init", words(&[])),
        ("log", words(&[])),
        ("log redeliver", words(&["--json"])),
        ("log show", words(&[])),
        ("makemigrations", words(&["anything"])),
        ("migrate", words(&["--sql"])),
        ("plan", words(&[])),
        ("plan migrate", words(&["--json"])),
        ("plan rollback", words(&["--markdown"])),
        ("plugin bench", words(&[&guard, "--runs", "1"])),
        ("plugin build", words(&["absent"])),
        ("plugin componentize", words(&["absent.wasm", "--output", "new.wasm"])),
        ("plugin inspect", words(&[&guard])),
        ("plugin install", words(&[])),
        ("plugin list", words(&[])),
        ("plugin new", words(&["new-policy"])),
        ("plugin publish", words(&[&guard, "oci://127.0.0.1:9/guard:1"])),
        ("plugin remove", words(&["guard"])),
        ("plugin test", words(&[&guard])),
        ("plugin update", words(&[])),
        ("plugin vendor", words(&["vendor"])),
        ("rollback", words(&["--sql", "three:two"])),
        ("self doctor", words(&[])),
        ("status", words(&[])),
    ])
}

/// Returns the commands that have no commands below them, and those that run without one, as
/// lback's help lists them.
fn commands(project: &Project, above: &[&str]) -> Vec<String> {
    let help = project.lback(&[&["help"], above].concat()).exits(0).stdout;
    let listed = help.split_once("Commands:\n").map(|(_, rest)| rest.split("\n\n").next().unwrap_or_default());
    let names =
        listed.into_iter().flat_map(str::lines).filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let names: Vec<_> =
        names.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help").collect();
    let needs_one = help.lines().any(|line| line.starts_with("Usage:") && line.ends_with("<COMMAND>"));
    let own = (!needs_one && !above.is_empty()).then(|| above.join(" "));
    let below = names.into_iter().flat_map(|name| commands(project, &[above, &[name]].concat()));
    own.into_iter().chain(below).collect()
}

/// A project in which every command has something to print: a run that is recorded, one revision
/// that is pending, and a plugin.
fn project() -> Project {
    let project = Project::new().plugin("guard", &plugin("guard"), "");
    project.lback(&["migrate", "two"]).exits(0);
    project
}

/// Runs a command with the redirections of a shell.
fn redirected(project: &Project, words: &[&str], redirection: &str) -> Done {
    project.lback(words).through("sh", &["-c", &format!("exec \"$@\" {redirection}"), "sh"]).run()
}

#[track_caller]
fn has_not_crashed(done: &Done) {
    let code = done.code().unwrap_or(-1);
    // 255 is Alembic's own code.
    assert!((0..=130).contains(&code) && ![70, 101].contains(&code) || code == 255, "{done}");
    assert!(!done.stderr.contains("panicked") && !done.stderr.contains("defect"), "{done}");
}

/// Runs every command with and without the redirection, and compares the ends.
fn every_command(redirection: &str, loses_stdout: bool) {
    let tree = commands(&project(), &[]);
    let arguments = arguments();
    assert_eq!(
        tree.iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>(),
        arguments.keys().copied().collect()
    );
    for command in &tree {
        let words: Vec<_> = command.split(' ').chain(arguments[&**command].iter().map(String::as_str)).collect();
        let written = project().lback(&words).run();
        let done = redirected(&project(), &words, redirection);
        has_not_crashed(&done);
        if loses_stdout && written.code() == Some(0) && !written.stdout.is_empty() {
            assert_eq!(done.code(), Some(OUTPUT_LOST), "data was lost: {done}");
        } else {
            assert_eq!(done.code(), written.code(), "nothing was lost: {done}{written}");
        }
    }
}

#[test]
fn on_a_full_disk_every_command_says_so() {
    every_command(">/dev/full", true);
}

#[test]
fn on_a_closed_stdout_every_command_says_so() {
    every_command(">&-", true);
}

#[test]
fn without_stderr_every_command_ends_as_with_it() {
    every_command("2>/dev/full", false);
}

#[test]
fn with_both_streams_closed_every_command_ends_by_its_code() {
    every_command(">/dev/full 2>&-", true);
}

#[test]
fn help_and_versions_are_data_too() {
    let project = Project::new();
    for words in
        [&["--help"][..], &["-h"], &["--version"], &["help"], &["help", "plugin", "install"], &["log", "--help"]]
    {
        for redirection in [">/dev/full", ">&-"] {
            let done = redirected(&project, words, redirection).exits(OUTPUT_LOST);
            let _ = done.stderr_has(&["error: cannot write to stdout: ", "the output is incomplete"]);
        }
    }
    // An error of usage is no data.
    assert_eq!(redirected(&project, &["--absent"], ">/dev/full 2>/dev/full").code(), Some(64));
}

#[test]
fn a_script_that_is_cut_off_is_no_success() {
    let project = Project::new();
    let done = redirected(&project, &["migrate", "--sql"], ">/dev/full").exits(OUTPUT_LOST);
    let _ = done.stderr_has(&["the output of Alembic is incomplete: ", "hint: discard what was written"]);
    let shown = project.lback(&["log", "show", "--json"]).exits(0);
    assert!(shown.stdout.contains("\"exit_code\": 74"), "{shown}");
}

#[test]
fn a_run_that_changes_a_database_goes_to_its_end() {
    let says = "print('x' * 100_000)\nop.create_table('two', sa.Column('id', sa.Integer()))";
    for redirection in [">/dev/full", ">&-", ">/dev/full 2>/dev/full"] {
        let project = Project::new().revision("two", Some("one"), says, "pass");
        let done = redirected(&project, &["migrate"], redirection).exits(OUTPUT_LOST);
        if !redirection.contains('2') {
            let _ = done.stderr_has(&["the output of Alembic is incomplete: ", "hint: the command itself completed"]);
        }
        let current = project.lback(&["alembic", "current"]).exits(0);
        assert!(current.stdout.contains("three (head)"), "{current}");
    }
}

#[test]
fn the_code_of_a_run_that_failed_stays() {
    let project = Project::new().revision("two", Some("one"), "print('x')\nraise ValueError('no')", "pass");
    let _ =
        redirected(&project, &["migrate"], ">/dev/full").exits(1).stderr_has(&["the output of Alembic is incomplete"]);
}

#[test]
fn a_limit_of_the_size_is_an_error_and_no_signal() {
    let project = Project::new();
    let limited = |words: &[&str], limit: &str| {
        let script = format!("ulimit -f {limit}; exec \"$@\" >out.sql");
        project.lback(words).env("LBACK_STATE_DIR", "/dev/null/none").through("sh", &["-c", &script, "sh"]).run()
    };
    let _ = limited(&["migrate", "--sql"], "1").exits(OUTPUT_LOST).stderr_has(&["File too large"]);
    // A unit of `ulimit -f` has 512 or 1024 bytes.
    let written = fs::metadata(project.path("out.sql")).expect("a file").len();
    assert!(written > 0 && written <= 1024, "a part was written: {written}");
    let _ = limited(&["--help"], "0").exits(OUTPUT_LOST).stderr_has(&["File too large"]);
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let project = project();
    for words in
        [&["--help"][..], &["plugin", "list"], &["log"], &["plan", "--json"], &["migrate", "--sql"], &["history"]]
    {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let done = project.lback(words).with_stdout(writer).run().exits(0);
        assert!(!done.stderr.contains("error:"), "{done}");
    }
}

#[test]
fn a_stream_that_is_full_for_now_is_waited_for() {
    let project = Project::new();
    let whole = project.lback(&["migrate", "--sql"]).exits(0).stdout;
    for words in [&["migrate", "--sql"][..], &["--events", "-", "migrate", "--sql"], &["--help"]] {
        let (mut reader, writer) = UnixStream::pair().expect("a socket");
        writer.set_nonblocking(true).expect("a socket");
        // The stream takes nothing more until it is read.
        let mut filler = writer.try_clone().expect("a socket");
        let mut length = 0;
        while let Ok(written) = filler.write(&[b'.'; 4096]) {
            length += written;
        }
        drop(filler);
        let running = project.lback(words).with_stdout(std::os::fd::OwnedFd::from(writer)).start();
        let mut read = Vec::new();
        reader.read_to_end(&mut read).expect("everything");
        let done = running.wait().exits(0);
        let shown = String::from_utf8_lossy(&read[length..]).into_owned();
        assert!(!shown.is_empty(), "{done}");
        assert!(words != ["migrate", "--sql"] || shown == whole, "{done}{shown}");
    }
}

#[test]
fn events_that_are_lost_are_reported_at_the_end() {
    let project = Project::new();
    let done = project.lback(&["--events", "/dev/full", "migrate"]).exits(OUTPUT_LOST);
    let _ = done.stderr_has(&["error: the output of `--events` is incomplete: No space left on device"]);
    let current = project.lback(&["alembic", "current"]).exits(0);
    assert!(current.stdout.contains("three (head)"), "{current}");
    let _ = redirected(&project, &["--events", "-", "history"], ">/dev/full").exits(OUTPUT_LOST);
}

/// A core module with the exports of a policy, of which a component can be made.
const CORE_MODULE: &str = r#"(module
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "lback:plugin/metadata@1.0.0#describe") (result i32) unreachable)
    (func (export "lback:plugin/policy@1.0.0#evaluate") (param i32) (result i32) unreachable))"#;

#[test]
fn files_that_cannot_be_written_have_the_same_code() {
    let project = Project::empty();
    fs::write(project.path("core.wasm"), wat::parse_str(CORE_MODULE).expect("a module")).expect("a file");
    let componentize = |output: &str| project.lback(&["plugin", "componentize", "core.wasm", "--output", output]);
    componentize("component.wasm").exits(0);
    let full = componentize("/dev/full").exits(OUTPUT_LOST);
    let _ = full.stderr_has(&["error: cannot write `/dev/full`: No space left on device"]);
    assert!(!fs::metadata("/dev/full").expect("the device").is_file(), "a file is in its place");
    fs::create_dir(project.path("new.wasm")).expect("a folder");
    // A path that can't be written takes nothing that could be lost.
    let folder = componentize("new.wasm").exits(69);
    let _ = folder.stderr_has(&["error: cannot write `new.wasm`: Is a directory"]);
    // A half of `lback.toml` would hide policies: none is left.
    let script = "ulimit -f 0; exec \"$@\"";
    let project = Project::new();
    let _ = fs::remove_file(project.path("lback.toml"));
    let run = Project::lback(&project, &["init"]);
    fs::remove_file(project.path("lback.toml")).expect("a file");
    let done = run.through("sh", &["-c", script, "sh"]).run().exits(OUTPUT_LOST);
    assert!(!project.path("lback.toml").exists(), "{done}");
}
