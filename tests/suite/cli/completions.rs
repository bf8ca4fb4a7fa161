//! Completions in a real bash, which calls lback for each word.

use std::ffi::OsStr;
use std::path::Path;

use crate::support::{Done, Project};

/// Completes the last of these words in bash, and returns the offers and the run.
fn complete(project: &Project, words: &[&str]) -> (Vec<String>, Done) {
    let quoted: Vec<_> = words.iter().map(|word| format!("'{word}'")).collect();
    let script = format!(
        "source <(lback completions bash)\nCOMP_WORDS=(lback {}) COMP_CWORD={} COMP_TYPE=9\n\
         _clap_complete_lback lback \"${{COMP_WORDS[COMP_CWORD]}}\"\nprintf '%s\\n' \"${{COMPREPLY[@]}}\"",
        quoted.join(" "),
        words.len()
    );
    let done = bash(project, &script);
    (done.stdout.lines().map(str::to_owned).collect(), done)
}

fn bash(project: &Project, script: &str) -> Done {
    let lback = Path::new(env!("CARGO_BIN_EXE_lback")).parent().expect("a folder");
    let path = std::env::join_paths([lback, Path::new("/usr/bin"), Path::new("/bin")]).expect("a PATH");
    project.program(OsStr::new("bash"), &["--norc", "-c", script]).env("PATH", path).exits(0)
}

#[track_caller]
fn offers(project: &Project, words: &[&str], expected: &[&str]) {
    let (offered, _) = complete(project, words);
    for one in expected {
        assert!(offered.iter().any(|other| other == one), "{words:?} offers {one}: {offered:?}");
    }
}

#[test]
fn commands_options_and_names_of_the_project_are_completed() {
    let project = Project::new().revision("four", Some("three"), "op.create_table('users')", "pass").config(
        "[[plugin]]\nname = \"guard\"\nsource = \"guard.wasm\"\n[[plugin]]\nname = \"slack\"\nsource = \"slack.wasm\"\n",
    );
    project.write_config();
    offers(&project, &["mig"], &["migrate"]);
    offers(&project, &["migrate", "--dr"], &["--dry-run"]);
    offers(&project, &["migrate", ""], &["head", "base", "one", "four"]);
    offers(&project, &["rollback", ""], &["users", "one", "base"]);
    offers(&project, &["plugin", "remove", ""], &["guard", "slack"]);
    assert_eq!(complete(&project, &["plugin", "update", "gu"]).0, ["guard"]);
}

#[test]
fn runs_are_completed_by_their_ids() {
    let project = Project::new();
    project.lback(&["migrate"]).exits(0);
    let (offered, _) = complete(&project, &["log", "show", ""]);
    let id = offered.first().expect("a run");
    project.lback(&["log", "show", id]).exits(0).stdout_has(&["upgrade head"]);
}

#[test]
fn a_broken_project_offers_commands_and_no_errors() {
    let broken = "[[plugin]]\nname = \"guard\"\nsource = \"guard.wasm\"\n[project\n";
    let project = Project::empty().unlocked().whole_config(broken);
    project.write_config();
    for (words, offer) in
        [(&["plug"][..], "plugin"), (&["plugin", "remove", "--"], "--help"), (&["migrate", "--dr"], "--dry-run")]
    {
        let (offered, done) = complete(&project, words);
        assert!(offered.iter().any(|other| other == offer), "{done}");
        assert_eq!(done.stderr, "", "{done}");
    }
    // The place of a plugin's name, of a revision and of a run.
    for words in [&["plugin", "remove", ""][..], &["plugin", "update", "gu"], &["migrate", ""], &["log", "show", ""]] {
        let (offered, done) = complete(&project, words);
        assert_eq!(done.stderr, "", "{done}");
        let words = ["", "head", "heads", "base"];
        assert!(offered.iter().all(|one| one.starts_with('-') || words.contains(&&**one)), "{offered:?}: {done}");
    }
}

#[test]
fn no_completion_has_a_secret_or_controls_the_terminal() {
    let docs = [
        ("a1", "rotate postgresql://app:urlS3cret@db/shop"),
        ("a2", "rotate envS3cret-9 again"),
        ("a3", "rotate in1S3cret9 again"),
        ("a4", "rotate gr4nted-value again"),
        ("a5", "\u{1b}]0;title\u{7}of a\u{202e}b\u{ad}"),
        ("envS3cret-9", "a revision"),
        ("a6\u{1b}[2J", "another"),
    ];
    let mut project =
        Project::empty().config("[[plugin]]\nname = \"slack\"\nsource = \"slack.wasm\"\nallow.secrets = [\"HOOK\"]\n");
    project.write_config();
    project.write("alembic.ini", "[alembic]\nscript_location = db\nsqlalchemy.url = mysql://u:in1S3cret9@h/db\n");
    for (number, (revision, doc)) in docs.iter().enumerate() {
        let tables = "op.create_table('envS3cret-9')\nop.create_table('users')\n";
        let script = format!("\"\"\"{doc}\"\"\"\nrevision = '{revision}'\ndown_revision = None\n{tables}");
        project = project.file(&format!("db/versions/{number}.py"), &script);
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        for words in [&["migrate", ""][..], &["rollback", ""]] {
            let place = (words.len()).to_string();
            let asked = project
                .lback(&[&["--", "lback"], words].concat())
                .env("LBACK_COMPLETE", shell)
                .env("_CLAP_COMPLETE_INDEX", place)
                .env("_CLAP_IFS", "\n")
                .env("DB_PASSWORD", "envS3cret-9")
                .env("HOOK", "gr4nted-value");
            let done = asked.exits(0).stdout_has(&["a1", "a5"]);
            for hidden in ["S3cret", "in1S", "gr4nted", "\u{7}", "\u{202e}", "\u{ad}", "\u{1b}]", "\u{1b}[2J"] {
                assert!(!done.stdout.contains(hidden), "{shell}: {hidden:?} in {done}");
            }
            if matches!(shell, "zsh" | "fish") {
                let _ = done.stdout_has(&["rotate postgresql", "***"]);
            }
        }
    }
}

#[test]
fn completions_that_are_lost_are_an_error() {
    let project = Project::new();
    for redirection in [">/dev/full", ">&-"] {
        for words in [&["--", "lback", "mig"][..], &["--"], &[]] {
            let asked = project.lback(words).env("LBACK_COMPLETE", "bash").env("_CLAP_COMPLETE_INDEX", "1");
            let done = asked.through("sh", &["-c", &format!("exec \"$@\" {redirection}"), "sh"]).exits(74);
            let _ = done.stderr_has(&["error: cannot write to stdout"]);
        }
    }
    let asked = project.lback(&["--", "lback", "mig"]).env("LBACK_COMPLETE", "csh");
    assert_eq!(asked.exits(69).stdout, "");
}

#[test]
fn a_script_is_printed_for_each_shell() {
    let project = Project::empty();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let done = project.lback(&["completions", shell]).exits(0).stdout_has(&["LBACK_COMPLETE", "lback"]);
        assert_eq!(done.stderr, "", "{done}");
    }
    project.lback(&["completions", "csh"]).exits(64);
}
