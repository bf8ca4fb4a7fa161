//! `docs/guide/get-started.md`, word for word: each command runs in a project with Alembic, and
//! does what the page shows.

use super::Machine;
use super::service::{MODELS, USERS};
use crate::support::Done;

const PAGE: &str = include_str!("../../../docs/guide/get-started.md");

/// A command of the page, and what the page shows below it.
struct Shown {
    command: String,
    output: Vec<String>,
}

fn commands() -> Vec<Shown> {
    let blocks = PAGE.split("```console\n").skip(1).filter_map(|rest| rest.split_once("```"));
    let mut all = Vec::<Shown>::new();
    for line in blocks.flat_map(|(block, _)| block.lines()) {
        match line.strip_prefix("$ ") {
            Some(command) => all.push(Shown { command: command.to_owned(), output: Vec::new() }),
            None => all.last_mut().expect("a command before its output").output.push(line.to_owned()),
        }
    }
    all
}

/// Returns a line without what differs from machine to machine: numbers, revisions, paths and
/// units, and the columns of tables.
fn comparable(line: &str) -> String {
    let is_part = |letter: char| letter.is_alphanumeric() || "_./:-".contains(letter);
    let (mut found, mut word) = (String::new(), String::new());
    let end = |word: &mut String, found: &mut String| {
        let is_own = word.starts_with('/') || word.contains(|letter: char| letter.is_ascii_digit());
        found.push_str(if is_own {
            "N"
        } else if word == "ms" {
            "s"
        } else {
            word
        });
        word.clear();
    };
    for letter in line.chars() {
        if is_part(letter) {
            word.push(letter);
        } else {
            end(&mut word, &mut found);
            found.push(letter);
        }
    }
    end(&mut word, &mut found);
    found.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Checks that a run printed each line that the page shows.
#[track_caller]
fn matches(shown: &Shown, done: &Done) {
    let printed: Vec<_> = done.stdout.lines().chain(done.stderr.lines()).map(comparable).collect();
    for line in &shown.output {
        assert!(printed.contains(&comparable(line)), "the page shows {line:?}, but {done}");
    }
}

/// A project with Alembic and the tables `orders` and `users`, in a repository.
fn shop() -> Machine {
    let machine = Machine::new().with_alembic();
    machine.write("models.py", &format!("{MODELS}{USERS}"));
    let path = format!("{}:/usr/bin:/bin", machine.venv("bin").display());
    let init = machine.project.program("alembic".as_ref(), &["init", "migrations"]).in_folder("shop");
    init.env("PATH", path).exits(0);
    machine.edit("alembic.ini", "driver://user:pass@localhost/dbname", "sqlite:///shop.db");
    machine.edit("migrations/env.py", "target_metadata = None", "from models import metadata as target_metadata");
    machine.write(".gitignore", "*.db\n*.md\n");
    machine.git(&["init", "--quiet", "--initial-branch", "main"]);
    machine
}

#[test]
fn every_command_does_what_the_page_shows() {
    let machine = shop();
    let path = format!("{}:/usr/bin:/bin", machine.venv("bin").display());
    let mut last = 0;
    for shown in commands() {
        let command = &*shown.command;
        // The wheel is installed already, and not from PyPI.
        if command.starts_with("pip install") || command.starts_with("cargo install") {
            continue;
        }
        if command == "echo $?" {
            assert_eq!(shown.output, [last.to_string()]);
            continue;
        }
        if command.ends_with(" drop_users") {
            machine.commit("what is deployed");
            machine.git(&["checkout", "--quiet", "-b", "feature"]);
            machine.write("models.py", MODELS);
        }
        let is_denied =
            command.contains("--since") || shown.output.iter().any(|line| line.starts_with("error: denied"));
        let run = machine.project.program("bash".as_ref(), &["-c", command]).in_folder("shop").env("PATH", &path);
        let run = run.env("LBACK_CACHE_DIR", machine.project.path("cache"));
        last = if is_denied { 77 } else { 0 };
        matches(&shown, &machine.with_variables(run).exits(last));
    }
    let comment = std::fs::read_to_string(machine.project.path("shop/plan.md")).expect("a file");
    assert!(comment.contains("drop table `users`") && !comment.contains("create table"), "{comment}");
}
