//! The process that lback runs in. Only this module reads environment variables.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::Duration;

use etcetera::base_strategy::{BaseStrategy as _, choose_base_strategy};

use super::git::Head;
use crate::model::event::Context;
use crate::registry::Stores;
use crate::support::exit::Exit;
use crate::support::private_folder::state_within;
use crate::support::read_file;
use crate::support::redact::Gate;
use crate::support::user_error::UserError;

const HTTP_TIMEOUT: &str = "LBACK_HTTP_TIMEOUT";

/// A fact about lback's own process that a command needs and cannot use.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EnvironmentError {
    #[error("cannot read the current folder: {0}")]
    CurrentFolder(std::io::Error),
    #[error("`{variable}` is not a duration: `{value}`")]
    Duration { variable: &'static str, value: String },
}

impl UserError for EnvironmentError {
    fn exit(&self) -> Exit {
        match self {
            Self::CurrentFolder(_) => Exit::Unavailable,
            Self::Duration { .. } => Exit::Usage,
        }
    }

    fn hint(&self) -> Option<String> {
        match self {
            Self::CurrentFolder(_) => None,
            Self::Duration { .. } => Some("write it as `30s` or `2m`".to_owned()),
        }
    }
}

/// The variable by which a shell's script asks lback for completions.
pub(crate) const COMPLETE: &str = "LBACK_COMPLETE";

/// The environment variables and arguments as they were at the start.
pub(crate) struct Surroundings {
    variables: HashMap<OsString, OsString>,
    /// The arguments that follow the program's name.
    arguments: Vec<OsString>,
    /// The folder that relative folders of lback's variables are in.
    base: PathBuf,
}

/// Returns the folder from which lback was called.
pub(crate) fn current_folder() -> Result<PathBuf, EnvironmentError> {
    env::current_dir().map_err(EnvironmentError::CurrentFolder)
}

/// A CI system's names for the facts of a context. The first variable that is set counts.
struct CiSystem {
    /// A variable that only this system sets.
    mark: &'static str,
    actor: &'static [&'static str],
    commit: &'static [&'static str],
    branch: &'static [&'static str],
    job_url: fn(&Surroundings) -> Option<String>,
}

const CI_SYSTEMS: [CiSystem; 6] = [
    CiSystem {
        mark: "GITHUB_ACTIONS",
        actor: &["GITHUB_TRIGGERING_ACTOR", "GITHUB_ACTOR"],
        commit: &["GITHUB_SHA"],
        branch: &["GITHUB_HEAD_REF", "GITHUB_REF_NAME"],
        job_url: |here| {
            let (server, repository) = (here.var("GITHUB_SERVER_URL")?, here.var("GITHUB_REPOSITORY")?);
            let run = here.var("GITHUB_RUN_ID")?;
            Some(format!("{server}/{repository}/actions/runs/{run}"))
        },
    },
    CiSystem {
        mark: "GITLAB_CI",
        actor: &["GITLAB_USER_LOGIN"],
        commit: &["CI_COMMIT_SHA"],
        branch: &["CI_COMMIT_REF_NAME"],
        job_url: |here| here.var("CI_JOB_URL"),
    },
    CiSystem {
        mark: "BUILDKITE",
        actor: &["BUILDKITE_BUILD_CREATOR"],
        commit: &["BUILDKITE_COMMIT"],
        branch: &["BUILDKITE_BRANCH"],
        job_url: |here| here.var("BUILDKITE_BUILD_URL"),
    },
    CiSystem {
        mark: "CIRCLECI",
        actor: &["CIRCLE_USERNAME"],
        commit: &["CIRCLE_SHA1"],
        branch: &["CIRCLE_BRANCH"],
        job_url: |here| here.var("CIRCLE_BUILD_URL"),
    },
    CiSystem {
        mark: "TF_BUILD",
        actor: &["BUILD_REQUESTEDFOR"],
        commit: &["BUILD_SOURCEVERSION"],
        branch: &["BUILD_SOURCEBRANCHNAME"],
        job_url: |here| {
            let (server, project) = (here.var("SYSTEM_COLLECTIONURI")?, here.var("SYSTEM_TEAMPROJECT")?);
            Some(format!("{server}{project}/_build/results?buildId={}", here.var("BUILD_BUILDID")?))
        },
    },
    CiSystem {
        mark: "JENKINS_URL",
        actor: &["BUILD_USER_ID"],
        commit: &["GIT_COMMIT"],
        branch: &["BRANCH_NAME", "GIT_BRANCH"],
        job_url: |here| here.var("BUILD_URL"),
    },
];

