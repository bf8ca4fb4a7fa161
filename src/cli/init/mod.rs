//! `lback init`: the files that a project needs to start. Existing files are kept, except the
//! schema.

mod first_config;
mod recognise;

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;

use self::first_config::first_config;
use self::recognise::{Migrations, async_driver, command_within, migrations, tool};
use crate::alembic::{self, Program, SearchPaths, python_defaults};
use crate::config::{self, Config};
use crate::session::environment::{Surroundings, current_folder};
use crate::support::atomic_write;
use crate::support::exit::Exit;
use crate::support::io_error::FileError;
use crate::support::user_error::CommandError;
use crate::support::write_file;
use crate::ui;

const MANAGE: &str = include_str!("manage.py");
const MANAGE_PY: &str = "manage.py";
const SCHEMA: &str = "lback.schema.json";
const MIGRATIONS: &str = "migrations";
/// The template of `alembic init` that fits most projects.
const GENERIC: &str = "generic";

/// Set up lback in this folder
///
/// Writes `lback.toml`, its JSON schema for editors, and an Alembic environment if the folder has
/// none. lback recognises Alembic, Flask-Migrate, uv, Poetry, PDM, Rye, Hatch and Pipenv. Existing
/// files are kept; only the schema is replaced.
#[derive(Args)]
pub(super) struct Init {
    /// The template of a new Alembic environment; `alembic list_templates` lists them [default:
    /// `async` if the project depends on an asynchronous driver, else `generic`; Flask-Migrate's
    /// own with Flask-Migrate]
    #[arg(long)]
    template: Option<String>,

    /// Also write a `manage.py`, with which `python manage.py migrate` runs `lback migrate`
    #[arg(long)]
    manage_py: bool,
}

impl Init {
    pub(super) fn run(self, surroundings: &Surroundings) -> Result<Exit, CommandError> {
        let root = current_folder()?;
        let present = present_config(&root)?;
        let command = present.alembic.command.clone();
        let runs_flask = command.as_deref().is_some_and(runs_flask);
        let found = migrations(&root, present.alembic.config.as_deref(), runs_flask);
        let command = command.or_else(|| command_of(&root, &found, surroundings));
        match &found {
            Migrations::Alembic(file) => ui::note(&format!("found Alembic's configuration in `{file}`")),
            Migrations::Flask(file) => ui::note(&format!("found Flask-Migrate's configuration in `{file}`")),
            Migrations::NewAlembic | Migrations::NewFlask => {
                if let Some(exit) = self.make_environment(&root, &found, command.as_deref(), surroundings)? {
                    return Ok(exit);
                }
            }
        }
        let config = first_config(&present.project.name, command.as_deref(), present.alembic.config.as_deref());
        write_new(&root, config::FILE_NAME, &config)?;
        write_schema(&root)?;
        if self.manage_py {
            write_new(&root, MANAGE_PY, MANAGE)?;
        }
        ui::hint(next_commands(&found));
        Ok(Exit::Success)
    }

