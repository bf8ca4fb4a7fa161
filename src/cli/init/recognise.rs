//! Recognises what a project has: Alembic's configuration, Flask-Migrate, and the tool that runs
//! commands in its environment.

use std::fs;
use std::path::{Path, PathBuf};

use crate::alembic::{PROJECT_TOOLS, ProjectTool};
use crate::support::read_file;

/// The most bytes that are read of a file of the project.
const MOST: u64 = 1024 * 1024;

/// The migrations of a project.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Migrations {
    /// Alembic's configuration is in this file.
    Alembic(String),
    /// Flask-Migrate's configuration is in this file; its env.py needs the Flask application.
    Flask(String),
    None,
}

/// Drivers that only work with an asynchronous engine. psycopg works with both.
const ASYNC_DRIVERS: [&str; 4] = ["asyncpg", "aiosqlite", "aiomysql", "asyncmy"];

/// Returns the migrations of the project. `configured` is the file that `lback.toml` names.
pub(super) fn migrations(root: &Path, configured: Option<&str>) -> Migrations {
    let file = configured.unwrap_or("alembic.ini");
    if root.join(file).exists() {
        return Migrations::Alembic(file.to_owned());
    }
    if tool_table(root, "alembic") {
        return Migrations::Alembic("pyproject.toml".to_owned());
    }
    match flask_folder(root) {
        Some(folder) => Migrations::Flask(folder.join("alembic.ini").to_string_lossy().into_owned()),
        None => Migrations::None,
    }
}

/// Returns the folder of Flask-Migrate, relative to the root: its env.py asks the current Flask
/// application for its database.
fn flask_folder(root: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(root).ok()?.flatten().map(|entry| entry.file_name());
    let mut found: Vec<PathBuf> = folders.map(PathBuf::from).filter(|folder| is_flask(&root.join(folder))).collect();
    found.sort();
    found.into_iter().next()
}

fn is_flask(folder: &Path) -> bool {
    folder.join("alembic.ini").is_file() && text(&folder.join("env.py")).contains("current_app")
}

/// Returns the tool that the project uses. A lock file counts more than a table of
/// `pyproject.toml`.
pub(super) fn tool(root: &Path) -> Option<ProjectTool> {
    let locked = PROJECT_TOOLS.into_iter().find(|tool| root.join(tool.lock_file).is_file());
    locked.or_else(|| PROJECT_TOOLS.into_iter().find(|tool| tool.table.is_some_and(|table| tool_table(root, table))))
}

/// Returns the asynchronous driver that the project depends on.
pub(super) fn async_driver(root: &Path) -> Option<&'static str> {
    let files = ["pyproject.toml", "requirements.txt", "Pipfile"].map(|file| text(&root.join(file)));
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let names = |text: &str, driver: &str| {
        text.match_indices(driver).any(|(at, _)| {
            let before = at.checked_sub(1).map(|before| text.as_bytes()[before]);
            !is_word(before) && !is_word(text.as_bytes().get(at + driver.len()).copied())
        })
    };
    ASYNC_DRIVERS.into_iter().find(|driver| files.iter().any(|text| names(text, driver)))
}

/// Returns `true` if `pyproject.toml` has the table `[tool.NAME]`.
fn tool_table(root: &Path, name: &str) -> bool {
    let document = text(&root.join("pyproject.toml")).parse::<toml::Table>().unwrap_or_default();
    document.get("tool").and_then(|tool| tool.get(name)).is_some()
}

/// Returns the text of a file; an empty text where there is none. Alembic or the tool reports a
/// file that can't be read.
fn text(path: &Path) -> String {
    read_file::read_text(path, MOST).unwrap_or_default()
}

/// Returns the words with which the tool runs Alembic in the project's environment.
pub(super) fn alembic_of(tool: ProjectTool, root: &Path) -> Vec<String> {
    // A project's own command named `alembic` may do more than run Alembic.
    let alembic = if tool.has_own_alembic(root) { &["python", "-m", "alembic"][..] } else { &["alembic"] };
    [&[tool.name, "run"], alembic].concat().into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    #[test]
    fn migrations_are_found_by_their_configuration() {
        let of = |files: &[(&str, &str)]| migrations(project(files).path(), None);
        assert_eq!(of(&[]), Migrations::None);
        assert_eq!(of(&[("alembic.ini", "")]), Migrations::Alembic("alembic.ini".into()));
        assert_eq!(of(&[("pyproject.toml", "[tool.alembic]\n")]), Migrations::Alembic("pyproject.toml".into()));
        assert_eq!(of(&[("pyproject.toml", "[tool.ruff]\n")]), Migrations::None);
        let flask = [("db/alembic.ini", ""), ("db/env.py", "from flask import current_app\n")];
        assert_eq!(of(&flask), Migrations::Flask("db/alembic.ini".into()));
        assert_eq!(of(&[("db/alembic.ini", ""), ("db/env.py", "")]), Migrations::None);
    }

    #[test]
    fn a_lock_file_names_the_tool_before_a_table_does() {
        let of = |files: &[(&str, &str)]| tool(project(files).path()).map(|tool| tool.name);
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("uv.lock", "")]), Some("uv"));
        assert_eq!(of(&[("pyproject.toml", "[tool.uv.sources]\n"), ("poetry.lock", "")]), Some("poetry"));
        assert_eq!(of(&[("pyproject.toml", "[tool.poetry]\n")]), Some("poetry"));
        assert_eq!(of(&[("pyproject.toml", "not TOML")]), None);
    }

    #[test]
    fn a_command_of_the_project_is_not_taken_for_alembic() {
        let of = |text: &str| {
            let folder = project(&[("pyproject.toml", text)]);
            alembic_of(tool(folder.path()).expect("a tool"), folder.path()).join(" ")
        };
        assert_eq!(of("[tool.pdm.scripts]\nserve = 'x'\n"), "pdm run alembic");
        assert_eq!(of("[tool.pdm.scripts]\nalembic = 'x'\n"), "pdm run python -m alembic");
    }

    #[test]
    fn a_driver_counts_as_a_whole_word() {
        let of = |text: &str| async_driver(project(&[("requirements.txt", text)]).path());
        assert_eq!(of("asyncpg==0.30\n"), Some("asyncpg"));
        assert_eq!(of("sqlalchemy[aiosqlite]\n"), Some("aiosqlite"));
        assert_eq!(of("my_asyncpg\nasyncpgx\npsycopg[binary]\n"), None);
    }
}
