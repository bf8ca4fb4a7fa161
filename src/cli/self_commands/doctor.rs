use std::env;

use clap::Args;

use super::alembic_checks::{alembic, environment};
use super::folder_checks::{cache, journal};
use super::plugin_checks::plugins;
use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::session::project::Project;
use crate::session::run_options::RunOptions;
use crate::support::build_facts::{TARGET, VERSION, commit};
use crate::support::exit::Exit;
use crate::support::io_error::ResultNotShown;
use crate::support::user_error::CommandError;
use crate::ui::{self, DoctorFinding, DoctorReport, DoctorTopic};

/// Check everything that a run needs, and say what to do
///
/// Examines lback's program, `lback.toml`, the environment, the program that runs Alembic, the
/// launcher in the project's interpreter, the databases, the folder of compiled plugins, the
/// journal, and each plugin. Connects to the databases as `alembic current` does, and changes
/// nothing.
///
/// Exits with the code of the first error, as a run would; warnings are no errors.
#[derive(Args)]
pub(in crate::cli) struct Doctor {
    /// Print one JSON document; `schemas/self-doctor.schema.json` describes it
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl Doctor {
    pub(super) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let typed = call.globals.environment_is_typed;
        let (options, surroundings) = call.for_run(self.alembic);
        let project = Project::find(surroundings)?;
        let report = DoctorReport::new(findings(&project, &options, typed)?);
        let exit = report.exit();
        ui::show_doctor(&report, self.json).map_err(ResultNotShown::after(exit))?;
        Ok(exit)
    }
}

fn findings(project: &Project, options: &RunOptions, typed: bool) -> Result<Vec<DoctorFinding>, CommandError> {
    let mut findings = vec![program(), file(project), environment(project, options, typed)];
    findings.extend(alembic(project, options)?);
    findings.push(cache(project));
    findings.push(journal(project));
    let environment = project.environment(options).ok().flatten();
    findings.extend(plugins(project, environment.as_deref())?);
    Ok(findings)
}

fn program() -> DoctorFinding {
    let commit = commit().map(|commit| format!(", commit {commit}")).unwrap_or_default();
    let place = env::current_exe().map(|path| format!(", at `{}`", path.display())).unwrap_or_default();
    DoctorFinding::ok(DoctorTopic::Lback, format!("{VERSION} for {TARGET}{commit}{place}"))
}

fn file(project: &Project) -> DoctorFinding {
    match &project.config.path {
        Some(path) => DoctorFinding::ok(
            DoctorTopic::Project,
            format!("`{}`, in `{}`", project.config.project.name, path.display()),
        ),
        None => DoctorFinding::note(DoctorTopic::Project, "there is no `lback.toml` in this folder or above it")
            .hint("`lback init` makes one"),
    }
}
