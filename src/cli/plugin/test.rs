use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::cli::options::global::Globals;
use crate::cli::plugin::trial_options::{TrialError, Tried};
use crate::config::PluginConfig;
use crate::model::signal::SignalName;
use crate::plugin::{HttpMode, Plugin, Role, RuntimeOptions, Secrets, Tape};
use crate::sample::{self, Sample};
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::io_error::ResultNotShown;
use crate::support::plural::counted;
use crate::support::user_error::CommandError;
use crate::ui::{self, Expectation, TestReport, TriedCall};

/// Call a plugin with sample events, and show the results
///
/// Without `--signal`, the plugin is called with samples of the signals that it subscribes to. As
/// in a run, a handler receives only what the same plugin, as a policy, does not deny. The plugin's
/// `store` is empty and is discarded afterwards. Requests are refused unless `lback.toml` or an
/// option grants them.
///
/// Exits with 1 if a call failed, a request was not in the recording, or an expectation was not
/// met.
#[derive(Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option")]
pub(in crate::cli) struct Test {
    #[command(flatten)]
    tried: Tried,

    /// Also use samples of other signals, and of one that no plugin knows yet
    #[arg(long, conflicts_with = "signals")]
    all: bool,

    /// Fail unless the result is `allow`, `deny`, `deny:CODE`, `ok`, `error` or `error:TEXT`; with
    /// `EVENT=` in front for one event or signal only, as `migration_rollback_command=deny`. May be
    /// given several times
    #[arg(long, value_name = "[EVENT=]OUTCOME")]
    expect: Vec<String>,

    /// The plan for policies that ask for it, at events of its direction: the output of `lback plan
    /// --json`. Without it they see a sample plan
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,

    /// Permit requests to all origins that the plugin requests
    #[arg(long)]
    allow_http: bool,

    /// Permit private and loopback addresses for these requests
    #[arg(long)]
    allow_private: bool,

    /// Grant this secret, with this value or that of the environment. May be given several times
    #[arg(long = "secret", value_name = "NAME[=VALUE]")]
    secrets: Vec<String>,

    /// Write the requests and their answers to this file, without the values of secrets
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    record: Option<PathBuf>,

    /// Answer the requests from this file; nothing is sent
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,

    /// Print one JSON document; `schemas/plugin-test.schema.json` describes it
    #[arg(long)]
    json: bool,
}

impl Test {
    pub(in crate::cli) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let expectations: Result<Vec<Expectation>, _> = self.expect.iter().map(|text| text.parse()).collect();
        let expectations = expectations.map_err(TrialError::from)?;
        let project = Project::find(surroundings)?;
        let mut config = self.tried.config(&project)?;
        let samples = self.samples(globals)?;
        let tape = self.tape()?;
        let secrets = self.secrets(&project, &mut config)?;
        let folder = tempfile::tempdir().map_err(TrialError::Folder)?;
        let runtime = project.runtime_with(|options: &mut RuntimeOptions| {
            options.state = Some(folder.path().join("state"));
            options.secrets = Secrets::new(secrets);
            options.sending = tape.clone();
        })?;
        let report = with_runtime(async {
            let mut plugin = self.tried.load(&runtime, &config).await?;
            if self.grant(&plugin, &mut config) {
                plugin = self.tried.load(&runtime, &config).await?;
            }
            let calls = self.call(&plugin, &samples).await;
            Ok::<_, CommandError>(TestReport::new(&plugin, calls, &expectations))
        })??;
        if let (Some(path), HttpMode::Record(tape)) = (&self.record, &tape) {
            let count = tape.write(path).map_err(|error| unusable(path, error))?;
            ui::status("recorded", &format!("{} in `{}`", counted(count, "exchange"), path.display()));
        }
        if let HttpMode::Replay(tape) = &tape
            && tape.left() > 0
        {
            let left = tape.left();
            let exchanges = counted(left, "exchange");
            ui::note(&format!("{exchanges} of the recording were not asked for"));
        }
        let exit = if report.passed() { Exit::Success } else { Exit::TestFailed };
        ui::show_test(&report, self.json).map_err(ResultNotShown::after(exit))?;
        Ok(exit)
    }

    /// The environment of the command line applies to all samples. One of a variable does not, so
    /// that a test has the same result everywhere.
    fn samples(&self, globals: &Globals) -> Result<Vec<Sample>, CommandError> {
        let mut samples = self.tried.samples()?;
        if samples.is_empty() {
            samples = sample::shipped();
        }
        if let Some(path) = &self.plan {
            let plan = Arc::new(sample::read_plan(path).map_err(TrialError::from)?);
            for sample in &mut samples {
                sample.show(&plan);
            }
        }
        if let Some(environment) = globals.typed_environment() {
            for sample in &mut samples {
                sample.event.context.environment = Some(environment.to_owned()).filter(|name| !name.is_empty());
            }
        }
        Ok(samples)
    }

    fn tape(&self) -> Result<HttpMode, CommandError> {
        Ok(match (&self.record, &self.replay) {
            (Some(_), _) => HttpMode::Record(Arc::default()),
            (None, Some(path)) => HttpMode::Replay(Arc::new(Tape::read(path).map_err(|error| unusable(path, error))?)),
            (None, None) => HttpMode::Network,
        })
    }

    /// Returns the values of the granted secrets, and grants those of the command line.
    fn secrets(&self, project: &Project, config: &mut PluginConfig) -> Result<BTreeMap<String, String>, CommandError> {
        let mut typed = BTreeMap::new();
        for secret in &self.secrets {
            let (name, value) =
                secret.split_once('=').map_or((secret.as_str(), None), |(name, value)| (name, Some(value)));
            if name.is_empty() {
                return Err(TrialError::Secret(secret.clone()).into());
            }
            if !config.allow.secrets.iter().any(|granted| granted == name) {
                config.allow.secrets.push(name.to_owned());
            }
            typed.extend(value.map(|value| (name.to_owned(), value.to_owned())));
        }
        let mut values = project.surroundings.secrets(config.allow.secrets.iter().map(String::as_str).collect());
        values.extend(typed);
        Ok(values)
    }

    /// Grants the permissions of the command line. A recording needs no other grant, because
    /// nothing is sent. Returns `true` if anything was granted.
    fn grant(&self, plugin: &Plugin, config: &mut PluginConfig) -> bool {
        if self.allow_http || self.replay.is_some() {
            config.allow.http.extend(plugin.asked_origins(config));
        }
        config.allow.private |= self.allow_private || self.replay.is_some();
        self.allow_http || self.allow_private || self.replay.is_some()
    }

    async fn call(&self, plugin: &Plugin, samples: &[Sample]) -> Vec<TriedCall> {
        let wanted = |sample: &&Sample| {
            let named = !self.all && sample.known_signal().is_none_or(|signal| !plugin.signals().contains(&signal));
            !named || self.tried.names_samples()
        };
        let mut calls = Vec::new();
        for sample in samples.iter().filter(wanted) {
            let mut denied = false;
            for role in [Role::Policy, Role::Handler] {
                let is_asked = role == Role::Handler || sample.known_signal().is_none_or(SignalName::is_before);
                if !plugin.plays(role) || !is_asked || denied {
                    continue;
                }
                let _shown = ui::start_wait(&format!("calling it with `{}`", sample.name));
                let call = TriedCall::new(sample, role, plugin.try_out(role, sample).await);
                denied = call.is_denial();
                calls.push(call);
            }
        }
        calls
    }
}

fn unusable(path: &Path, error: crate::plugin::TapeError) -> TrialError {
    TrialError::Tape { path: path.to_owned(), error }
}
