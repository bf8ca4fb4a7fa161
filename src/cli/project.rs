//! From what was typed and what `lback.toml` says to a run: everything is resolved here, once.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use uuid::Uuid;

use super::error::CliError;
use super::globals::Globals;
use super::overrides::overrides;
use super::surroundings::{Surroundings, current_folder};
use crate::alembic::{self, Places, Signals, Sinks, StopRequests as _};
use crate::config::{self, Config, PluginConfig};
use crate::dispatch::{Dispatcher, Member};
use crate::migration::{AlembicSettings, Command, Listener, MigrationCommands, Outcome, Screen};
use crate::output::{self, EventStream, Exit};
use crate::plugin::{Failure, Redactor, Runtime, RuntimeOptions, Secrets};
use crate::signal::{Context, Override, Sender};

/// A project, and the folder from which lback was called.
pub(super) struct Project {
    pub(super) here: PathBuf,
    pub(super) config: Config,
    surroundings: Arc<Surroundings>,
}

impl Project {
    /// The project of the current folder; without an `lback.toml`, that folder itself.
    pub(super) fn find(surroundings: Surroundings) -> Result<Self, CliError> {
        let here = current_folder()?;
        let config = match config::discover(&here)? {
            Some(file) => Config::load(&file)?,
            None => Config::default_for(&here)?,
        };
        Ok(Self { here, config, surroundings: Arc::new(surroundings) })
    }

    /// What the plugins of this project share. Without a plugin there is no need of it.
    pub(super) fn runtime(&self) -> Result<Arc<Runtime>, CliError> {
        let granted = self.config.plugins.iter().flat_map(|plugin| &plugin.allow.secrets).map(String::as_str);
        let secrets = self.surroundings.secrets(granted.collect());
        let runtime = Runtime::new(RuntimeOptions {
            cache: self.surroundings.cache_folder(),
            state: self.surroundings.state_folder(),
            project: self.config.root.to_string_lossy().into_owned(),
            secrets: Secrets::new(secrets),
            waiting: output::waiting(),
        })
        .map_err(|error| CliError::Host(format!("{error:#}")))?;
        Ok(Arc::new(runtime))
    }

    fn alembic(&self, globals: &Globals) -> AlembicSettings {
        let Config { root, alembic: config, .. } = &self.config;
        let places =
            Places { root: root.clone(), virtual_env: self.surroundings.virtual_env(), path: self.surroundings.path() };
        AlembicSettings {
            program: alembic::locate(config.command.as_deref(), &places),
            options: globals.alembic_options(config.config.as_deref(), &self.here, root),
            root: root.clone(),
            environment: self.environment_of_alembic(),
            timeout: config.timeout,
        }
    }

    fn environment_of_alembic(&self) -> Vec<(OsString, OsString)> {
        alembic::python_defaults(|name| self.surroundings.is_set(name))
    }
}

/// Runs a command of Alembic with the signals and the plugins of the project.
pub(super) fn run_migration(
    globals: &Globals,
    surroundings: Surroundings,
    command: &Command,
) -> Result<Exit, CliError> {
    let project = Project::find(surroundings)?;
    let overrides = overrides(globals, &project.config)?;
    let events = event_stream(globals)?;
    with_runtime(async {
        let mut stop = Signals::install().map_err(|error| CliError::Host(error.to_string()))?;
        // Side by side: each of them waits for something else.
        let prepare = async { tokio::join!(load(&project, &overrides), context(&project, globals)) };
        let (loaded, context) = tokio::select! {
            biased;
            // Compiling a large plugin takes a while. Nobody has been told of the run yet.
            request = stop.next() => return Ok(show(&Outcome::Interrupted(request))),
            prepared = prepare => prepared,
        };
        let ((members, redactor), context) = (loaded?, Context { overrides, ..context? });
        let mut commands = commands(&project, globals, context, events, members, redactor, stop);
        let outcome = commands.run(command).await;
        // Before the handlers are waited for: who waits should know for what.
        let exit = show(&outcome);
        commands.finish(&outcome).await;
        Ok(exit)
    })?
}

