use std::env;
use std::ffi::OsString;
use std::io;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};

use clap::Args;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Command;

use super::componentize::componentize;
use crate::alembic::StopRequest;
use crate::authoring::{BuildCommand, BuildResult, Language, PluginSource, component_of_cargo};
use crate::cli::plugin::install_context::{Workshop, until_stopped, until_stopped_as};
use crate::migration::stopped_exit;
use crate::session::environment::Surroundings;
use crate::support::atomic_write;
use crate::support::exit::Exit;
use crate::support::io_error::FileError;
use crate::support::read_file;
use crate::support::user_error::{CommandError, UserError};
use crate::ui;

/// Build a plugin of its source
///
/// Runs the tools of the plugin's language, as its README describes them, and checks that the
/// result is a plugin of lback. The languages are those of `lback plugin new`.
#[derive(Args)]
pub(in crate::cli) struct Build {
    /// The folder with the source
    #[arg(default_value = ".")]
    folder: PathBuf,

    /// The component; an existing file is replaced [default: the plugin's name and `.wasm`, in the
    /// folder]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Build {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let source = PluginSource::find(&self.folder)?;
        let component = until_stopped_as(self.build(&source), NotBuilt)?;
        let bytes = read_file::read(&component, read_file::WRITTEN_BY_PROGRAMS).map_err(FileError::read(&component))?;
        let shown = component.display().to_string();
        let workshop = Workshop::open(surroundings, true)?;
        let facts = until_stopped(workshop.inspect(&bytes, "built", &shown))?;
        let size = bytesize::ByteSize(bytes.len() as u64);
        ui::status("built", &format!("`{shown}`, {size}: `{}` {}", facts.description.name, facts.description.version));
        ui::hint(&format!("in a project: lback plugin install {shown}"));
        Ok(Exit::Success)
    }

    /// Runs the tools, puts the component where it belongs, and returns its path.
    async fn build(&self, source: &PluginSource) -> Result<PathBuf, CommandError> {
        let (commands, result) = source.commands()?;
        for command in commands {
            self.run_tool(command, source.language).await?;
        }
        let built = match result {
            BuildResult::Component(path) => self.in_folder(&path),
            BuildResult::Module(path) => {
                let output = self.output_of(source)?;
                componentize(&self.in_folder(&path), &output)?;
                return Ok(output);
            }
            BuildResult::OfCargo => self.ask_cargo().await?,
        };
        let output = self.output_of(source)?;
        if output != built {
            let bytes = read_file::read(&built, read_file::WRITTEN_BY_PROGRAMS).map_err(FileError::read(&built))?;
            atomic_write::replace(&output, &bytes).map_err(FileError::write(&output))?;
        }
        Ok(output)
    }

    fn output_of(&self, source: &PluginSource) -> Result<PathBuf, CommandError> {
        if let Some(output) = &self.output {
            return Ok(output.clone());
        }
        Ok(self.in_folder(format!("{}.wasm", source.name()?).as_ref()))
    }

    fn in_folder(&self, file: &Path) -> PathBuf {
        if self.folder == Path::new(".") { file.to_owned() } else { self.folder.join(file) }
    }

    async fn run_tool(&self, build: BuildCommand, language: Language) -> Result<(), CommandError> {
        let words: Vec<&str> = [build.program].into_iter().chain(build.args.iter().map(String::as_str)).collect();
        let shown = words.join(" ");
        ui::status("running", &format!("`{shown}`"));
        let mut tool = self.tool(build.program);
        tool.args(&build.args).envs(build.environment);
        let failed = |cause| ToolFailed { command: shown.clone(), language, cause };
        // stdout is for data.
        let out = io::stderr().as_fd().try_clone_to_owned().map_err(|error| failed(Cause::NotStarted(error)))?;
        let mut tool = tool.stdout(Stdio::from(out)).spawn().map_err(|error| failed(Cause::NotStarted(error)))?;
        let group = ToolGroup(tool.id());
        let status = tool.wait().await.map_err(|error| failed(Cause::NotStarted(error)))?;
        group.has_ended();
        if status.success() { Ok(()) } else { Err(failed(Cause::Ended(status)).into()) }
    }

    /// Asks cargo where it has put the component.
    async fn ask_cargo(&self) -> Result<PathBuf, CommandError> {
        let words = ["metadata", "--no-deps", "--format-version", "1"];
        let failed = |cause| ToolFailed { command: "cargo metadata".to_owned(), language: Language::Rust, cause };
        let answer = self.tool("cargo").args(words).stderr(Stdio::inherit()).output().await;
        let answer = answer.map_err(|error| failed(Cause::NotStarted(error)))?;
        if !answer.status.success() {
            return Err(failed(Cause::Ended(answer.status)).into());
        }
        component_of_cargo(&answer.stdout, &self.folder).ok_or_else(|| failed(Cause::NoComponent).into())
    }

    /// Returns a command in the plugin's folder, which ends with lback. It finds this lback first:
    /// the build of a plugin in C calls it.
    fn tool(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).stdin(Stdio::null()).process_group(0).kill_on_drop(true);
        let own = env::current_exe().ok().and_then(|lback| Some(lback.parent()?.to_owned()));
        let others = env::var_os("PATH").unwrap_or_default();
        let folders = own.into_iter().chain(env::split_paths(&others));
        let path: Result<OsString, _> = env::join_paths(folders);
        if let Ok(path) = path {
            command.env("PATH", path);
        }
        command
    }
}

/// The processes of a tool. They end with lback.
struct ToolGroup(Option<u32>);

impl ToolGroup {
    /// Notes that the tool has ended: what it left behind, it meant to.
    fn has_ended(mut self) {
        self.0 = None;
    }
}

impl Drop for ToolGroup {
    fn drop(&mut self) {
        let group = self.0.and_then(|group| Pid::from_raw(group.try_into().ok()?));
        // It may have ended at this moment.
        let _ = group.map(|group| kill_process_group(group, Signal::KILL));
    }
}

/// A build that lback was asked to stop.
#[derive(Debug, thiserror::Error)]
#[error("interrupted; the component was not built")]
struct NotBuilt(StopRequest);

impl UserError for NotBuilt {
    fn exit(&self) -> Exit {
        stopped_exit(self.0)
    }
}

/// A tool of a language that did not do its work.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` {cause}")]
struct ToolFailed {
    command: String,
    language: Language,
    cause: Cause,
}

#[derive(Debug, thiserror::Error)]
enum Cause {
    #[error("can't be started: {0}")]
    NotStarted(io::Error),
    #[error("failed: {0}")]
    Ended(ExitStatus),
    #[error("names no library of the type `cdylib`")]
    NoComponent,
}

impl UserError for ToolFailed {
    fn exit(&self) -> Exit {
        match self.cause {
            Cause::NotStarted(_) => Exit::Unavailable,
            Cause::Ended(_) | Cause::NoComponent => Exit::InvalidPlugin,
        }
    }

    fn hint(&self) -> Option<String> {
        let readme = format!("the plugin's README says what a build in {} needs", self.language.name());
        matches!(self.cause, Cause::NotStarted(_)).then_some(readme)
    }
}
