//! The first hour with lback, from the wheel alone: no Rust, no C compiler, no other program in
//! `PATH`.

use serde_json::Value;

use super::runner::Runner;
use super::service::{MODELS, USERS};
use super::{Machine, pull_request};
use crate::support::{Receiver, Run};

const FLASK: &str = "\
import os
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

db = SQLAlchemy()
app = Flask(__name__)
app.config['SQLALCHEMY_DATABASE_URI'] = 'sqlite:///' + os.path.abspath('shop.db')
db.init_app(app)
Migrate(app, db)

class Orders(db.Model):
    id = db.Column(db.Integer, primary_key=True)
";
const FLASK_USERS: &str = "
class Users(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(40))
";

/// A kind of project, which `lback init` sets up.
struct Kind {
    machine: Machine,
    /// The file with the models, its text without the table `users`, and the rest of it.
    models: (&'static str, &'static str, &'static str),
    /// Texts of the output of `lback init`, and of `lback.toml` afterwards.
    recognised: [&'static str; 2],
    /// The URL of the database, if `alembic.ini` has it.
    url: Option<&'static str>,
    /// The command of Alembic that the journal shows.
    upgrade: &'static str,
}

impl Kind {
    fn sync() -> Self {
        Self {
            machine: Machine::new().with_alembic(),
            models: ("models.py", MODELS, USERS),
            recognised: ["wrote `lback.toml`", "[project]"],
            url: Some("sqlite:///shop.db"),
            upgrade: "upgrade head",
        }
    }

    fn asynchronous() -> Self {
        let kind = Self::sync();
        kind.machine.write("requirements.txt", "fastapi\nsqlalchemy[asyncio]\naiosqlite\n");
        let recognised = ["the project depends on `aiosqlite`, so the template is `async`", "[project]"];
        Self { recognised, url: Some("sqlite+aiosqlite:///shop.db"), ..kind }
    }

    fn flask() -> Self {
        let kind = Self::sync();
        kind.machine.write("requirements.txt", "Flask-Migrate\n");
        kind.machine.write(".flaskenv", "FLASK_APP=shop\n");
        let recognised = ["lback makemigrations NAME", "command = [\"flask\", \"db\"]"];
        Self { models: ("shop.py", FLASK, FLASK_USERS), recognised, url: None, ..kind }
    }

    fn uv() -> Self {
        let recognised = ["wrote `lback.toml`", "command = [\"uv\", \"run\", \"alembic\"]"];
        Self { machine: Machine::of_uv().with_alembic(), recognised, ..Self::sync() }
    }

    /// Plays the hour.
    fn play(self) {
        let slack = Receiver::start();
        self.set_up();
        self.install_plugins(&slack);
        let runner = Runner::of(self.machine);
        let machine = &runner.0;
        let (file, models, _) = self.models;
        machine.write(file, models);
        machine.lback(&["makemigrations", "drop_users"]).exits(0).stderr_has(&["Detected removed table 'users'"]);
        machine.commit("drop the users");
        in_ci(&runner);
        deny(machine, &slack);
        agree(machine, &slack, self.upgrade);
    }

    /// Goes from an empty folder to a migrated database with the tables `orders` and `users`.
    fn set_up(&self) {
        let Self { machine, models: (file, models, users), recognised: [said, configured], .. } = self;
        machine.lback(&["--version"]).exits(0).stdout_has(&[concat!("lback ", env!("CARGO_PKG_VERSION"))]);
        machine.write(file, &format!("{models}{users}"));
        machine.lback(&["init"]).exits(0).stderr_has(&["wrote `lback.toml`", said]);
        let config = std::fs::read_to_string(machine.project.path("shop/lback.toml")).expect("a file");
        assert!(config.contains(configured), "{config}");
        if let Some(url) = self.url {
            machine.edit("alembic.ini", "driver://user:pass@localhost/dbname", url);
            machine.edit(
                "migrations/env.py",
                "target_metadata = None",
                "from models import metadata as target_metadata",
            );
        }
        machine.lback(&["makemigrations", "add_users"]).exits(0);
        machine.lback(&["plan"]).exits(0).stdout_has(&["create table `users`"]);
        machine.lback(&["migrate"]).exits(0).stderr_has(&["applied 1 revision"]);
        machine.lback(&["status"]).exits(0).stdout_has(&["nothing pending", self.upgrade, "completed"]);
    }

    fn install_plugins(&self, slack: &Receiver) {
        let guard =
            ["plugin", "install", "guard", "--set", "protect=[\"production\"]", "--set", "plan.deny=[\"drops\"]"];
        self.machine.lback(&guard).exits(0).stderr_has(&["installed `guard`"]);
        let origin = slack.origin();
        let of_loopback = ["--allow-http", &origin, "--allow-private", "--set", &format!("origin=\"{origin}\"")];
        let install = ["plugin", "install", "slack", "--allow-secret", "SLACK_WEBHOOK_URL"];
        self.machine.lback(&[&install[..], &of_loopback].concat()).exits(0).stderr_has(&["installed `slack`"]);
    }
}

/// A run in an environment with Slack's secret.
fn deployed<'a>(machine: &'a Machine, slack: &Receiver, environment: &str, words: &[&str]) -> Run<'a> {
    let run = machine.lback(&[&["--environment", environment], words].concat());
    run.env("SLACK_WEBHOOK_URL", format!("{}/services/T0/B0/secret", slack.origin()))
}

