//! `lback init`: the files that a project needs to start. Existing files are kept.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use clap::Args;

use crate::alembic::{self, SearchPaths, python_defaults};
use crate::config::{self, Config};
use crate::session::environment::{Surroundings, current_folder};
use crate::support::exit::Exit;
use crate::support::io_error::FileError;
use crate::support::user_error::CommandError;
use crate::ui;

/// The first `lback.toml`: no plugins, and the most common settings as comments.
const CONFIG: &str = include_str!("lback.toml");
const MANAGE: &str = include_str!("manage.py");
const MIGRATIONS: &str = "migrations";

/// Set up lback in this folder
///
/// Writes `lback.toml`, an Alembic environment if the folder has none, and a `manage.py` with which
/// `python manage.py migrate` runs `lback migrate`. Existing files are kept.
#[derive(Args)]
pub(super) struct Init {
    /// The template of a new Alembic environment; `alembic list_templates` lists them
    #[arg(long, default_value = "generic")]
    template: String,
}

impl Init {
    pub(super) fn run(self, surroundings: &Surroundings) -> Result<Exit, CommandError> {
        let root = current_folder()?;
        let present = present_config(&root)?;
        let is_new = !has_alembic_environment(&root, &present);
        if !is_new {
            ui::note("there is an Alembic environment already");
        } else if let Some(exit) = self.make_alembic_environment(&root, &present, surroundings)? {
            return Ok(exit);
        }
        let config = CONFIG.replace("\"@NAME@\"", &toml::Value::from(present.project.name).to_string());
        write_new(&root, config::FILE_NAME, &config)?;
        write_new(&root, "manage.py", MANAGE)?;
        if is_new {
            ui::hint(
                "set `sqlalchemy.url` in `alembic.ini` and `target_metadata` in `migrations/env.py`, then run `lback makemigrations`",
            );
        }
        Ok(Exit::Success)
    }

    /// Runs `alembic init`. Returns the exit code if it fails.
    fn make_alembic_environment(
        &self,
        root: &Path,
        present: &Config,
        surroundings: &Surroundings,
    ) -> Result<Option<Exit>, CommandError> {
        let places =
            SearchPaths { root: root.to_owned(), virtual_env: surroundings.virtual_env(), path: surroundings.path() };
        let program = match alembic::locate(present.alembic.command.as_deref(), &places) {
            Ok(program) => program,
            Err(error) => {
                ui::error(&error.to_string());
                ui::hint(error.hint());
                return Ok(Some(Exit::AlembicNotFound));
            }
        };
        let status = Command::new(&program.argv[0])
            .args(&program.argv[1..])
            .args(["init", "--template", &self.template, MIGRATIONS])
            .envs(python_defaults(|name| surroundings.is_set(name)))
            .current_dir(root)
            .stdin(Stdio::null())
            .status()
            .map_err(FileError::write(&root.join(MIGRATIONS)))?;
        if status.success() {
            return Ok(None);
        }
        ui::error("`alembic init` failed; nothing else was written");
        Ok(Some(Exit::Alembic(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1))))
    }
}

/// Returns the configuration of this folder: from its `lback.toml`, or the defaults. One in a
/// parent folder belongs to another project.
fn present_config(root: &Path) -> Result<Config, CommandError> {
    let file = root.join(config::FILE_NAME);
    Ok(if file.is_file() { Config::load(&file)? } else { Config::default_for(root)? })
}

fn has_alembic_environment(root: &Path, present: &Config) -> bool {
    let in_pyproject = || {
        let text = std::fs::read_to_string(root.join("pyproject.toml")).ok()?;
        text.parse::<toml::Table>().ok()?.get("tool")?.get("alembic").map(drop)
    };
    let config = present.alembic.config.as_deref().unwrap_or("alembic.ini");
    root.join(config).exists() || in_pyproject().is_some()
}

fn write_new(root: &Path, name: &str, text: &str) -> Result<(), CommandError> {
    let path = root.join(name);
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Ok(()) => ui::status("wrote", &format!("`{name}`")),
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
            ui::note(&format!("`{name}` is there already and was kept as it is"));
        }
        Err(cause) => return Err(FileError::Write { path, cause }.into()),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_config_is_valid() {
        let text = CONFIG.replace("\"@NAME@\"", "\"shop\"");
        let config = Config::parse(text.as_bytes(), Path::new("/shop/lback.toml")).unwrap();
        assert_eq!(config.project.name, "shop");
        assert!(config.plugins.is_empty());
    }

    #[test]
    fn its_commented_example_is_valid_too() {
        let (_, example) = CONFIG.split_once("# [[plugin]]").unwrap();
        let example: String = example.lines().flat_map(|line| [line.trim_start_matches("# "), "\n"]).collect();
        let text = format!("[[plugin]]{example}");
        let config = Config::parse(text.as_bytes(), Path::new("/shop/lback.toml")).unwrap();
        assert_eq!(config.plugins[0].name, "guard");
    }
}