impl Surroundings {
    pub(crate) fn of_this_process() -> Self {
        let (variables, arguments) = (env::vars_os().collect(), env::args_os().skip(1).collect());
        let here = Self { variables, arguments, base: PathBuf::new() };
        #[cfg(debug_assertions)]
        here.var("LBACK_FAULT").iter().for_each(|fault| crate::support::fault::arm(fault));
        here
    }

    /// Returns the command line as a user would type it. It may hold secrets.
    pub(crate) fn command_line(&self) -> Vec<OsString> {
        std::iter::once("lback".into()).chain(self.arguments.iter().cloned()).collect()
    }

    /// Returns the shell that asks lback for completions.
    pub(crate) fn completing_shell(&self) -> Option<&OsString> {
        self.os(COMPLETE).filter(|shell| !shell.is_empty() && *shell != "0")
    }

    /// Returns the arguments after the program's name.
    pub(crate) fn arguments(&self) -> &[OsString] {
        &self.arguments
    }

    fn os(&self, name: &str) -> Option<&OsString> {
        self.variables.get(OsStr::new(name))
    }

    /// Returns a variable that is set and not empty.
    fn var(&self, name: &str) -> Option<String> {
        self.os(name)?.to_str().filter(|value| !value.is_empty()).map(str::to_owned)
    }

    /// Returns a path from a variable that is set and not empty.
    fn path_in(&self, name: &str) -> Option<PathBuf> {
        self.os(name).filter(|path| !path.is_empty()).map(PathBuf::from)
    }

    /// Makes relative folders in lback's variables relative to the project, so that every command
    /// uses the same folders.
    pub(crate) fn in_project(self, root: &Path) -> Self {
        Self { base: root.to_owned(), ..self }
    }

