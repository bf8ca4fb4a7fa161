//! Finds the command that runs Alembic: the configured one, or the project's own installation.
//!
//! The order is the one that Python tools share: what was configured, the project's `.venv`, the
//! active virtual environment, `PATH`.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Display, Formatter};
use std::path::{Path, PathBuf};

use super::flask_migrate::{FLASK, group_of};
use crate::support::exit::Exit;
use crate::support::user_error::UserError;

/// The folders in which lback searches for Alembic. The caller provides all of them; this module
/// reads no environment variable.
#[derive(Debug, Clone)]
pub(crate) struct SearchPaths {
    /// The project root, absolute. Relative paths start here.
    pub(crate) root: PathBuf,
    /// `VIRTUAL_ENV`.
    pub(crate) virtual_env: Option<PathBuf>,
    /// `PATH`.
    pub(crate) path: Option<OsString>,
}

/// A command that runs Alembic: an absolute program and its first arguments (`uv` `run` `alembic`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) argv: Vec<OsString>,
}

impl Program {
    /// Returns the words after `flask`, if the program is a group of Flask-Migrate: `db`.
    pub(crate) fn group(&self) -> &[OsString] {
        group_of(&self.argv)
    }
}

/// An error: no command that runs Alembic was found. It gives exit code 127, and
/// `alembic_not_found` in `alembic_command_failed`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AlembicNotFound {
    #[error("`[alembic] command` is empty")]
    EmptyCommand,
    #[error("`{}`, the first word of `[alembic] command`, was not found: looked {}", .command[0], list(.looked))]
    Configured {
        /// Never empty.
        command: Vec<String>,
        looked: Vec<SearchedPlace>,
    },
    #[error("alembic was not found: looked {}", list(.looked))]
    Anywhere { looked: Vec<SearchedPlace> },
}

impl AlembicNotFound {
    /// Returns the command that lback searched for, as the signals of the run name it.
    pub(crate) fn sought(&self) -> Program {
        let argv = match self {
            Self::Configured { command, .. } => command.iter().map(OsString::from).collect(),
            Self::EmptyCommand | Self::Anywhere { .. } => vec!["alembic".into()],
        };
        Program { argv }
    }

    /// Returns the next step for the user.
    pub(crate) fn hint(&self) -> &'static str {
        match self {
            Self::EmptyCommand => "name a command there, such as `[\"uv\", \"run\", \"alembic\"]`, or leave it out",
            Self::Configured { .. } => "install it, or correct `[alembic] command` in `lback.toml`",
            Self::Anywhere { .. } => {
                "install alembic into the project's `.venv`, or set `[alembic] command` in `lback.toml`"
            }
        }
    }
}

impl UserError for AlembicNotFound {
    fn exit(&self) -> Exit {
        Exit::AlembicNotFound
    }

    fn hint(&self) -> Option<String> {
        Some(self.hint().to_owned())
    }
}

/// A place that was searched without success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SearchedPlace {
    At(PathBuf),
    /// A file that this user may not execute, or that isn't executable at all.
    NotExecutable(PathBuf),
    InPath,
    /// `PATH` is not set.
    NoPath,
}

impl SearchedPlace {
    fn at(file: PathBuf) -> Self {
        if file.exists() { Self::NotExecutable(file) } else { Self::At(file) }
    }

    fn in_path(path: Option<&OsStr>) -> Self {
        if path.is_some() { Self::InPath } else { Self::NoPath }
    }
}

impl Display for SearchedPlace {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(file) => write!(f, "at `{}`", file.display()),
            Self::NotExecutable(file) => write!(f, "at `{}` (which is there, but can't be executed)", file.display()),
            Self::InPath => f.write_str("in `PATH`"),
            Self::NoPath => f.write_str("in `PATH`, which is not set"),
        }
    }
}

fn list(looked: &[SearchedPlace]) -> String {
    looked.iter().map(SearchedPlace::to_string).collect::<Vec<_>>().join(", ")
}

