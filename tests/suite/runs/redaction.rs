//! Secrets in command lines and in Alembic's output: users get them, plugins don't.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::heard::told;
use super::table::{logged, recorded, recorded_with};
use crate::support::{Done, Project, records, script};

const SECRET: &str = "hunter2";

/// A script that ends each stream with the arguments that it got.
const ECHO: &str = "echo \"$@\"\necho \"$@\" >&2\nexit 3";

struct Line {
    typed: &'static [&'static str],
    /// `full_command` after the program.
    full_command: &'static [&'static str],
    args: &'static [&'static str],
    /// The arguments that Alembic got and wrote.
    given: &'static str,
    /// The output that plugins get.
    told: &'static str,
}

const LINES: [Line; 5] = [
    Line {
        typed: &["-x", "password=hunter2", "-x", "tenant=a", "migrate"],
        full_command: &["-x", "***", "-x", "***", "upgrade", "head"],
        args: &["head"],
        given: "-x password=hunter2 -x tenant=a upgrade head\n",
        told: "-x password=*** -x tenant=a upgrade head\n",
    },
    Line {
        typed: &["migrate", "-x", "-hunter2"],
        full_command: &["-x***", "upgrade", "head"],
        args: &["head"],
        given: "-x-hunter2 upgrade head\n",
        told: "-x*** upgrade head\n",
    },
    Line {
        typed: &["alembic", "-xpassword=hunter2", "current", "-v"],
        full_command: &["-x***", "current", "-v"],
        args: &["-v"],
        given: "-xpassword=hunter2 current -v\n",
        told: "-xpassword=*** current -v\n",
    },
    Line {
        typed: &["rollback", "postgresql://app:hunter2@db/shop"],
        full_command: &["downgrade", "postgresql://app:***@db/shop"],
        args: &["postgresql://app:***@db/shop"],
        given: "downgrade postgresql://app:hunter2@db/shop\n",
        told: "downgrade postgresql://app:***@db/shop\n",
    },
    Line {
        typed: &["alembic", "upgrade", "--tag", "mysql+pymysql://root:hunter2@10.0.0.1:3306/shop?charset=utf8"],
        full_command: &["upgrade", "--tag", "mysql+pymysql://root:***@10.0.0.1:3306/shop?charset=utf8"],
        args: &["--tag", "mysql+pymysql://root:***@10.0.0.1:3306/shop?charset=utf8"],
        given: "upgrade --tag mysql+pymysql://root:hunter2@10.0.0.1:3306/shop?charset=utf8\n",
        told: "upgrade --tag mysql+pymysql://root:***@10.0.0.1:3306/shop?charset=utf8\n",
    },
];

#[test]
fn x_values_and_passwords_in_urls_are_hidden_from_plugins() {
    for Line { typed, full_command, args, given, told: written } in LINES {
        let project = Project::new();
        let program = script(&project, "alembic", ECHO);
        let project = recorded(project.alembic_command(&program));
        let done = logged(&project, typed).exits(3).stderr_has(&[given]);
        assert_eq!(done.stdout, given, "the user sees all of it");

        let heard = told(&done, "handler");
        let started = heard.iter().find(|record| record["signal"] == "alembic_command_started").expect("it started");
        assert_eq!(started["full_command"].as_array().expect("words")[1..], words(full_command), "{done}");
        assert_eq!(started["args"], json!(args));
        let end = heard.last().expect("a last signal");
        assert_eq!((&end["args"], &end["stdout"], &end["stderr"]), (&json!(args), &json!(written), &json!(written)));
        if !written.contains(SECRET) {
            assert_nowhere(&done);
        }
    }
}

fn words(words: &[&str]) -> Vec<Value> {
    words.iter().map(|word| json!(word)).collect()
}

fn assert_nowhere(done: &Done) {
    for record in records(&done.stderr) {
        assert!(!record.to_string().contains(SECRET), "{record}");
    }
}

#[test]
fn target_of_a_rollback_is_hidden_in_its_own_signal_too() {
    let project = Project::new();
    let program = script(&project, "alembic", ECHO);
    let project = recorded(project.alembic_command(&program));
    for command in ["rollback", "migrate"] {
        let done = logged(&project, &[command, "postgresql://app:hunter2@db/shop"]).exits(3);
        assert_nowhere(&done);
    }
}

#[test]
fn password_in_the_configured_command_is_hidden() {
    let project = Project::new();
    let program = script(&project, "run", ECHO);
    let config = format!("[alembic]\ncommand = [{program:?}, '--url=postgresql://app:hunter2@db/shop', 'alembic']\n");
    let project = recorded(project.whole_config(&config));
    let done = logged(&project, &["history"]).exits(3);
    assert_eq!(done.stdout, "--url=postgresql://app:hunter2@db/shop alembic history\n");
    assert_nowhere(&done);
    let started = &told(&done, "handler")[2];
    let expected = words(&["--url=postgresql://app:***@db/shop", "alembic", "history"]);
    assert_eq!(started["full_command"].as_array().expect("words")[1..], expected);
}

