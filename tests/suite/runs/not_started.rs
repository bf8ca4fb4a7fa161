//! Every command without an Alembic that could run.

use std::path::Path;

use serde_json::json;

use super::commands::{self, Command};
use super::heard;
use super::table::{logged, recorded, side_by_side, text};
use crate::support::{Project, script};

#[test]
fn commands_without_an_alembic_send_their_signals_with_all_arguments() {
    side_by_side(2, commands::ALL, |command| {
        let project = Project::new();
        let program = project.path("nowhere/alembic");
        let project = recorded(project.alembic_command(&program));
        let done = logged(&project, command.typed);
        let before = project.files();
        let done = done.exits(127).stderr_has(&[&text(&program), "was not found", "hint: install it"]);
        assert_eq!(done.stdout, "");
        let place = text(&program);
        let message = format!("`{place}`, the first word of `[alembic] command`, was not found: looked at `{place}`");
        let cause = json!({ "kind": "NotFound", "message": message, "denials": [] });
        let end = json!({ "error_type": "alembic_not_found", "exception": cause });
        heard::check_run_by(&done, &command, &program, heard::never_ran(&command, &end));
        assert!(project.files() == before, "nothing is written: {done}");
    });
}

#[test]
fn signals_name_the_whole_command_that_was_not_found() {
    let project =
        Project::new().whole_config("[project]\nname = 'shop'\n[alembic]\ncommand = ['nosuch', 'run', 'it']\n");
    let project = recorded(project);
    let done =
        logged(&project, &["migrate"]).exits(127).stderr_has(&["`nosuch`, the first word of `[alembic] command`"]);
    let heard = heard::told(&done, "handler");
    assert_eq!(heard[2]["full_command"], json!(["nosuch", "run", "it", "upgrade", "head"]));
}

#[test]
fn alembic_that_is_nowhere_is_named_by_the_places_where_it_was_sought() {
    let project = recorded(Project::new().whole_config("[project]\nname = 'shop'\n"));
    let done = logged(&project, &["history"])
        .env("VIRTUAL_ENV", project.path("active"))
        .env("PATH", project.path("path"))
        .exits(127)
        .stderr_has(&[".venv/bin/alembic", "active/bin/alembic", "in `PATH`", "hint: install alembic"]);
    let heard = heard::told(&done, "handler");
    assert_eq!(heard[2]["full_command"], json!(["alembic", "history"]));
    assert_eq!(heard[3]["error_type"], "alembic_not_found");
}

struct Unstartable {
    first_bytes: &'static str,
    mode: u32,
    code: i32,
    error_type: &'static str,
    kind: &'static str,
    says: &'static str,
}

const UNSTARTABLE: [Unstartable; 3] = [
    // A virtual environment that was moved.
    Unstartable {
        first_bytes: "#!/nowhere/python\n",
        mode: 0o755,
        code: 127,
        error_type: "alembic_not_found",
        kind: "NotFound",
        says: "the interpreter that its first line names is not",
    },
    Unstartable {
        first_bytes: "#!/bin/sh\n",
        mode: 0o644,
        code: 127,
        error_type: "alembic_not_found",
        kind: "NotFound",
        says: "which is there, but can't be executed",
    },
    Unstartable {
        first_bytes: "neither a script nor a program",
        mode: 0o755,
        code: 69,
        error_type: "exception",
        kind: "NotStarted",
        says: "can't run",
    },
];

#[test]
fn an_alembic_that_cannot_be_started_is_reported() {
    for Unstartable { first_bytes, mode, code, error_type, kind, says } in UNSTARTABLE {
        let project = Project::new();
        let program = script(&project, "alembic", "");
        overwrite(&program, first_bytes, mode);
        let project = recorded(project.alembic_command(&program));
        let done = logged(&project, commands::MIGRATE.typed).exits(code).stderr_has(&[says]);
        check_not_started(&done, &commands::MIGRATE, &program, (error_type, kind, says));
    }
}

fn check_not_started(
    done: &crate::support::Done,
    command: &Command,
    program: &Path,
    (error_type, kind, says): (&str, &str, &str),
) {
    let heard = heard::told(done, "handler");
    let exception = &heard.last().expect("a last signal")["exception"];
    assert_eq!(exception["kind"], kind);
    assert!(exception["message"].as_str().is_some_and(|message| message.contains(says)), "{exception}");
    let end = heard::never_ran(command, &json!({ "error_type": error_type, "exception": exception }));
    heard::check_run_by(done, command, program, end);
}

fn overwrite(program: &Path, text: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(program, text).expect("a file");
    std::fs::set_permissions(program, std::fs::Permissions::from_mode(mode)).expect("permissions");
}
