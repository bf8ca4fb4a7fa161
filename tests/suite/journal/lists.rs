//! The lists of runs and of plugins on narrow and wide terminals.

use crate::support::{Project, Run, plugin};

/// A project with a run that was overridden, one that a policy in audit mode would have denied, and
/// one that failed.
fn project() -> Project {
    let guard = |more: &str| {
        format!("environments = [\"production\", \"staging\"]\n{more}[plugin.settings]\nprotect = [\"production\"]")
    };
    let project = Project::new().plugin("guard", &plugin("guard"), &guard("allow-override = true\n"));
    let audit = project.plugin("watch", &plugin("guard"), &format!("mode = \"audit\"\n{}", guard("")));
    audit.lback(&["migrate"]).exits(0);
    let words = ["--environment", "production", "--override", "guard", "--reason", "agreed", "rollback"];
    audit.lback(&words).exits(0);
    audit.lback(&["--environment", "staging", "migrate", "nosuch"]).exits(255);
    audit
}

/// Runs on a terminal with this many columns, and returns the lines without control sequences, and
/// the whole.
fn on_columns(run: Run<'_>, columns: u32) -> (Vec<String>, String) {
    let set = format!("stty cols {columns} rows 24; exec \"$@\"");
    let done = run.through("/bin/sh", &["-c", &set, "sh"]).on_a_terminal("").exits(0);
    let mut text = String::new();
    let mut rest = done.stdout.as_str();
    while let Some(start) = rest.find('\u{1b}') {
        text.push_str(&rest[..start]);
        let end = rest[start + 2..].find(|character: char| character.is_ascii_alphabetic()).expect("an end");
        rest = &rest[start + 2 + end + 1..];
    }
    text.push_str(rest);
    // A line of progress is overwritten.
    let last = |line: &str| line.trim_end_matches('\r').rsplit('\r').next().unwrap_or_default().to_owned();
    let lines = text.lines().map(last).collect();
    (lines, done.stdout)
}

#[track_caller]
fn fits(lines: &[String], columns: usize) {
    // A path of this machine may be longer than any terminal.
    let long = lines.iter().find(|line| !line.contains('/') && line.chars().count() > columns);
    assert_eq!(long, None, "in {columns} columns: {lines:#?}");
}

#[test]
fn runs_fit_into_eighty_columns_and_into_wide_ones() {
    let project = project();
    let (lines, colored) = on_columns(project.lback(&["log"]), 80);
    fits(&lines, 80);
    let text = lines.join("\n");
    for expected in ["overrode guard, audit watch", "downgrade -1, at two, production, by tester", "failed (255)"] {
        assert!(text.contains(expected), "{expected:?}: {text}");
    }
    assert!(colored.contains("\u{1b}[32mcompleted") && colored.contains("\u{1b}[31mfailed (255)"), "{colored:?}");

    let (lines, colored) = on_columns(project.lback(&["log"]), 200);
    fits(&lines, 200);
    assert!(lines[0].starts_with("RUN ") && lines[0].contains("  REVISION  "), "{lines:#?}");
    assert!(colored.contains("\u{1b}[32mcompleted"), "{colored:?}");
    assert_eq!(lines.len(), 4, "a line a run: {lines:#?}");
    let (_, plain) = on_columns(project.lback(&["log"]).env("NO_COLOR", "1"), 200);
    assert!(!plain.contains("\u{1b}[32m"), "{plain:?}");
    let piped = project.lback(&["log"]).exits(0).stdout;
    assert!(piped.starts_with("RUN ") && !piped.contains('\u{1b}'), "a pipe gets the table: {piped}");
}

#[test]
fn plugins_fit_into_eighty_columns_and_show_their_environments() {
    let project = project();
    let (lines, _) = on_columns(project.lback(&["plugin", "list"]), 80);
    fits(&lines, 80);
    let text = lines.join("\n");
    for expected in
        ["guard  policy ", "watch  policy ", "  audit", "  environments  production, staging\n", "  signals       "]
    {
        assert!(text.contains(expected), "{expected:?}: {text}");
    }
    let wide = project.lback(&["plugin", "list"]).exits(0).stdout;
    assert!(wide.starts_with("NAME ") && wide.contains("  ENVIRONMENTS  "), "{wide}");
    let json = project.lback(&["plugin", "list", "--json"]).exits(0).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["plugins"][0]["environments"], serde_json::json!(["production", "staging"]));
}

#[test]
fn a_status_fits_into_eighty_columns() {
    let project = project();
    let (lines, colored) = on_columns(project.lback(&["status"]), 80);
    fits(&lines, 80);
    assert!(colored.contains("\u{1b}[32mcompleted"), "{colored:?}");
}