/// The pull request: its job fails, and the comment says why.
fn in_ci(runner: &Runner) {
    let failed = pull_request::run(runner).expect("a step fails");
    assert_eq!(failed.code(), Some(77), "{failed}");
    failed.stderr_has(&["denied by policy", "users"]);
    let comment = runner.text("comment.md");
    for text in ["1 revision to apply", "drop_users", "drop table `users`", "plan-drops"] {
        assert!(comment.contains(text), "{text:?} is missing in {comment}");
    }
    assert!(!comment.contains("create table"), "the branch adds one revision: {comment}");
}

fn deny(machine: &Machine, slack: &Receiver) {
    let production = |words: &[&str]| deployed(machine, slack, "production", words);
    production(&["migrate"]).exits(77).stderr_has(&["denied by policy", "users", "plan-drops"]);
    production(&["rollback"]).exits(77).stderr_has(&["downgrade-in-protected-environment"]);
    let [drop, rollback] = &messages(slack)[..] else { panic!("{:#?}", slack.received()) };
    assert!(drop.contains("upgrade denied") && drop.contains("plan-drops") && drop.contains("production"), "{drop}");
    assert!(rollback.contains("downgrade denied"), "{rollback}");
    production(&["status"]).exits(0).stdout_has(&["1 revision pending", "denied (77)"]);
    production(&["self", "doctor"]).exits(0).stdout_has(&["builtin:guard", "builtin:slack", "sqlite", "Alembic"]);
}

fn agree(machine: &Machine, slack: &Receiver, upgrade: &str) {
    let done = deployed(machine, slack, "development", &["migrate"]).exits(0);
    done.stderr_has(&["applied 1 revision"]).output_lacks(&["without lback's launcher", "warning:"]);
    assert!(messages(slack).last().is_some_and(|last| last.contains("upgrade completed")), "{:#?}", slack.received());
    machine.lback(&["log"]).exits(0).stdout_has(&["denied (77)", "completed", upgrade]);
}

/// Returns the messages that Slack received.
fn messages(slack: &Receiver) -> Vec<String> {
    let requests = slack.received();
    let text = |body: &str| serde_json::from_str::<Value>(body).expect("JSON").to_string();
    requests.iter().map(|request| text(&request.body)).collect()
}

#[test]
fn of_a_project_with_alembic() {
    Kind::sync().play();
}

#[test]
fn of_an_asynchronous_project() {
    Kind::asynchronous().play();
}

#[test]
fn of_a_project_with_flask_migrate() {
    Kind::flask().play();
}

#[test]
fn of_a_project_of_uv() {
    Kind::uv().play();
}
