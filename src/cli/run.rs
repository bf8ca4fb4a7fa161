//! A run of Alembic: what it needs is put together here, once, then it goes its way.

use std::sync::Arc;

use uuid::Uuid;

use super::error::CliError;
use super::globals::Globals;
use super::onlooker::Onlooker;
use super::overrides::overrides;
use super::project::Project;
use super::runtime::with_runtime;
use super::surroundings::Surroundings;
use crate::alembic::{Signals, StopRequests as _};
use crate::config::{Config, PluginConfig};
use crate::dispatch::{Dispatcher, Member};
use crate::journal::{Journal, RunRecord, RunStart};
use crate::migration::{AlembicSettings, Command, Counted, Ending, MigrationCommands, Outcome};
use crate::output::{self, Exit};
use crate::plugin::{Failure, Redactor, Secrets};
use crate::signal::{Context, Override, Sender};

/// Runs a command of Alembic with the signals and the plugins of the project.
pub(super) fn run_migration(
    globals: &Globals,
    surroundings: Surroundings,
    command: &Command,
) -> Result<Exit, CliError> {
    let project = Project::find(surroundings)?;
    let overrides = overrides(globals, &project.config)?;
    let onlooker = Onlooker::new(globals, &project.config)?;
    with_runtime(async {
        let mut stop = Signals::install().map_err(|error| CliError::Host(error.to_string()))?;
        // Side by side: each of them waits for something else, and Alembic's imports take the longest.
        let journal = project.journal();
        let alembic = project.alembic(globals);
        let prepared = alembic.prepare(command);
        let prepare = async { tokio::join!(load(&project, &overrides), context(&project, globals)) };
        let (loaded, context) = tokio::select! {
            biased;
            // Compiling a large plugin takes a while. Nobody has been told of the run yet.
            request = stop.next() => return Ok(show(&Outcome::Interrupted(request).into())),
            done = prepare => done,
        };
        let (plugins, context) = (loaded?, Context { overrides, ..context? });
        let mut commands = commands(&project, context, alembic, journal.as_ref(), onlooker, plugins, stop);
        let ending = commands.run(command, prepared).await;
        // Before the handlers are waited for: who waits should know for what.
        let exit = show(&ending);
        commands.finish(&ending.outcome, exit.code()).await;
        Ok(exit)
    })?
}

fn show(ending: &Ending) -> Exit {
    output::show_ending(ending);
    Exit::of(&ending.outcome)
}

/// The plugins of a run.
struct Plugins {
    members: Vec<Member>,
    redactor: Redactor,
}

async fn load(project: &Project, overrides: &[Override]) -> Result<Plugins, CliError> {
    if project.config.plugins.is_empty() {
        return Ok(Plugins { members: Vec::new(), redactor: Secrets::default().redactor() });
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
    Ok(Plugins { members, redactor })
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
    context: Context,
    alembic: AlembicSettings,
    journal: Option<&Journal>,
    onlooker: Onlooker,
    Plugins { members, redactor }: Plugins,
    stop: Signals,
) -> MigrationCommands<Signals> {
    let Config { root, project: named, dispatch, .. } = &project.config;
    let sender = Sender { run_id: Uuid::now_v7(), project: named.name.clone() };
    let record = journal.map_or_else(RunRecord::none, |journal| {
        let redactor = redactor.clone();
        let (root, scope) = (root.to_string_lossy().into_owned(), project.scope());
        let start = RunStart { sender: sender.clone(), context: context.clone(), root, scope };
        journal.begin(start, Arc::new(move |text: &str| redactor.redact(text)))
    });
    MigrationCommands {
        sender,
        context,
        alembic,
        screens: onlooker.screens(),
        observer: Box::new(onlooker),
        dispatcher: Dispatcher::new(members, Arc::new(output::show_notice), record.clone()),
        record,
        redactor,
        handler_grace: dispatch.handler_grace,
        stop: Counted::new(stop),
        waiting: output::waiting(),
    }
}
