//! What ends a command before there is an outcome: each error with its exit code and its next step.

use std::io;
use std::path::PathBuf;

use super::plugin::{InstallError, TrialError};
use crate::alembic::StopRequest;
use crate::authoring::{ComponentError, ProjectError};
use crate::config::ConfigError;
use crate::journal::JournalError;
use crate::model::plan::PlanError;
use crate::plugin::Failure;
use crate::registry::{NotInstalled, SourceError};
use crate::session::overrides::OverrideError;
use crate::ui::{self, Exit};

#[derive(Debug, thiserror::Error)]
pub(crate) enum CliError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("cannot read the current folder: {0}")]
    CurrentFolder(io::Error),
    #[error(transparent)]
    Override(#[from] OverrideError),
    /// There is no plan.
    #[error("{0}")]
    Plan(#[from] PlanError),
    #[error("`{0}` is not the name of a table")]
    NotATable(String),
    #[error("the SQL of `{0}`, a table, can't be printed by Alembic, which asks no database for `--sql`")]
    SqlOfTable(String),
    #[error("cannot ask on this terminal: {0}")]
    Prompt(io::Error),
    #[error("cannot set up the plugin host: {0}")]
    Host(String),
    #[error(transparent)]
    Project(ProjectError),
    #[error("cannot make a component of `{}`: {error}", .path.display())]
    Component { path: PathBuf, error: ComponentError },
    #[error("the plugin `{plugin}` is not valid: {failure}")]
    Plugin { plugin: String, failure: Box<Failure> },
    #[error("the plugin `{name}` can't be used: {failure}")]
    NotInstalled { name: String, failure: Box<NotInstalled> },
    /// Of a lock file that can't be used.
    #[error("{0}")]
    LockFile(Box<NotInstalled>),
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error(transparent)]
    Install(#[from] InstallError),
    #[error("interrupted; nothing was changed")]
    Stopped(StopRequest),
    #[error("`{0}` is no place to publish to")]
    NoTarget(String),
    #[error("`{}` is not a signature of minisign", .0.display())]
    NoSignature(PathBuf),
    #[error("`{variable}` is not a duration: `{value}`")]
    Duration { variable: &'static str, value: String },
    #[error(transparent)]
    Trial(#[from] TrialError),
    #[error("{0}")]
    Journal(#[from] JournalError),
    #[error("the journal can't be written now: other processes hold it")]
    JournalBusy,
    #[error("there is no run `{0}` in the journal")]
    NoSuchRun(String),
    #[error("several runs begin with `{beginning}`: {}", .found.join(", "))]
    ManyRuns { beginning: String, found: Vec<String> },
    #[error("`lback.toml` lists no plugin `{0}`")]
    NoSuchPlugin(String),
    #[error("`-n {0}` is not a number of runs")]
    NotANumber(String),
    #[error("cannot read `{}`: {cause}", .path.display())]
    Read { path: PathBuf, cause: io::Error },
    #[error("cannot write `{}`: {cause}", .path.display())]
    Write { path: PathBuf, cause: io::Error },
    #[error("cannot write to stdout: {0}")]
    Stdout(io::Error),
}

impl CliError {
    /// Shows the error, and says with which code to exit.
    #[expect(clippy::too_many_lines, reason = "an arm for each error, and nothing else")]
    pub(super) fn show(self) -> Exit {
        match self {
            Self::Config(error) => {
                let here = std::env::current_dir().unwrap_or_default();
                ui::config_error(&error, &here);
                Exit::Config
            }
            Self::Plugin { ref failure, .. } => {
                let excerpt = failure.excerpt().map(|excerpt| format!("\n{excerpt}")).unwrap_or_default();
                ui::error(&format!("{self}{excerpt}"));
                if let Some(next) = failure.hint() {
                    ui::hint(&next);
                }
                Exit::InvalidPlugin
            }
            Self::Plan(ref error) => {
                ui::error(&error.to_string());
                show_hint(error.hint.clone());
                Exit::of_plan_error(error)
            }
            Self::NotATable(_) => {
                ui::error(&self.to_string());
                ui::hint(
                    "`--count`, `--to-before`, `--include-references` and `--as-migration` are for tables: `lback rollback users`",
                );
                Exit::Usage
            }
            Self::SqlOfTable(ref name) => {
                ui::error(&self.to_string());
                ui::hint(&format!("`lback plan rollback --table {name} --sql` shows it"));
                Exit::Usage
            }
            Self::Project(ref failed) => {
                ui::error(&self.to_string());
                match failed {
                    ProjectError::Exists(_) => {
                        ui::hint("choose another name, or another folder with `--dir`");
                        Exit::Usage
                    }
                    ProjectError::Write { .. } => Exit::Unavailable,
                }
            }
            Self::Component { ref error, .. } => {
                ui::error(&self.to_string());
                ui::hint(error.hint());
                Exit::InvalidPlugin
            }
            Self::Trial(ref error) => {
                ui::error(&self.to_string());
                if let Some(next) = error.hint() {
                    ui::hint(next);
                }
                Exit::Usage
            }
            Self::NotInstalled { ref failure, .. } | Self::LockFile(ref failure) => {
                ui::error(&self.to_string());
                show_hint(failure.hint());
                Exit::InvalidPlugin
            }
            Self::Source(ref error) => {
                ui::error(&self.to_string());
                show_hint(error.hint());
                if error.is_unavailable() { Exit::Unavailable } else { Exit::InvalidPlugin }
            }
            Self::Install(ref error) => {
                ui::error(&self.to_string());
                show_hint(error.hint());
                error.exit()
            }
            Self::Stopped(request) => {
                ui::error(&self.to_string());
                match request {
                    StopRequest::Interrupt => Exit::Interrupted,
                    StopRequest::Terminate => Exit::Terminated,
                }
            }
            Self::NoTarget(_) => {
                ui::error(&self.to_string());
                ui::hint("write a registry, a repository and a tag: `oci://registry.example.com/team/guard:1.2.0`");
                Exit::Usage
            }
            Self::NoSignature(_) => {
                ui::error(&self.to_string());
                ui::hint("`minisign -S -m guard.wasm` writes one into `guard.wasm.minisig`");
                Exit::InvalidPlugin
            }
            Self::Duration { .. } => {
                ui::error(&self.to_string());
                ui::hint("write it as `30s` or `2m`");
                Exit::Usage
            }
            Self::Override(ref refused) => {
                ui::error(&self.to_string());
                ui::hint(&refused.hint());
                match refused {
                    OverrideError::NotPermitted { .. } => Exit::Denied,
                    OverrideError::Unknown { .. } | OverrideError::NoReason => Exit::Usage,
                }
            }
            Self::Journal(ref error) => {
                ui::error(&format!("the journal can't be used: {error}"));
                if let Some(next) = error.hint() {
                    ui::hint(next);
                }
                Exit::Unavailable
            }
            Self::NoSuchRun(_) | Self::ManyRuns { .. } | Self::NoSuchPlugin(_) | Self::NotANumber(_) => {
                ui::error(&self.to_string());
                ui::hint(match self {
                    Self::NoSuchPlugin(_) => "`lback plugin list` says which there are",
                    Self::NotANumber(_) => "write `-n 50`, or `--limit 50`",
                    _ => "`lback log --all` lists the runs; as much of an id is enough as no other run begins with",
                });
                Exit::Usage
            }
            // Whoever read stdout has gone; there is nobody to tell.
            Self::Stdout(ref cause) if cause.kind() == io::ErrorKind::BrokenPipe => Exit::Success,
            Self::CurrentFolder(_)
            | Self::Prompt(_)
            | Self::JournalBusy
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::Stdout(_) => {
                ui::error(&self.to_string());
                Exit::Unavailable
            }
            Self::Host(_) => {
                ui::error(&self.to_string());
                ui::hint("this is a defect of lback: please report it");
                Exit::Bug
            }
        }
    }
}

fn show_hint(next: Option<String>) {
    if let Some(next) = next {
        ui::hint(&next);
    }
}
