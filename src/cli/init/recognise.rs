//! Recognises what a project has: Alembic's configuration, Flask-Migrate, and the tool that runs
//! commands in its environment.

use std::ffi::OsStr;
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
    /// There are none yet.
    NewAlembic,
    /// There are none yet, and the project depends on Flask-Migrate.
    NewFlask,
}

impl Migrations {
    /// Returns whether Flask-Migrate runs Alembic.
    pub(super) fn is_flask(&self) -> bool {
        matches!(self, Self::Flask(_) | Self::NewFlask)
    }
}

/// The folders below the root among which lback looks for that of Flask-Migrate, as
/// `src/shop/migrations`.
const DEPTH: usize = 3;

/// Drivers that only work with an asynchronous engine. psycopg works with both.
const ASYNC_DRIVERS: [&str; 4] = ["asyncpg", "aiosqlite", "aiomysql", "asyncmy"];

/// Returns the migrations of the project. `configured` is the file that `lback.toml` names, and
/// `runs_flask` says that its command runs Flask-Migrate.
pub(super) fn migrations(root: &Path, configured: Option<&str>, runs_flask: bool) -> Migrations {
    let file = configured.unwrap_or("alembic.ini");
    if root.join(file).exists() {
        return Migrations::Alembic(file.to_owned());
    }
    if tool_table(root, "alembic") {
        return Migrations::Alembic("pyproject.toml".to_owned());
    }
    match flask_folder(root, DEPTH) {
        Some(folder) => {
            let file = folder.strip_prefix(root).unwrap_or(&folder).join("alembic.ini");
            Migrations::Flask(file.to_string_lossy().into_owned())
        }
        None if runs_flask || depends_on(root, "flask-migrate") => Migrations::NewFlask,
        None => Migrations::NewAlembic,
    }
}

/// Returns the folder of Flask-Migrate: its env.py asks the current Flask application for its
/// database. The one that is nearest to the root counts.
fn flask_folder(folder: &Path, depth: usize) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?.flatten().filter(|entry| may_be_of_project(&entry.file_name()));
    let mut folders: Vec<_> = entries.map(|entry| entry.path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    let near = folders.iter().find(|folder| is_flask(folder)).cloned();
    near.or_else(|| folders.iter().filter(|_| depth > 1).find_map(|folder| flask_folder(folder, depth - 1)))
}

/// Returns `false` for the folders of installed packages, and hidden ones.
fn may_be_of_project(name: &OsStr) -> bool {
    let installed = ["venv", "env", "node_modules", "site-packages", "target"];
    !name.as_encoded_bytes().starts_with(b".") && !installed.iter().any(|folder| name == *folder)
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
    ASYNC_DRIVERS.into_iter().find(|driver| depends_on(root, driver))
}

/// Returns whether the project's requirements name a package, which is written in lower case with
/// hyphens.
fn depends_on(root: &Path, package: &str) -> bool {
    let is_word = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let names = |text: &str| {
        text.match_indices(package).any(|(at, _)| {
            let before = at.checked_sub(1).map(|before| text.as_bytes()[before]);
            !is_word(before) && !is_word(text.as_bytes().get(at + package.len()).copied())
        })
    };
    let files = ["pyproject.toml", "requirements.txt", "Pipfile"].into_iter();
    files.map(|file| text(&root.join(file)).to_lowercase().replace('_', "-")).any(|text| names(&text))
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

/// Returns the words with which the tool runs Alembic, or Flask-Migrate, in the project's
/// environment.
pub(super) fn command_within(tool: ProjectTool, flask: bool, root: &Path) -> Vec<String> {
    let name = if flask { "flask" } else { "alembic" };
    // A project's own command of that name may do more than run the program.
    let program = if tool.has_own_command(root, name) { &["python", "-m", name][..] } else { &[name] };
    let group: &[&str] = if flask { &["db"] } else { &[] };
    [&[tool.name, "run"], program, group].concat().into_iter().map(str::to_owned).collect()
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
        let of = |files: &[(&str, &str)]| migrations(project(files).path(), None, false);
        assert_eq!(of(&[]), Migrations::NewAlembic);
        assert_eq!(migrations(project(&[]).path(), None, true), Migrations::NewFlask);
        assert_eq!(of(&[("alembic.ini", "")]), Migrations::Alembic("alembic.ini".into()));
        assert_eq!(of(&[("pyproject.toml", "[tool.alembic]\n")]), Migrations::Alembic("pyproject.toml".into()));
        assert_eq!(of(&[("pyproject.toml", "[tool.ruff]\n")]), Migrations::NewAlembic);
        let flask = [("db/alembic.ini", ""), ("db/env.py", "from flask import current_app\n")];
        assert_eq!(of(&flask), Migrations::Flask("db/alembic.ini".into()));
        for (folder, expected) in [
            ("src/shop/migrations", Migrations::Flask("src/shop/migrations/alembic.ini".into())),
            ("a/b/c/migrations", Migrations::NewAlembic),
            ("venv/migrations", Migrations::NewAlembic),
            (".cache/migrations", Migrations::NewAlembic),
        ] {
            let files = ["alembic.ini", "env.py"].map(|file| format!("{folder}/{file}"));
            let files = files.each_ref().map(|file| (&**file, "current_app"));
            assert_eq!(of(&files), expected, "{folder}");
        }
        for requirement in ["Flask-Migrate==4.1.0", "flask_migrate>=4", "flask\nflask-migrate\n"] {
            assert_eq!(of(&[("requirements.txt", requirement)]), Migrations::NewFlask, "{requirement}");
        }
        assert_eq!(of(&[("requirements.txt", "flask-migrate-extra")]), Migrations::NewAlembic);
        assert_eq!(of(&[("db/alembic.ini", ""), ("db/env.py", "")]), Migrations::NewAlembic);
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
            let tool = tool(folder.path()).expect("a tool");
            [false, true].map(|flask| command_within(tool, flask, folder.path()).join(" "))
        };
        assert_eq!(of("[tool.pdm.scripts]\nserve = 'x'\n"), ["pdm run alembic", "pdm run flask db"]);
        let both = of("[tool.pdm.scripts]\nalembic = 'x'\nflask = 'x'\n");
        assert_eq!(both, ["pdm run python -m alembic", "pdm run python -m flask db"]);
    }

    #[test]
    fn a_driver_counts_as_a_whole_word() {
        let of = |text: &str| async_driver(project(&[("requirements.txt", text)]).path());
        assert_eq!(of("asyncpg==0.30\n"), Some("asyncpg"));
        assert_eq!(of("sqlalchemy[aiosqlite]\n"), Some("aiosqlite"));
        assert_eq!(of("my_asyncpg\nasyncpgx\npsycopg[binary]\n"), None);
    }
}