/// The words of the form in which events are kept and sent.
const WORDS: [&str; 8] =
    ["initialized", "migrate", "rollback", "started", "completed", "failed", "upgrade", "advanced"];

#[test]
fn secrets_like_the_words_of_an_event_leave_runs_as_they_are() {
    for word in WORDS {
        for (granted, password) in [("unrelated-value", format!("{word}1")), (word, format!("{word}2024"))] {
            let project = recorded_with(Project::new(), "allow.secrets = [\"TOKEN\"]");
            let run = |typed: &[&str], code: i32| {
                let run = logged(&project, typed).env("DB_PASSWORD", &password).env("APP_SECRET", format!("{word}!"));
                run.env("TOKEN", granted).exits(code)
            };
            // What the recorder logs passes through the gate as well: the journal has the names.
            let signals = || {
                let run: Value = serde_json::from_str(&run(&["log", "show", "--json"], 0).stdout).expect("a document");
                let events = run["events"].as_array().expect("a list").clone();
                events.into_iter().map(|event| event["signal"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
            };
            let all = ["migration_commands_initialized", "migration_migrate_command", "alembic_command_started"];
            let migrated = run(&["migrate", "two"], 0);
            assert_eq!(told(&migrated, "handler").len(), 4, "{migrated}");
            assert_eq!(signals(), [&all[..], &["alembic_command_completed"]].concat());
            run(&["alembic", "current"], 0);
            let failed = run(&["migrate", "absent"], 255);
            assert_eq!(told(&failed, "handler").len(), 4, "{failed}");
            assert_eq!(signals(), [&all[..], &["alembic_command_failed"]].concat());
            run(&["rollback"], 0);
            assert_eq!(project.revision_of_database().as_deref(), Some("one"));
        }
    }
}

#[test]
fn a_password_with_equals_signs_on_the_command_line_is_learned() {
    let password = "QbcXdefY9==";
    for typed in [
        vec!["alembic".to_owned(), "upgrade".to_owned(), "--password".to_owned(), password.to_owned()],
        vec!["alembic".to_owned(), "upgrade".to_owned(), format!("--password={password}")],
        vec!["migrate".to_owned(), format!("postgresql://u:{password}@h/db")],
        vec!["-x".to_owned(), format!("password={password}"), "migrate".to_owned()],
        vec!["-x".to_owned(), format!("url=postgresql://u:{password}@h/db"), "migrate".to_owned()],
    ] {
        let project = Project::new();
        let program = script(&project, "alembic", &format!("echo 'with {password} it fails'\nexit 3"));
        let project = recorded(project.alembic_command(&program));
        let typed: Vec<_> = typed.iter().map(String::as_str).collect();
        let done = logged(&project, &typed).exits(3);
        assert_eq!(told(&done, "handler").last().expect("an end")["stdout"], "with *** it fails\n", "{done}");
        assert!(records(&done.stderr).iter().all(|record| !record.to_string().contains("QbcX")), "{done}");
    }
}

#[test]
fn many_secrets_are_all_hidden_and_too_many_are_reported() {
    let secret = |number: usize| format!("v{:x}Q{number}z", number * 7_919 + 1_000_003);
    let project = Project::new();
    let program = script(&project, "alembic", "cat values\nexit 3");
    let project = recorded_with(project.alembic_command(&program), "allow.secrets = [\"TOKEN\"]");
    let mut ini = String::from("[alembic]\nscript_location = migrations\n");
    for number in 0..700 {
        let _ = writeln!(ini, "db{number}_password = {}", secret(number));
    }
    project.write("alembic.ini", &ini);
    let hidden: Vec<_> = (1_000..1_700).map(secret).chain(["gr4nted-last".to_owned()]).collect();
    project.write("values", &hidden.join("\n"));
    let run = (1_000..1_700)
        .fold(logged(&project, &["migrate"]), |run, number| run.env(&format!("A{number}_PASSWORD"), secret(number)));
    let done = run.env("TOKEN", "gr4nted-last").exits(3);
    let told = told(&done, "handler").last().expect("an end")["stdout"].to_string();
    assert!(hidden.iter().all(|value| !told.contains(value.as_str())), "{told}");
    assert!(told.contains("[secret TOKEN]"), "{told}");
    assert_eq!(done.stderr.matches("more secrets than lback can look for").count(), 1, "{done}");
}
