//! Secrets in command lines and in Alembic's output: users get them, plugins don't.

use serde_json::{Value, json};

use super::heard::told;
use super::table::{logged, recorded};
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