fn show(outcome: &Outcome) -> Exit {
    output::show_outcome(outcome);
    Exit::of(outcome)
}

async fn load(project: &Project, overrides: &[Override]) -> Result<(Vec<Member>, Redactor), CliError> {
    if project.config.plugins.is_empty() {
        return Ok((Vec::new(), Secrets::default().redactor()));
    }
    let runtime = project.runtime()?;
    let redactor = runtime.redactor();
    let load = |plugin: &PluginConfig| {
        let (runtime, plugin) = (Arc::clone(&runtime), plugin.clone());
        tokio::spawn(async move { runtime.load(&plugin).await })
    };
    let loading: Vec<_> = project.config.plugins.iter().map(load).collect();
    let mut members = Vec::with_capacity(loading.len());
    for (plugin, loading) in project.config.plugins.iter().zip(loading) {
        let loaded = loading.await.unwrap_or_else(|panicked| Err(Failure::Host(panicked.to_string())));
        let overridden = overrides.iter().any(|set_aside| set_aside.plugin == plugin.name);
        members.push(Member::new(plugin, overridden, loaded));
    }
    Ok((members, redactor))
}

/// Who runs lback, where, and on which commit.
async fn context(project: &Project, globals: &Globals) -> Result<Context, CliError> {
    let Config { root, project: named, .. } = &project.config;
    let typed = globals.environment.clone().filter(|name| !name.is_empty());
    let environment = typed.or_else(|| named.environment.clone());
    let (root, surroundings) = (root.clone(), Arc::clone(&project.surroundings));
    let asked = tokio::task::spawn_blocking(move || surroundings.context(&root, environment));
    asked.await.map_err(|panicked| CliError::Host(panicked.to_string()))
}

fn commands(
    project: &Project,
    globals: &Globals,
    context: Context,
    events: Option<EventStream>,
    members: Vec<Member>,
    redactor: Redactor,
    stop: Signals,
) -> MigrationCommands<Signals> {
    let Config { project: named, dispatch, .. } = &project.config;
    MigrationCommands {
        sender: Sender { run_id: Uuid::now_v7(), project: named.name.clone() },
        context,
        alembic: project.alembic(globals),
        screens: screens(globals),
        listener: listener(events),
        dispatcher: Dispatcher::new(members, Arc::new(output::show_notice)),
        redactor,
        handler_grace: dispatch.handler_grace,
        stop,
        waiting: output::waiting(),
    }
}

fn event_stream(globals: &Globals) -> Result<Option<EventStream>, CliError> {
    match globals.events.as_deref() {
        None => Ok(None),
        Some(path) if path == STDOUT => Ok(Some(EventStream::to_stdout())),
        Some(path) => {
            EventStream::to_file(path).map(Some).map_err(|cause| CliError::Write { path: path.to_owned(), cause })
        }
    }
}

fn listener(events: Option<EventStream>) -> Listener {
    Box::new(move |event| {
        if let Some(events) = &events {
            events.write(event);
        }
    })
}

/// Where Alembic's output goes: to lback's own, unless stdout is taken by the events.
fn screens(globals: &Globals) -> Sinks<Screen, Screen> {
    let stdout: Screen = if globals.events.as_deref().is_some_and(|path| path == STDOUT) {
        Box::new(tokio::io::stderr())
    } else {
        Box::new(tokio::io::stdout())
    };
    Sinks { stdout, stderr: Box::new(tokio::io::stderr()) }
}

/// As people write it where a file is expected.
const STDOUT: &str = "-";

/// Runs a future on lback's runtime, and leaves nothing behind that could keep the process.
///
/// One thread runs it all: plugins yield at every tick of the epoch, and several threads that make and drop their memories
/// cost more in the kernel than they gain (ten handlers: 30 ms of processor time with two threads, 18 with one).
pub(super) fn with_runtime<T>(future: impl Future<Output = T>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::Host(error.to_string()))?;
    let result = runtime.block_on(future);
    // What still runs (a handler that was given up, a store that waits) must not hold up the exit.
    runtime.shutdown_background();
    Ok(result)
}