/// Finds the program that runs Alembic: only `configured` (`[alembic] command`) if it is set;
/// otherwise `alembic` in `.venv`, in the active virtual environment, in `PATH`.
///
/// The first word of a configured command is a path from the root if it contains a separator;
/// otherwise lback searches `PATH` for it, and the project's environments for `flask`.
pub(crate) fn locate(configured: Option<&[String]>, places: &SearchPaths) -> Result<Program, AlembicNotFound> {
    match configured {
        Some(command) => find_configured(command, places),
        None => match find_installed("alembic", places) {
            Ok(program) => Ok(Program { argv: vec![program] }),
            Err(looked) => Err(AlembicNotFound::Anywhere { looked }),
        },
    }
}

fn find_configured(command: &[String], places: &SearchPaths) -> Result<Program, AlembicNotFound> {
    let (word, rest) =
        command.split_first().filter(|(word, _)| !word.is_empty()).ok_or(AlembicNotFound::EmptyCommand)?;
    let found = if word.contains(std::path::is_separator) {
        let file = places.root.join(word);
        executable(&file, places).ok_or_else(|| vec![SearchedPlace::at(file)])
    } else if word == FLASK {
        find_installed(FLASK, places)
    } else {
        in_path(word, places).ok_or_else(|| vec![SearchedPlace::in_path(places.path.as_deref())])
    };
    let program = found.map_err(|looked| AlembicNotFound::Configured { command: command.to_vec(), looked })?;
    Ok(Program { argv: std::iter::once(program).chain(rest.iter().map(OsString::from)).collect() })
}

/// Finds a program in the project's `.venv`, in the active virtual environment, or in `PATH`.
fn find_installed(name: &str, places: &SearchPaths) -> Result<OsString, Vec<SearchedPlace>> {
    let mut looked = Vec::new();
    // Some tools unset the variable by making it empty.
    let active = places.virtual_env.as_deref().filter(|folder| !folder.as_os_str().is_empty());
    for environment in [Some(Path::new(".venv")), active].into_iter().flatten() {
        let file = places.root.join(environment).join("bin").join(name);
        match executable(&file, places) {
            Some(program) => return Ok(program),
            None => looked.push(SearchedPlace::at(file)),
        }
    }
    looked.dedup();
    in_path(name, places).ok_or_else(|| {
        looked.push(SearchedPlace::in_path(places.path.as_deref()));
        looked
    })
}

/// Returns the file if it is executable. Links stay unresolved: Python recognises a virtual
/// environment by the path through which its program was called.
fn executable(file: &Path, places: &SearchPaths) -> Option<OsString> {
    which::which_in(file, None::<&OsStr>, &places.root).ok().map(PathBuf::into_os_string)
}

