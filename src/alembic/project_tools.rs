//! The tools that run a command in a project's environment: uv, Poetry and similar ones.

use std::ffi::OsStr;
use std::path::Path;

use crate::support::read_file;

/// A tool whose `run` starts a command in the environment of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ProjectTool {
    pub(crate) name: &'static str,
    /// The file that shows that a project uses the tool.
    pub(crate) lock_file: &'static str,
    /// The table of `pyproject.toml`, below `tool`, that shows the same.
    pub(crate) table: Option<&'static str>,
    /// The file and the table in which a project defines commands of its own.
    commands: Option<(&'static str, &'static str)>,
}

pub(crate) const PROJECT_TOOLS: [ProjectTool; 6] = [
    ProjectTool { name: "uv", lock_file: "uv.lock", table: Some("uv"), commands: None },
    ProjectTool { name: "poetry", lock_file: "poetry.lock", table: Some("poetry"), commands: None },
    ProjectTool {
        name: "pdm",
        lock_file: "pdm.lock",
        table: Some("pdm"),
        commands: Some(("pyproject.toml", "tool.pdm.scripts")),
    },
    ProjectTool {
        name: "rye",
        lock_file: "requirements.lock",
        table: Some("rye"),
        commands: Some(("pyproject.toml", "tool.rye.scripts")),
    },
    ProjectTool {
        name: "hatch",
        lock_file: "hatch.toml",
        table: Some("hatch"),
        commands: Some(("pyproject.toml", "tool.hatch.envs.default.scripts")),
    },
    ProjectTool { name: "pipenv", lock_file: "Pipfile.lock", table: None, commands: Some(("Pipfile", "scripts")) },
];

impl ProjectTool {
    /// Returns whether the project defines a command of this name for the tool, as `alembic`. The
    /// tool itself reports an unreadable file.
    pub(crate) fn has_own_command(&self, root: &Path, name: &str) -> bool {
        let Some((file, table)) = self.commands else { return false };
        let text = read_file::read_text(&root.join(file), read_file::WRITTEN_BY_HAND).unwrap_or_default();
        let document = text.parse::<toml::Table>().unwrap_or_default();
        let found = table.split('.').try_fold(&document, |table, key| table.get(key)?.as_table());
        found.is_some_and(|table| table.contains_key(name))
    }

    /// Returns whether the tool is on the `PATH`.
    pub(crate) fn is_installed(&self, path: Option<&OsStr>, root: &Path) -> bool {
        which::which_in(self.name, path, root).is_ok()
    }
}
