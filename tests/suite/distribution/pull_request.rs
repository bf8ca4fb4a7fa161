//! The job of `docs/guide/run-in-ci.md` that comments on a pull request. Its steps run as GitHub
//! would run them: in a shell, in a clone with the branch of the pull request.

use std::fs;

use super::Machine;
use crate::support::Done;

const PAGES: [&str; 2] =
    [include_str!("../../../docs/guide/run-in-ci.md"), include_str!("../../../docs/guide/tutorial.md")];

/// One step of a job that runs a command.
struct Step {
    command: String,
    /// Runs after a failure as well.
    always: bool,
}

/// Returns the first job of a page.
fn job(page: &str) -> &str {
    let (_, job) = page.split_once("```yaml\n").expect("a job");
    job.split_once("```").expect("an end").0
}

fn steps(job: &str) -> Vec<Step> {
    let (_, steps) = job.split_once("    steps:\n").expect("steps");
    let of = |step: &str| {
        let (_, command) = step.split_once("run: ")?;
        let command = command.trim_end().replace("${{ github.event.number }}", "7");
        Some(Step { command, always: step.contains("if: success() || failure()") })
    };
    steps.split("      - ").filter_map(of).collect()
}

/// The runner of a job: a clone of the project, and the programs that GitHub's machines have.
struct Runner(Machine);

impl Runner {
    /// Makes a project whose branch `feature` adds a revision with this `upgrade()`.
    fn with_branch(upgrade: &str) -> Self {
        let machine = Machine::new().with_alembic();
        let shop = |path: &str| format!("shop/{path}");
        machine.lback(&["init"]).exits(0);
        let ini = machine.project.path("shop/alembic.ini");
        let text = fs::read_to_string(&ini).expect("a file");
        fs::write(ini, text.replace("driver://user:pass@localhost/dbname", "sqlite:///shop.db")).expect("a file");
        machine.project.write(
            &shop("migrations/versions/one.py"),
            &script(
                "one",
                "None",
                "op.create_table('users', sa.Column('id', sa.Integer), sa.Column('nickname', sa.String(9)))",
            ),
        );
        let guard =
            ["plugin", "install", "guard", "--set", "protect=[\"production\"]", "--set", "plan.deny=[\"drops\"]"];
        machine.lback(&guard).exits(0);
        let runner = Self(machine);
        runner.git(&["init", "--quiet", "--initial-branch", "main"]);
        runner.commit("one revision");
        runner.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        runner.git(&["checkout", "--quiet", "-b", "feature"]);
        runner.0.project.write(&shop("migrations/versions/two.py"), &script("two", "'one'", upgrade));
        runner.commit("another one");
        // pip installs from the network on a real machine; gh is recorded.
        runner.program("pip", "printf '%s\\n' \"$*\" > ../pip.txt");
        runner.program("gh", "printf '%s\\n' \"$*\" > ../gh.txt; cp plan.md ../comment.md");
        runner
    }

    fn program(&self, name: &str, script: &str) {
        let path = self.0.venv("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a program");
        self.0.project.program("chmod".as_ref(), &["+x", &path.display().to_string()]).exits(0);
    }

    fn git(&self, words: &[&str]) {
        let who = ["-c", "user.name=Ada", "-c", "user.email=a@example.com"];
        self.0.project.program("git".as_ref(), &[&who[..], words].concat()).in_folder("shop").exits(0);
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", message]);
    }

    /// Runs the steps; returns what the failing one said, if one fails.
    fn run(&self, steps: &[Step]) -> Option<Done> {
        let path = format!("{}:/usr/bin:/bin", self.0.venv("bin").display());
        let mut failed = None;
        for step in steps.iter().filter(|step| !step.command.is_empty()) {
            if failed.is_some() && !step.always {
                continue;
            }
            let run = self.0.project.program("bash".as_ref(), &["-e", "-c", &step.command]).in_folder("shop");
            let run = run.env("PATH", &path).env("VIRTUAL_ENV", self.0.venv("")).env("GITHUB_BASE_REF", "main");
            let done = run.env("GITHUB_STEP_SUMMARY", self.0.project.path("summary.md")).run();
            if done.code() != Some(0) && failed.is_none() {
                failed = Some(done);
            }
        }
        failed
    }

    fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.project.path(file)).expect("a file")
    }
}

fn script(revision: &str, down: &str, upgrade: &str) -> String {
    format!(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '{revision}'\ndown_revision = {down}\n\ndef upgrade():\n    {upgrade}\n\ndef downgrade():\n    pass\n"
    )
}

#[test]
fn both_pages_have_the_same_job() {
    assert_eq!(job(PAGES[0]), job(PAGES[1]));
    assert_eq!(steps(job(PAGES[0])).len(), 4);
}

#[test]
fn the_comment_has_the_revisions_of_the_branch() {
    let runner = Runner::with_branch("op.add_column('users', sa.Column('name', sa.String(9)))");
    assert!(runner.run(&steps(job(PAGES[0]))).is_none());
    let comment = runner.text("comment.md");
    assert!(comment.contains("`two`") && comment.contains("add column `name` to `users`"), "{comment}");
    assert!(!comment.contains("create table"), "{comment}");
    assert_eq!(runner.text("summary.md"), comment);
    assert_eq!(runner.text("gh.txt"), "pr comment 7 --edit-last --create-if-none --body-file plan.md\n");
    assert_eq!(runner.text("pip.txt"), "install -r requirements.txt lback-cli\n");
}

#[test]
fn a_denial_fails_the_job_and_is_in_the_comment_and_the_log() {
    let runner = Runner::with_branch("op.drop_column('users', 'nickname')");
    let failed = runner.run(&steps(job(PAGES[0]))).expect("a step fails");
    assert_eq!(failed.code(), Some(77));
    failed.stderr_has(&["denied by policy", "users.nickname"]);
    for file in ["comment.md", "summary.md"] {
        let text = runner.text(file);
        assert!(text.contains("plan-drops") && text.contains("drop column `nickname` of `users`"), "{text}");
    }
}