fn in_path(name: &str, places: &SearchPaths) -> Option<OsString> {
    which::which_in(name, places.path.as_ref(), &places.root).ok().map(PathBuf::into_os_string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, Permissions};
    use std::os::unix::fs::PermissionsExt;

    struct Project {
        folder: tempfile::TempDir,
        places: SearchPaths,
    }

    impl Project {
        fn new(programs: &[&str]) -> Self {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let root = folder.path().join("root");
            fs::create_dir(&root).expect("a root");
            let project = Self {
                places: SearchPaths {
                    virtual_env: Some(folder.path().join("active")),
                    path: Some(folder.path().join("path").into_os_string()),
                    root,
                },
                folder,
            };
            for program in programs {
                project.file(program, 0o755);
            }
            project
        }

        fn file(&self, name: &str, mode: u32) {
            let file = self.folder.path().join(name);
            fs::create_dir_all(file.parent().expect("a parent")).expect("folders");
            fs::write(&file, "").expect("a file");
            fs::set_permissions(&file, Permissions::from_mode(mode)).expect("permissions");
        }

        #[track_caller]
        fn finds(&self, configured: Option<&[&str]>, program: &str, rest: &[&str]) {
            let configured = configured.map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>());
            let found = locate(configured.as_deref(), &self.places).expect("a program");
            assert_eq!(found.argv[0], self.folder.path().join(program));
            assert_eq!(found.argv[1..], *rest);
        }

        fn fails(&self, configured: Option<&[&str]>) -> AlembicNotFound {
            let configured = configured.map(|words| words.iter().map(ToString::to_string).collect::<Vec<_>>());
            locate(configured.as_deref(), &self.places).expect_err("nothing to find")
        }
    }

    const ALL: [&str; 3] = ["root/.venv/bin/alembic", "active/bin/alembic", "path/alembic"];

    #[test]
    fn project_environment_then_active_environment_then_path() {
        Project::new(&ALL).finds(None, ALL[0], &[]);
        Project::new(&ALL[1..]).finds(None, ALL[1], &[]);
        Project::new(&ALL[2..]).finds(None, ALL[2], &[]);
    }

    #[test]
    fn configured_command_comes_first_and_keeps_its_words() {
        let project = Project::new(&[ALL[0], "path/uv", "root/tools/run"]);
        project.finds(Some(&["uv", "run", "alembic"]), "path/uv", &["run", "alembic"]);
        project.finds(Some(&["tools/run", "x y"]), "root/tools/run", &["x y"]);
        let absolute = project.folder.path().join(ALL[0]).into_os_string().into_string().expect("UTF-8");
        project.finds(Some(&[&absolute]), ALL[0], &[]);
    }

    #[test]
    fn flask_is_found_in_the_environments_of_the_project() {
        const FLASKS: [&str; 3] = ["root/.venv/bin/flask", "active/bin/flask", "path/flask"];
        for first in 0..3 {
            Project::new(&FLASKS[first..]).finds(Some(&["flask", "db"]), FLASKS[first], &["db"]);
        }
        let error = Project::new(&ALL).fails(Some(&["flask", "db"]));
        assert!(error.to_string().contains("/root/.venv/bin/flask`, at `"), "{error}");
    }

    #[test]
    fn configured_command_is_not_replaced_by_another() {
        let project = Project::new(&ALL);
        let error = project.fails(Some(&["uv", "run", "alembic"]));
        let command = ["uv", "run", "alembic"].map(str::to_owned).to_vec();
        assert_eq!(error.sought().argv, ["uv", "run", "alembic"]);
        assert_eq!(error, AlembicNotFound::Configured { command, looked: vec![SearchedPlace::InPath] });
        let error = project.fails(Some(&["./run"]));
        let run = project.places.root.join("./run");
        assert_eq!(
            error,
            AlembicNotFound::Configured { command: vec!["./run".into()], looked: vec![SearchedPlace::At(run)] }
        );
        assert_eq!(project.fails(Some(&[])), AlembicNotFound::EmptyCommand);
        assert_eq!(project.fails(Some(&["", "x"])), AlembicNotFound::EmptyCommand);
    }

    #[test]
    fn error_says_where_it_looked() {
        let mut project = Project::new(&[]);
        project.file(ALL[0], 0o644);
        project.places.path = None;
        let error = project.fails(None);
        let expected = format!(
            "alembic was not found: looked at `{0}/root/.venv/bin/alembic` (which is there, but can't be executed), \
             at `{0}/active/bin/alembic`, in `PATH`, which is not set",
            project.folder.path().display()
        );
        assert_eq!(error.to_string(), expected);
        assert!(error.hint().contains("`.venv`"));
    }

    #[test]
    fn empty_virtual_env_is_none_and_the_same_place_is_named_once() {
        let mut project = Project::new(&["root/bin/alembic"]);
        project.places.virtual_env = Some(PathBuf::new());
        let AlembicNotFound::Anywhere { looked } = project.fails(None) else { panic!("another error") };
        assert_eq!(looked.len(), 2);
        project.places.virtual_env = Some(project.places.root.join(".venv"));
        let AlembicNotFound::Anywhere { looked } = project.fails(None) else { panic!("another error") };
        assert_eq!(looked.len(), 2);
    }
}
