//! A run of Alembic, from the project and the options of the command line to its result.

use std::sync::Arc;

use super::git;
use super::overrides::overrides;
use super::project::Project;
use super::question;
use super::runtime::with_runtime;
use crate::alembic::{self, PlanQuestion, PlanReply, ScriptBodies, StopRequests as _, StopSignals};
use crate::config::{Config, OnError, PluginConfig};
use crate::dispatch::{Dispatcher, Member, Policies, PolicyEvaluation};
use crate::journal::{Journal, RunRecord, RunStart};
use crate::migration::{AlembicSettings, Command, MigrationCommands, PreparedAlembic, RunResult, StopCounter};
use crate::model::event::{Context, Override, Sender};
use crate::model::plan::{PlanError, PlanSource};
use crate::plugin::{Failure, Plugin};
use crate::session::environment::Surroundings;
use crate::session::reporter::RunReporter;
use crate::session::run_options::RunOptions;
use crate::session::stopped::Stopped;
use crate::support::clock;
use crate::support::exit::Exit;
use crate::support::internal_error::InternalError;
use crate::support::redact::{process, redact};
use crate::support::user_error::CommandError;
use crate::ui;

/// Runs a command of Alembic with the signals and the plugins of the project.
pub(crate) fn run_migration(
    options: &RunOptions,
    surroundings: Surroundings,
    command: &Command,
) -> Result<Exit, CommandError> {
    let project = Project::find(surroundings)?;
    with_runtime(async {
        let mut session = Session::start(&project, options, command)?;
        let participants = session.participants().await?;
        let plan = session.plan_source();
        Ok(session.run(command, participants, plan, None).await.exit())
    })?
}

/// A run that has not begun: the parts that can start before it is known whether the command may
/// run, or which one. Importing Alembic takes longest, so its process starts first.
pub(crate) struct Session<'a> {
    project: &'a Project,
    environment: Option<String>,
    alembic: AlembicSettings,
    prepared: PreparedAlembic,
    journal: Option<Journal>,
    overrides: Vec<Override>,
    reporter: RunReporter,
    stop: StopSignals,
}

/// The plugins of a run, and the context that they are told.
pub(crate) struct Participants {
    pub(crate) members: Vec<Member>,
    pub(crate) context: Context,
    /// The handlers that the run leaves out.
    left_out: Vec<LeftOut>,
}

/// A handler that gets no events, because none of its secrets is set on this machine.
struct LeftOut {
    plugin: String,
    secrets: Vec<String>,
}

/// The plugins that a run uses, and the handlers that it leaves out.
#[derive(Default)]
struct LoadedPlugins {
    members: Vec<Member>,
    left_out: Vec<LeftOut>,
}

impl<'a> Session<'a> {
    /// Starts the parts of a run. Must be called within the runtime. `command` may still be
    /// changed.
    pub(crate) fn start(
        project: &'a Project,
        options: &'a RunOptions,
        command: &Command,
    ) -> Result<Self, CommandError> {
        let overrides = overrides(options, &project.config)?;
        let reporter = RunReporter::new(options, &project.config)?;
        let stop = StopSignals::install().map_err(InternalError::new)?;
        let journal = project.journal();
        let environment = project.environment(options)?;
        let alembic = project.alembic(options, environment.as_deref())?;
        let config_files = alembic.config_files(command);
        project.check_config_files(&config_files)?;
        project.warn_of_other_projects(&config_files);
        let prepared = PreparedAlembic::start(&alembic, command);
        Ok(Self { project, environment, alembic, prepared, journal, overrides, reporter, stop })
    }

    /// Waits, unless lback is asked to stop. No plugin has received an event by then.
    async fn unless_stopped<T>(stop: &mut StopSignals, future: impl Future<Output = T>) -> Result<T, CommandError> {
        tokio::select! {
            biased;
            request = stop.next() => Err(Stopped(request).into()),
            done = future => Ok(done),
        }
    }

    /// Loads the plugins and determines the context.
    pub(crate) async fn participants(&mut self) -> Result<Participants, CommandError> {
        // A git process, where one is needed, works while the plugins are loaded.
        let prepare = async {
            tokio::join!(
                context(self.project, self.environment.clone()),
                load(self.project, &self.overrides, self.environment.as_deref())
            )
        };
        // Compiling a large plugin takes some time.
        let (context, loaded) = Self::unless_stopped(&mut self.stop, prepare).await?;
        let LoadedPlugins { members, left_out } = loaded?;
        Ok(Participants { members, context: Context { overrides: self.overrides.clone(), ..context }, left_out })
    }

    /// Asks the planner for the plan.
    pub(crate) async fn plan(&mut self, question: PlanQuestion) -> Result<Result<PlanReply, PlanError>, CommandError> {
        Self::unless_stopped(&mut self.stop, self.prepared.plan(&self.alembic.plans, question)).await
    }

    /// Asks the user.
    pub(crate) async fn ask(&mut self, what: &str) -> Result<bool, CommandError> {
        Self::unless_stopped(&mut self.stop, question::ask(what.to_owned())).await?
    }

    /// Returns the source of the plan of the prepared command.
    pub(crate) fn plan_source(&self) -> PlanSource {
        self.prepared.source(&self.alembic.plans)
    }

    /// Returns lback's own command line, without secrets.
    pub(crate) fn typed(&self) -> Vec<String> {
        alembic::without_secrets(&self.project.surroundings.command_line())
    }

    /// Replaces the command that the session was started for.
    pub(crate) async fn change(&mut self, command: &Command) {
        self.prepared.change(&self.alembic, command).await;
    }

