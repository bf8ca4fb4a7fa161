//! A project with one hostile plugin, `evil`, and a script in the place of Alembic that leaves a
//! trace and fails in its own way. By it a test knows whether Alembic ran, and whether the user got
//! its result unchanged.

use serde_json::Value;

use crate::support::{Done, Project, Run, reports, script};

/// The exit code of a blocked run.
pub(super) const DENIED: i32 = 77;
pub(super) const INVALID_PLUGIN: i32 = 65;
/// The exit code of the script in the place of Alembic, which lback itself never has.
const ALEMBIC: i32 = 3;

#[must_use]
pub(super) struct Attack {
    project: Project,
}

/// A project with the plugin `evil`; `lines` belong to its `[[plugin]]` table and to tables after
/// it.
pub(super) fn attack(component: &str, attack: &str, lines: &str) -> Attack {
    // A failing test shows the row of its table.
    eprintln!("{component}, attack {attack:?}:\n{lines}");
    let source = crate::support::component(component);
    Attack::new("").plugin("evil", &source, &format!("{lines}\nsettings.attack = {attack:?}"))
}

impl Attack {
    /// A project without plugins; `lines` precede those of the plugins.
    pub(super) fn new(lines: &str) -> Self {
        let project = Project::new();
        let program = script(&project, "alembic.sh", "echo ran > ran; echo alembic out; echo alembic err >&2; exit 3");
        Self { project: project.alembic_command(&program).config(lines) }
    }

    pub(super) fn plugin(self, name: &str, source: &std::path::Path, lines: &str) -> Self {
        Self { project: self.project.plugin(name, source, lines) }
    }

    /// Leaves `lback.lock` as it is when plugin files change.
    pub(super) fn unlocked(self) -> Self {
        Self { project: self.project.unlocked() }
    }

    pub(super) fn project(&self) -> &Project {
        &self.project
    }

    pub(super) fn lback(&self) -> Run<'_> {
        self.project.lback(&["--log", "plugin=info", "migrate"])
    }

    /// Checks that the run ends with this code before Alembic starts, and names the plugin.
    #[track_caller]
    pub(super) fn is_stopped(&self, run: Run<'_>, code: i32) -> Done {
        let done = run.exits(code).stderr_has(&["evil", "Alembic was not started"]);
        assert_eq!(done.stdout, "", "stdout is Alembic's: {done}");
        assert!(!self.project.path("ran").exists(), "Alembic ran: {done}");
        done
    }

    /// Checks that Alembic ran, and that the user got its output and exit code.
    #[track_caller]
    pub(super) fn changes_nothing(&self, run: Run<'_>) -> Done {
        let done = run.exits(ALEMBIC).stderr_has(&["alembic err\n"]);
        assert_eq!(done.stdout, "alembic out\n", "stdout is Alembic's: {done}");
        assert!(self.project.path("ran").exists(), "Alembic did not run: {done}");
        done
    }

    /// Returns the one report of an attack that changed nothing.
    #[track_caller]
    pub(super) fn report(&self, run: Run<'_>) -> Value {
        let done = self.changes_nothing(run);
        let mut reports = reports(&done.stderr);
        assert_eq!(reports.len(), 1, "one report: {done}");
        reports.remove(0)
    }
}
