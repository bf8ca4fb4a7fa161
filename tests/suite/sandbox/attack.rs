//! A project with one hostile plugin, `evil`, and a script in Alembic's place that leaves a trace and fails in a way of its own: by it a
//! test sees whether Alembic ran, and whether its result reached the user as it was.

use serde_json::Value;

use crate::support::{Done, Project, Run, reports, script};

/// What a blocked run ends with.
pub(super) const DENIED: i32 = 77;
pub(super) const INVALID_PLUGIN: i32 = 65;
/// What the script in Alembic's place ends with; nothing of lback's own does.
const ALEMBIC: i32 = 3;

#[must_use]
pub(super) struct Attack {
    project: Project,
}

/// `lines` are of the table of the plugin `evil`, and of tables after it.
pub(super) fn attack(component: &str, attack: &str, lines: &str) -> Attack {
    // What a failing test shows: which row of its table it was.
    eprintln!("{component}, attack {attack:?}:\n{lines}");
    let source = crate::support::component(component);
    Attack::new("").plugin("evil", &source, &format!("{lines}\nsettings.attack = {attack:?}"))
}

impl Attack {
    /// No plugin yet; `lines` come before those of the plugins.
    pub(super) fn new(lines: &str) -> Self {
        let project = Project::new();
        let program = script(&project, "alembic.sh", "echo ran > ran; echo alembic out; echo alembic err >&2; exit 3");
        Self { project: project.alembic_command(&program).config(lines) }
    }

    pub(super) fn plugin(self, name: &str, source: &std::path::Path, lines: &str) -> Self {
        Self { project: self.project.plugin(name, source, lines) }
    }

    /// What is locked stays, whatever becomes of the files.
    pub(super) fn unlocked(self) -> Self {
        Self { project: self.project.unlocked() }
    }

    pub(super) fn project(&self) -> &Project {
        &self.project
    }

    pub(super) fn lback(&self) -> Run<'_> {
        self.project.lback(&["--log", "plugin=info", "migrate"])
    }

    /// The run ends with this code before Alembic starts, and names the plugin.
    #[track_caller]
    pub(super) fn is_stopped(&self, run: Run<'_>, code: i32) -> Done {
        let done = run.exits(code).says(&["evil", "Alembic was not started"]);
        assert_eq!(done.stdout, "", "stdout is Alembic's: {done}");
        assert!(!self.project.path("ran").exists(), "Alembic ran: {done}");
        done
    }

    /// Alembic ran, and its output and exit code are what the user got.
    #[track_caller]
    pub(super) fn changes_nothing(&self, run: Run<'_>) -> Done {
        let done = run.exits(ALEMBIC).says(&["alembic err\n"]);
        assert_eq!(done.stdout, "alembic out\n", "stdout is Alembic's: {done}");
        assert!(self.project.path("ran").exists(), "Alembic did not run: {done}");
        done
    }

    /// The one report of an attack that changed nothing.
    #[track_caller]
    pub(super) fn report(&self, run: Run<'_>) -> Value {
        let done = self.changes_nothing(run);
        let mut reports = reports(&done.stderr);
        assert_eq!(reports.len(), 1, "one report: {done}");
        reports.remove(0)
    }
}