    /// Returns Alembic's command line, for display.
    pub(crate) fn words(&self) -> Vec<String> {
        self.prepared.words()
    }

    /// Returns the verdicts of the policies on the command, without a run.
    pub(crate) async fn consult(
        &mut self,
        command: &Command,
        Participants { members, context, .. }: Participants,
        plan: PlanSource,
    ) -> Result<Vec<PolicyEvaluation>, CommandError> {
        let events = self.prepared.events_before(command, &sender(self.project), &context);
        let policies = Policies::new(members, plan);
        Self::unless_stopped(&mut self.stop, policies.consult(events)).await
    }

    /// Runs the command from its first signal to the end of its handlers. Policies see `plan`, and
    /// the run is checked against it. `written` goes into a new version script.
    pub(crate) async fn run(
        self,
        command: &Command,
        Participants { members, context, left_out }: Participants,
        plan: PlanSource,
        written: Option<ScriptBodies>,
    ) -> RunResult {
        let Self { project, alembic, prepared, journal, reporter, stop, .. } = self;
        if prepared.changes_database() {
            left_out.iter().for_each(LeftOut::note);
        }
        let Config { root, dispatch, .. } = &project.config;
        let sender = sender(project);
        let record = journal.as_ref().map_or_else(RunRecord::none, |journal| {
            let (root, scope) = (root.to_string_lossy().into_owned(), project.scope());
            let start = RunStart { sender: sender.clone(), context: context.clone(), root, scope };
            journal.begin(start, process().clone())
        });
        let reporter = Arc::new(reporter);
        let commands = MigrationCommands {
            sender,
            context,
            alembic,
            screens: reporter.screens(),
            dispatcher: Dispatcher::new(members, plan.clone(), Arc::clone(&reporter) as _, record.clone()),
            observer: reporter,
            record,
            handler_grace: dispatch.handler_grace,
            stop: StopCounter::new(stop),
            plan,
            written,
        };
        // Everything that a run holds is on the heap, so that callers stay small.
        Box::pin(commands.run(command, prepared)).await
    }
}

/// Returns the sender of the signals of a new run.
fn sender(project: &Project) -> Sender {
    Sender { run_id: clock::new_id(), project: project.config.project.name.clone() }
}

async fn load(
    project: &Project,
    overrides: &[Override],
    environment: Option<&str>,
) -> Result<LoadedPlugins, CommandError> {
    if project.config.plugins.is_empty() {
        return Ok(LoadedPlugins::default());
    }
    let runtime = project.runtime()?;
    let load = |plugin: &&PluginConfig| {
        let (runtime, plugin) = (Arc::clone(&runtime), (*plugin).clone());
        tokio::spawn(async move { runtime.load(&plugin).await })
    };
    let used: Vec<_> = project.config.plugins.iter().filter(|plugin| plugin.may_be_used_in(environment)).collect();
    let loading: Vec<_> = used.iter().map(load).collect();
    let mut all = LoadedPlugins::default();
    for (plugin, loading) in used.into_iter().zip(loading) {
        let loaded = loading.await.unwrap_or_else(|panicked| Err(Failure::Host(panicked.to_string())));
        if loaded.as_ref().is_ok_and(Plugin::is_only_handler) {
            if environment.is_none() && plugin.environments.is_some() {
                continue;
            }
            if lacks_its_secrets(plugin, &project.surroundings) {
                all.left_out.push(LeftOut { plugin: plugin.name.clone(), secrets: plugin.allow.secrets.clone() });
                continue;
            }
        }
        let overridden = overrides.iter().any(|set_aside| set_aside.plugin == plugin.name);
        all.members.push(Member::new(plugin, overridden, loaded));
    }
    Ok(all)
}

/// Returns whether a handler can't do its work here, as on the laptop of a developer: it is granted
/// secrets, and none of them is set. A run that depends on the handler isn't allowed to go on
/// without it.
fn lacks_its_secrets(plugin: &PluginConfig, surroundings: &Surroundings) -> bool {
    let secrets = &plugin.allow.secrets;
    let is_optional = plugin.on_error != Some(OnError::Block);
    is_optional && !secrets.is_empty() && !secrets.iter().any(|secret| surroundings.has_secret(secret))
}

impl LeftOut {
    fn note(&self) {
        let Self { plugin, secrets } = self;
        let secrets = secrets.iter().map(|secret| format!("`{secret}`")).collect::<Vec<_>>().join(", ");
        ui::note(&format!("the handler `{plugin}` is not notified: {secrets} is not set"));
    }
}

/// Returns the context of a run: the actor, the host, the commit and the environment.
async fn context(project: &Project, environment: Option<String>) -> Context {
    let root = &project.config.root;
    let surroundings = &project.surroundings;
    let context = surroundings.context(environment, async || git::head(root, surroundings.has_git_elsewhere()).await);
    without_secrets(context.await)
}

/// Hides what a CI system, git or a person put into the facts of a run: a URL with a password may
/// be in the address of a job or in the name of a branch.
fn without_secrets(context: Context) -> Context {
    let hide = |text: Option<String>| text.map(|text| redact(&text).into_owned());
    let Context { environment, actor, host, git_commit, git_branch, ci_job_url, overrides, target } = context;
    Context {
        environment: hide(environment),
        actor: hide(actor),
        host: hide(host),
        git_commit: hide(git_commit),
        git_branch: hide(git_branch),
        ci_job_url: hide(ci_job_url),
        overrides,
        target,
    }
}