    /// Runs `alembic init` or `flask db init`. Returns the exit code if it fails.
    fn make_environment(
        &self,
        root: &Path,
        found: &Migrations,
        command: Option<&[String]>,
        surroundings: &Surroundings,
    ) -> Result<Option<Exit>, CommandError> {
        let places =
            SearchPaths { root: root.to_owned(), virtual_env: surroundings.virtual_env(), path: surroundings.path() };
        let program = match alembic::locate(command, &places) {
            Ok(program) => program,
            Err(error) => {
                ui::error(&error.to_string());
                ui::hint(error.hint());
                return Ok(Some(Exit::AlembicNotFound));
            }
        };
        let status = Command::new(&program.argv[0])
            .args(&program.argv[1..])
            .arg("init")
            .args(self.arguments_of_init(root, found))
            .envs(python_defaults(|name| surroundings.is_set(name)))
            .current_dir(root)
            .stdin(Stdio::null())
            .status()
            .map_err(FileError::write(&root.join(MIGRATIONS)))?;
        if status.success() {
            return Ok(None);
        }
        let program = if found.is_flask() { "flask db" } else { "alembic" };
        ui::error(&format!("`{program} init` failed; nothing else was written"));
        Ok(Some(Exit::Alembic(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))))
    }

    fn arguments_of_init(&self, root: &Path, found: &Migrations) -> Vec<&str> {
        match (found, &self.template) {
            (Migrations::NewFlask, None) => Vec::new(),
            (Migrations::NewFlask, Some(template)) => vec!["--template", template],
            _ => vec!["--template", self.template_for(root), MIGRATIONS],
        }
    }

    /// Returns the template: the one of the command line, or the one that fits the project's
    /// driver.
    fn template_for(&self, root: &Path) -> &str {
        if let Some(template) = &self.template {
            return template;
        }
        let Some(driver) = async_driver(root) else { return GENERIC };
        ui::note(&format!("the project depends on `{driver}`, so the template is `async`; `--template` names another"));
        "async"
    }
}

/// Returns the command that runs Alembic, where lback doesn't find the right one by itself.
fn command_of(root: &Path, found: &Migrations, surroundings: &Surroundings) -> Option<Vec<String>> {
    let path = surroundings.path();
    let tool = tool(root).filter(|tool| tool.is_installed(path.as_deref(), root));
    match tool {
        Some(tool) => Some(command_within(tool, found.is_flask(), root)),
        None if found.is_flask() => Some(["flask", "db"].map(str::to_owned).to_vec()),
        None => None,
    }
}

fn runs_flask(command: &[String]) -> bool {
    !Program { argv: command.iter().map(Into::into).collect() }.group().is_empty()
}

/// Returns the configuration of this folder: from its `lback.toml`, or the defaults. One in a
/// parent folder belongs to another project.
fn present_config(root: &Path) -> Result<Config, CommandError> {
    let file = root.join(config::FILE_NAME);
    Ok(if file.symlink_metadata().is_ok() { Config::load(&file)? } else { Config::default_for(root)? })
}

fn next_commands(found: &Migrations) -> &'static str {
    match found {
        Migrations::NewAlembic => {
            "set `sqlalchemy.url` in `alembic.ini` and `target_metadata` in `migrations/env.py`, then run:\n\
             lback makemigrations NAME   write the first migration from the models\n\
             lback plan                  see what it would do\n\
             lback migrate               apply it"
        }
        Migrations::NewFlask => {
            "run next:\n\
             lback makemigrations NAME   write the first migration from the models\n\
             lback plan                  see what it would do\n\
             lback migrate               apply it"
        }
        Migrations::Alembic(_) | Migrations::Flask(_) => {
            "run next:\n\
             lback history               list the migrations\n\
             lback plan                  see what is pending and what it would do\n\
             lback migrate               apply it"
        }
    }
}

fn write_new(root: &Path, name: &str, text: &str) -> Result<(), CommandError> {
    let path = root.join(name);
    let written = write_file::open(OpenOptions::new().write(true).create_new(true), &path).and_then(|mut file| {
        // A half of `lback.toml` may lack a policy.
        file.write_all(text.as_bytes()).inspect_err(|_| drop(std::fs::remove_file(&path)))
    });
    match written {
        Ok(()) => ui::status("wrote", &format!("`{name}`")),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            ui::note(&format!("`{name}` exists and was not changed"));
        }
        Err(cause) => return Err(FileError::Write { path, cause }.into()),
    }
    Ok(())
}

/// Writes the schema of this version of lback, also over that of another version.
fn write_schema(root: &Path) -> Result<(), CommandError> {
    let path = root.join(SCHEMA);
    let text = format!("{:#}\n", config::schema());
    atomic_write::replace(&path, text.as_bytes()).map_err(FileError::write(&path))?;
    ui::status("wrote", &format!("`{SCHEMA}`"));
    Ok(())
}
