//! The project of a new plugin: the template's files under the plugin's name, the README, and the
//! contract.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::language::{Language, PluginKind};
use super::plugin_name::PluginName;
use super::template_files::files;
use super::wit;
use crate::support::exit::Exit;
use crate::support::io_error::exit_of_write;
use crate::support::user_error::UserError;
use crate::support::write_file;

/// The name of the plugin in the templates.
const PLACEHOLDER: &str = "my-plugin";

/// A project that can be written to a folder.
pub(crate) struct PluginProject {
    files: Vec<(String, String)>,
    /// The commands that build the project.
    pub(crate) commands: Vec<String>,
    /// The component that the commands build, relative to the project.
    pub(crate) component: String,
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum ProjectError {
    #[error("`{}` already exists; nothing was written", .0.display())]
    Exists(PathBuf),
    #[error("cannot write `{}`: {cause}", .path.display())]
    Write { path: PathBuf, cause: io::Error },
}

impl UserError for ProjectError {
    fn exit(&self) -> Exit {
        match self {
            Self::Exists(_) => Exit::Usage,
            Self::Write { cause, .. } => exit_of_write(cause),
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::Exists(_) => Some("choose another name, or another folder with `--dir`".to_owned()),
            Self::Write { .. } => None,
        }
    }
}

impl PluginProject {
    pub(crate) fn new(name: &PluginName, language: Language, kind: PluginKind) -> Self {
        let named = |text: &str| {
            text.replace("@COMPONENT@", language.component())
                .replace("@WORLD@", &format!("{}-plugin", kind.name()))
                .replace(PLACEHOLDER, name.as_str())
                .replace("my_plugin", &name.snake())
        };
        let readme = named(&format!("{}\n{}", kind.readme(), language.readme()));
        let commands = commands(&readme);
        let mut files: Vec<_> = files(language, kind).into_iter().map(|(path, text)| (path, named(text))).collect();
        files.extend(wit::files().map(|(file, text)| (format!("wit/{file}"), text.to_owned())));
        files.push(("README.md".to_owned(), readme));
        Self { files, commands, component: named(language.component()) }
    }

    /// Writes the project to a folder that doesn't exist yet: whole or not at all.
    pub(crate) fn write(&self, folder: &Path) -> Result<(), ProjectError> {
        let cannot = |path: &Path| {
            let path = path.to_owned();
            move |cause| ProjectError::Write { path, cause }
        };
        if let Some(parent) = folder.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            fs::create_dir_all(parent).map_err(cannot(parent))?;
        }
        fs::create_dir(folder).map_err(|cause| match cause.kind() {
            io::ErrorKind::AlreadyExists => ProjectError::Exists(folder.to_owned()),
            _ => cannot(folder)(cause),
        })?;
        self.fill(folder).inspect_err(|_| {
            // The folder was created above, and contains nothing else.
            let _ = fs::remove_dir_all(folder);
        })
    }

    fn fill(&self, folder: &Path) -> Result<(), ProjectError> {
        for (name, text) in &self.files {
            let path = folder.join(name);
            let written = path
                .parent()
                .map_or(Ok(()), fs::create_dir_all)
                .and_then(|()| write_file::write(&path, text.as_bytes()));
            written.map_err(|cause| ProjectError::Write { path, cause })?;
        }
        Ok(())
    }
}

/// Returns the commands under the README's heading `Build`: one definition for the page, the
/// command line and the tests.
fn commands(readme: &str) -> Vec<String> {
    let (_, build) = readme.split_once("\n## Build\n").unwrap_or_default();
    let (_, block) = build.split_once("```console\n").unwrap_or_default();
    let (block, _) = block.split_once("```").unwrap_or_default();
    block.lines().filter_map(|line| line.strip_prefix("$ ")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum as _;

    #[test]
    fn nothing_of_the_template_is_left_in_a_project() {
        for language in Language::value_variants() {
            for kind in PluginKind::value_variants() {
                let project = PluginProject::new(&"no-base".parse().unwrap(), *language, *kind);
                assert!(project.commands.len() > 1, "{language:?}");
                assert!(project.component.contains("no-base") || project.component.contains("no_base"));
                for (path, text) in &project.files {
                    for left in [PLACEHOLDER, "my_plugin", "@COMPONENT@", "@WORLD@"] {
                        assert!(!text.contains(left) && !path.contains(left), "{language:?} {kind:?} {path}: {left}");
                    }
                }
            }
        }
    }
}
