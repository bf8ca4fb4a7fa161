//! The environment, Alembic, the launcher and the databases.

use crate::alembic::AlembicNotFound;
use crate::migration::{AlembicSettings, Examination, ExaminedDatabase, examine};
use crate::session::project::Project;
use crate::session::run_options::RunOptions;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::user_error::{CommandError, UserError as _};
use crate::ui::{DoctorFinding, DoctorTopic, start_wait};

pub(super) fn environment(project: &Project, options: &RunOptions, typed: bool) -> DoctorFinding {
    let topic = DoctorTopic::Environment;
    if let Err(unknown) = project.environment(options) {
        return DoctorFinding::error(topic, unknown.to_string(), unknown.exit())
            .hint(unknown.hint().unwrap_or_default());
    }
    match (&options.environment, &project.config.project.environment) {
        (Some(name), _) if typed => DoctorFinding::ok(topic, format!("`{name}`, from the command line")),
        (Some(name), _) => DoctorFinding::ok(topic, format!("`{name}`, from `LBACK_ENVIRONMENT`")),
        (None, Some(name)) => DoctorFinding::ok(topic, format!("`{name}`, from `lback.toml`")),
        (None, None) => DoctorFinding::note(topic, "none is named: policies assume the worst")
            .hint("set `LBACK_ENVIRONMENT` where lback runs, as `LBACK_ENVIRONMENT=production`"),
    }
}

/// Examines Alembic, the launcher and the databases.
pub(super) fn alembic(project: &Project, options: &RunOptions) -> Result<Vec<DoctorFinding>, CommandError> {
    let environment = project.environment(options).ok().flatten();
    let settings = project.alembic(options, environment.as_deref())?;
    let examined = {
        let _shown = start_wait("asking Alembic for the state of the database");
        with_runtime(examine(&settings, false))?
    };
    Ok(match examined {
        Ok(examination) => found(&settings, &examination),
        Err(error) => vec![not_found(&error)],
    })
}

fn not_found(error: &AlembicNotFound) -> DoctorFinding {
    DoctorFinding::error(DoctorTopic::Alembic, error.to_string(), Exit::AlembicNotFound).hint(error.hint())
}

fn found(settings: &AlembicSettings, examination: &Examination) -> Vec<DoctorFinding> {
    let mut findings: Vec<DoctorFinding> = settings
        .program
        .as_ref()
        .ok()
        .map(|program| {
            let words: Vec<_> = program.argv.iter().map(|word| word.to_string_lossy()).collect();
            DoctorFinding::ok(DoctorTopic::Alembic, format!("`{}`", words.join(" ")))
        })
        .into_iter()
        .collect();
    findings.push(launcher(examination));
    findings.extend(examination.databases.iter().map(database));
    if examination.versions.is_some() {
        findings.extend(examination.failure.as_deref().map(unreadable));
    }
    findings
}

fn launcher(examination: &Examination) -> DoctorFinding {
    let topic = DoctorTopic::Launcher;
    if let Some(why) = &examination.bypassed {
        let found = format!("Alembic runs without it: {why}; such a run has no lock, no plan and no steps");
        return if why.is_chosen() {
            DoctorFinding::note(topic, found)
        } else {
            DoctorFinding::warning(topic, found)
                .hint("let `[alembic] command` name Alembic's own program, as `.venv/bin/alembic` or `[\"uv\", \"run\", \"alembic\"]`")
        };
    }
    match (&examination.versions, &examination.failure) {
        (Some(versions), _) => {
            let parts =
                [("Python", &versions.python), ("Alembic", &versions.alembic), ("SQLAlchemy", &versions.sqlalchemy)];
            let parts = parts.map(|(name, version)| format!("{name} {}", version.as_deref().unwrap_or("?")));
            DoctorFinding::ok(topic, parts.join(", "))
        }
        (None, failure) => {
            let why = failure.as_deref().unwrap_or("it sent nothing");
            DoctorFinding::error(topic, format!("Alembic can't be started: {why}"), Exit::Unavailable)
                .hint("`lback alembic --version` shows what the interpreter prints")
        }
    }
}

fn database(database: &ExaminedDatabase) -> DoctorFinding {
    let ExaminedDatabase { dialect, server_version, name, schema: _, heads, pending: _ } = database;
    let version = server_version.as_deref().map(|version| format!(" {version}")).unwrap_or_default();
    let name = name.as_deref().map(|name| format!(", `{name}`")).unwrap_or_default();
    let what = format!("{dialect}{version}{name}");
    match heads.as_deref() {
        Some([]) => DoctorFinding::ok(DoctorTopic::Database, format!("{what}, at base")),
        Some(heads) => DoctorFinding::ok(DoctorTopic::Database, format!("{what}, at {}", heads.join(", "))),
        None => DoctorFinding::warning(DoctorTopic::Database, format!("{what}: its revision could not be read")),
    }
}

fn unreadable(why: &str) -> DoctorFinding {
    // An error of a driver has several lines.
    let why = why.split_whitespace().collect::<Vec<_>>().join(" ");
    DoctorFinding::error(DoctorTopic::Database, why, Exit::Unavailable)
        .hint("`lback current` shows Alembic's whole error")
}