    /// Returns a folder of lback's own from a variable that is set and not empty.
    fn folder_in(&self, name: &str) -> Option<PathBuf> {
        Some(self.base.join(self.path_in(name)?))
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.var(name))
    }

    pub(crate) fn virtual_env(&self) -> Option<PathBuf> {
        self.os("VIRTUAL_ENV").map(PathBuf::from)
    }

    pub(crate) fn path(&self) -> Option<OsString> {
        self.os("PATH").cloned()
    }

    /// Returns the configuration file that Alembic uses if its command line names none.
    pub(crate) fn alembic_config(&self) -> Option<OsString> {
        self.os("ALEMBIC_CONFIG").filter(|file| !file.is_empty()).cloned()
    }

    pub(crate) fn is_set(&self, name: &str) -> bool {
        self.os(name).is_some()
    }

    /// Returns the folder of compiled plugins: `LBACK_CACHE_DIR`, or `lback` in the user's cache
    /// folder.
    pub(crate) fn cache_folder(&self) -> Option<PathBuf> {
        let user = || choose_base_strategy().ok().map(|folders| folders.cache_dir().join("lback"));
        self.folder_in("LBACK_CACHE_DIR").or_else(user)
    }

    /// Returns the folder of the journal and of the plugins' stores: `LBACK_STATE_DIR`, or `lback`
    /// in the user's state folder. In the root of a volume, it is a folder of this user's own.
    pub(crate) fn state_folder(&self) -> Option<PathBuf> {
        let user = || {
            let folders = choose_base_strategy().ok()?;
            Some(folders.state_dir().unwrap_or_else(|| folders.data_dir()).join("lback"))
        };
        self.folder_in("LBACK_STATE_DIR").or_else(user).map(state_within)
    }

    /// Returns the stores that hold plugins by digest: the project's vendor folder, the folders in
    /// `LBACK_STORE_PATH`, and the user's own in `LBACK_DATA_DIR` or in `lback` in the user's data
    /// folder.
    pub(crate) fn stores(&self, vendor: Option<&Path>) -> Stores {
        let user = || choose_base_strategy().ok().map(|folders| folders.data_dir().join("lback"));
        let listed = self.os("LBACK_STORE_PATH").map(env::split_paths).into_iter().flatten();
        let listed = listed.filter(|path| !path.as_os_str().is_empty()).map(|path| self.base.join(path));
        Stores {
            shared: vendor.map(Path::to_owned).into_iter().chain(listed).collect(),
            own: self.folder_in("LBACK_DATA_DIR").or_else(user).map(|data| data.join("store")),
        }
    }

    /// Returns the path of Docker's configuration: in `DOCKER_CONFIG`, or in `.docker` in the
    /// user's home folder. The file may not exist.
    pub(crate) fn docker_config(&self) -> Option<PathBuf> {
        let user = || Some(self.path_in("HOME").or_else(|| self.path_in("USERPROFILE"))?.join(".docker"));
        Some(self.path_in("DOCKER_CONFIG").or_else(user)?.join("config.json"))
    }

    /// Returns the time after which a silent server counts as unreachable, from
    /// `LBACK_HTTP_TIMEOUT`.
    pub(crate) fn http_timeout(&self) -> Result<Option<Duration>, EnvironmentError> {
        let Some(value) = self.var(HTTP_TIMEOUT) else { return Ok(None) };
        let timeout = humantime::parse_duration(&value).ok().filter(|timeout| !timeout.is_zero());
        timeout.map(Some).ok_or(EnvironmentError::Duration { variable: HTTP_TIMEOUT, value })
    }

    /// Lets the gate learn the variables that are secret, by their names or by their values.
    pub(crate) fn teach(&self, gate: &Gate) {
        let variables: BTreeMap<_, _> = self.variables.iter().collect();
        for (name, value) in variables {
            gate.learn_variable(&name.to_string_lossy(), &value.to_string_lossy());
        }
    }

    /// Returns the values of these secrets, each from the variable `NAME` or from the file that
    /// `NAME_FILE` names.
    ///
    /// A secret that is not set, or whose file cannot be read, is left out: an event that cannot be
    /// delivered must not stop a migration.
    pub(crate) fn secrets(&self, names: BTreeSet<&str>) -> BTreeMap<String, String> {
        names.into_iter().filter_map(|name| Some((name.to_owned(), self.secret(name)?))).collect()
    }

    /// Returns whether a variable has this secret, or names a file for it, which may be unreadable.
    pub(crate) fn has_secret(&self, name: &str) -> bool {
        self.var(name).is_some() || self.path_in(&format!("{name}_FILE")).is_some()
    }

    fn secret(&self, name: &str) -> Option<String> {
        if let Some(value) = self.var(name) {
            return Some(value);
        }
        let path = self.path_in(&format!("{name}_FILE"))?;
        let value = read_file::read_named_text(&path, read_file::SMALL);
        if let Err(cause) = &value {
            let path = path.display();
            tracing::warn!(
                "the secret `{name}` counts as not set: cannot read `{path}`, which `{name}_FILE` names: {cause}"
            );
        }
        value.ok()
    }

    /// Returns the circumstances of a run: the actor, the host, the commit and the CI job. `head`
    /// asks git where no CI system names the commit.
    pub(crate) async fn context(&self, environment: Option<String>, head: impl AsyncFnOnce() -> Head) -> Context {
        let ci = CI_SYSTEMS.iter().find(|system| self.var(system.mark).is_some());
        let told = |names: fn(&CiSystem) -> &'static [&'static str]| ci.and_then(|system| self.first(names(system)));
        let (mut git_commit, mut git_branch) = (told(|ci| ci.commit), told(|ci| ci.branch));
        if git_commit.is_none() {
            let head = head().await;
            git_commit = head.commit;
            git_branch = git_branch.or(head.branch);
        }
        Context {
            environment,
            actor: told(|ci| ci.actor)
                .or_else(|| self.first(&["USER", "LOGNAME", "USERNAME"]))
                .or_else(|| whoami::username().ok()),
            host: whoami::hostname().ok(),
            git_commit,
            git_branch,
            ci_job_url: ci.and_then(|system| (system.job_url)(self)),
            overrides: Vec::new(),
            target: None,
        }
    }

    /// Returns `true` if a variable sends git to a repository other than the one above the current
    /// folder.
    pub(crate) fn has_git_elsewhere(&self) -> bool {
        ["GIT_DIR", "GIT_COMMON_DIR", "GIT_CEILING_DIRECTORIES", "GIT_NAMESPACE"].iter().any(|name| self.is_set(name))
    }
}
