//! The stage of the demo: the copy of the project, the receiver, and lback's environment. It plays
//! a scene and compares the outcome.

use super::{
    message,
    receiver::{Arrival, Kind, Receiver},
    scenes::Scene,
    shop::Shop,
};
use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    cell::RefCell,
    env, fs, io,
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

pub(crate) struct Stage {
    pub(crate) project: PathBuf,
    lback: PathBuf,
    venv: PathBuf,
    python: PathBuf,
    receiver: Receiver,
    /// The revision files in the order in which they were made.
    made: RefCell<Vec<String>>,
}

/// The outcome of a scene.
pub(crate) struct Act {
    /// The command line as a user would type it.
    pub(crate) command: String,
    pub(crate) exit: String,
    pub(crate) expected: i32,
    pub(crate) took: Duration,
    pub(crate) arrivals: Vec<Arrival>,
    /// The differences from what the scene expects.
    pub(crate) differences: Vec<String>,
}

impl Act {
    pub(crate) fn count(&self, kind: Kind) -> usize {
        self.arrivals.iter().filter(|arrival| arrival.kind == kind).count()
    }
}

impl Stage {
    pub(crate) fn set(paths: &Paths, lback: PathBuf) -> Result<Self, Error> {
        let config = paths.root.join("lback.toml");
        let text = fs::read_to_string(&config).map_err(Error::file("read", &config))?;
        if !text.contains(&Receiver::origin()) {
            return Err(Error::ReceiverNotGranted { origin: Receiver::origin() });
        }
        let receiver = Receiver::start()?;

        let project = paths.target.join("demo");
        files::remove_folder(&project)?;
        files::make_folder(&project)?;
        files::copy_if_changed(&config, &project.join("lback.toml"))?;
        files::copy_tree(&paths.root.join("example"), &project.join("example"), &|name| {
            name != "__pycache__" && !name.starts_with("shop.db")
        })?;
        let plugins = project.join("plugins");
        files::make_folder(&plugins)?;
        for entry in fs::read_dir(paths.plugins()).map_err(Error::file("list", paths.plugins()))? {
            let file = entry.map_err(Error::file("list", paths.plugins()))?.path();
            if file.extension().is_some_and(|extension| extension == "wasm") {
                files::copy_if_changed(&file, &plugins.join(file.file_name().unwrap_or_default()))?;
            }
        }
        let mut step = Step::start("lback.lock");
        let mut install = Command::new(&lback);
        install.args(["plugin", "install"]).current_dir(&project);
        process::quiet(&mut step, "install the plugins", &mut install, None)?;
        step.done("written");
        let made = RefCell::new(Shop::look(&project, &paths.python())?.scripts);
        Ok(Self { project, lback, venv: paths.venv(), python: paths.python(), receiver, made })
    }

    pub(crate) fn play(&self, scene: &Scene) -> Result<Act, Error> {
        let before = Shop::look(&self.project, &self.python)?;
        let started = Instant::now();
        let status = self.run(scene)?;
        let took = started.elapsed();
        let after = Shop::look(&self.project, &self.python)?;
        let arrivals = self.receiver.take();

        let new: Vec<String> =
            after.scripts.iter().filter(|script| !before.scripts.contains(script)).cloned().collect();
        self.made.borrow_mut().extend(new);
        let differences = self.compare(scene, status, &before, &after, &arrivals);
        let exit = status.code().map_or_else(|| status.to_string(), |code| code.to_string());
        Ok(Act { command: command_line(scene), exit, expected: scene.exit, took, arrivals, differences })
    }

    /// Runs lback with both streams on our standard output, so that they stay in order in a pipe
    /// too.
    fn run(&self, scene: &Scene) -> Result<ExitStatus, Error> {
        let mut command = Command::new(&self.lback);
        command.args(scene.args).current_dir(&self.project).stdin(Stdio::null());
        for (name, _) in env::vars_os() {
            if is_foreign(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        command.env("VIRTUAL_ENV", &self.venv).env("SLACK_WEBHOOK_URL", Receiver::webhook());
        // The state of plugins belongs to the demo, and is new at each run.
        command.env("LBACK_STATE_DIR", self.project.join(".state"));
        command.stdout(ours()?).stderr(ours()?);
        command.status().map_err(|source| process::spawn_error(&command, source))
    }

    fn compare(
        &self,
        scene: &Scene,
        status: ExitStatus,
        before: &Shop,
        after: &Shop,
        arrivals: &[Arrival],
    ) -> Vec<String> {
        let mut differences = Vec::new();
        let mut demand = |holds: bool, what: String| {
            if !holds {
                differences.push(what);
            }
        };
        demand(status.code() == Some(scene.exit), format!("expected exit code {}, not {status}", scene.exit));
        demand(after.tables == scene.tables, format!("expected the tables {:?}, not {:?}", scene.tables, after.tables));
        demand(
            after.scripts.len() == scene.revisions,
            format!("expected {} revision files, not: {}", scene.revisions, after.scripts.join(", ")),
        );
        let made = self.made.borrow();
        let due = made.get(scene.at - 1).map_or("(none)", String::as_str);
        let at = after.at.as_deref().unwrap_or("(none)");
        demand(after.is_at(due), format!("expected the database at `{due}`, not at `{at}`"));
        demand(!scene.untouched || before == after, "the database or the revisions have changed".into());

        let of = |kind| arrivals.iter().filter(move |arrival: &&Arrival| arrival.kind == kind);
        let slack = of(Kind::Slack).count();
        let due = usize::from(scene.slack.is_some());
        demand(slack == due, format!("expected {due} messages to Slack, not {slack}"));
        if let Some(text) = scene.slack {
            let says = of(Kind::Slack).all(|arrival| message::lines(arrival).join("\n").contains(text));
            demand(says, format!("expected `{text}` in the message to Slack"));
        }
        let pushes = of(Kind::Metrics).filter(|arrival| !message::lines(arrival).is_empty()).count();
        demand(pushes == 1, format!("expected one push of metrics, not {pushes}"));
        for stray in of(Kind::Stray) {
            demand(false, format!("the request `{}` is not expected", stray.request));
        }
        differences
    }
}

pub(crate) fn command_line(scene: &Scene) -> String {
    format!("lback {}", scene.args.join(" "))
}

/// Returns whether a variable would change what is shown or where messages go. The cache folder may
/// stay.
fn is_foreign(variable: &str) -> bool {
    let ours = variable.starts_with("LBACK_") && variable != "LBACK_CACHE_DIR";
    let proxy = variable.to_ascii_uppercase().ends_with("_PROXY");
    ours || proxy || matches!(variable, "ALEMBIC_CONFIG" | "SLACK_WEBHOOK_URL_FILE")
}

#[cfg(unix)]
fn ours() -> Result<Stdio, Error> {
    use std::os::fd::AsFd as _;
    let stdout = io::stdout().as_fd().try_clone_to_owned().map_err(Error::file("use", "standard output"))?;
    Ok(stdout.into())
}

#[cfg(not(unix))]
fn ours() -> Result<Stdio, Error> {
    Ok(io::stdout().into())
}
