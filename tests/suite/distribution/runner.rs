//! A CI system's runner: it runs the commands of a job in a shell, in a clone with the branch of
//! the change.

use std::fs;

use super::Machine;
use super::service::script;
use crate::support::{Done, Run};

/// Commands of a job, and whether they run after a failure as well.
pub(super) struct Step {
    pub(super) command: String,
    pub(super) always: bool,
}

pub(super) struct Runner(pub(super) Machine);

impl Runner {
    /// Makes a project with guard, whose branch `feature` adds a revision with this `upgrade()`.
    pub(super) fn with_branch(upgrade: &str) -> Self {
        let machine = Machine::new().with_alembic();
        machine.lback(&["init"]).exits(0);
        machine.edit("alembic.ini", "driver://user:pass@localhost/dbname", "sqlite:///shop.db");
        let users = "op.create_table('users', sa.Column('id', sa.Integer), sa.Column('nickname', sa.String(9)))";
        machine.write("migrations/versions/one.py", &script("one", None, users));
        let guard =
            ["plugin", "install", "guard", "--set", "protect=[\"production\"]", "--set", "plan.deny=[\"drops\"]"];
        machine.lback(&guard).exits(0);
        let runner = Self::of(machine);
        runner.0.write("migrations/versions/two.py", &script("two", Some("one"), upgrade));
        runner.0.commit("another one");
        runner
    }

    /// Makes a repository of the folder `shop`, with a branch `feature` for the change to come.
    pub(super) fn of(machine: Machine) -> Self {
        machine.git(&["init", "--quiet", "--initial-branch", "main"]);
        machine.write(".gitignore", ".venv\n*.db\n*.md\n");
        machine.commit("what is deployed");
        machine.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
        machine.git(&["checkout", "--quiet", "-b", "feature"]);
        // pip installs from the network on a real machine; gh is recorded.
        machine.program("pip", "printf '%s\\n' \"$*\" > ../pip.txt");
        machine.program("gh", "printf '%s\\n' \"$*\" > ../gh.txt; cp plan.md ../comment.md");
        Self(machine)
    }

    /// Runs the steps with the variables that `surroundings` sets; returns what the failing one
    /// said, if one fails.
    pub(super) fn run<'a>(&'a self, steps: &[Step], surroundings: &dyn Fn(Run<'a>) -> Run<'a>) -> Option<Done> {
        let path = format!("{}:/usr/bin:/bin", self.0.venv("bin").display());
        let mut failed = None;
        for step in steps {
            if failed.is_some() && !step.always {
                continue;
            }
            let shell = ["-e", "-o", "pipefail", "-c", &step.command];
            let run = self.0.project.program("bash".as_ref(), &shell).in_folder("shop").env("PATH", &path);
            let done = surroundings(self.0.with_variables(run)).run();
            if done.code() != Some(0) && failed.is_none() {
                failed = Some(done);
            }
        }
        failed
    }

    pub(super) fn text(&self, file: &str) -> String {
        fs::read_to_string(self.0.project.path(file)).expect("a file")
    }
}
