use std::time::{Duration, Instant};

use clap::Args;

use crate::cli::plugin::trial_options::{TrialError, Tried};
use crate::config::{Allow, PluginConfig};
use crate::model::signal::SignalName;
use crate::plugin::{Plugin, Role, Secrets, TrialOutcome};
use crate::sample::{self, Sample};
use crate::session::environment::Surroundings;
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::internal_error::InternalError;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;
use crate::ui::{self, BenchReport, MeasuredCalls};

/// The number of loads from the cache.
const LOADS: usize = 9;
/// The bounds for the number of warm calls.
const CALLS: (usize, usize) = (5, 500);
const TIME: Duration = Duration::from_secs(1);

/// Measure the cost of a plugin: to compile, to load and to call
///
/// The plugin is called with the first sample event that it subscribes to, or with the event of
/// `--signal`. Nothing is granted, so no request is sent. The figures hold for this machine and
/// this build of lback.
#[derive(Args)]
pub(in crate::cli) struct Bench {
    #[command(flatten)]
    tried: Tried,

    /// Print one JSON document; `schemas/plugin-bench.schema.json` describes it
    #[arg(long)]
    json: bool,
}

impl Bench {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let project = Project::find(surroundings)?;
        let config = PluginConfig { allow: Allow::default(), ..self.tried.config(&project)? };
        let named = self.tried.samples()?;
        let folder = tempfile::tempdir().map_err(TrialError::Folder)?;
        let (mut first_load, mut loads) = (None, Vec::with_capacity(LOADS));
        let report = with_runtime(async {
            let mut loaded = None;
            for _ in 0..=LOADS {
                // Each run has a plugin host of its own; all share the cache.
                let runtime = project.runtime_with(|options| {
                    options.cache = Some(folder.path().join("cache"));
                    options.state = Some(folder.path().join("state"));
                    options.secrets = Secrets::default();
                })?;
                let begun = Instant::now();
                loaded = Some(self.tried.load(&runtime, &config).await?);
                if first_load.is_none() {
                    first_load = Some(begun.elapsed());
                } else {
                    loads.push(begun.elapsed());
                }
            }
            let Some(plugin) = loaded else { return Err(CommandError::from(InternalError::new("nothing was loaded"))) };
            let calls = calls(&plugin, named).await;
            Ok(BenchReport::new(&plugin, first_load.unwrap_or_default(), loads, calls))
        })??;
        ui::show_bench(&report, self.json).map_err(StdoutError)?;
        Ok(Exit::Success)
    }
}

async fn calls(plugin: &Plugin, named: Vec<Sample>) -> Vec<MeasuredCalls> {
    let samples = if named.is_empty() { sample::shipped() } else { named };
    let mut measured = Vec::new();
    for role in [Role::Policy, Role::Handler] {
        let fits = |sample: &&Sample| {
            let known = sample.known_signal();
            let is_asked = role == Role::Handler || known.is_none_or(SignalName::is_before);
            is_asked && known.is_none_or(|signal| plugin.signals().contains(&signal))
        };
        let sample = samples.iter().find(fits).or(samples.first());
        if let Some(sample) = sample
            && plugin.plays(role)
        {
            measured.push(measure(plugin, role, sample).await);
        }
    }
    measured
}

async fn measure(plugin: &Plugin, role: Role, sample: &Sample) -> MeasuredCalls {
    let _shown = ui::start_wait(&format!("calling it with `{}`", sample.name));
    let first = plugin.try_out(role, sample).await;
    let failure = match &first.outcome {
        TrialOutcome::Failed(failure) => Some(failure.to_string()),
        TrialOutcome::Verdict(_) | TrialOutcome::Handled => None,
    };
    let (mut warm, mut memory) = (Vec::new(), first.trace.memory);
    let begun = Instant::now();
    let (least, most) = CALLS;
    while warm.len() < least || (warm.len() < most && begun.elapsed() < TIME) {
        let trace = plugin.try_out(role, sample).await.trace;
        memory = memory.max(trace.memory);
        warm.push(trace.duration);
    }
    MeasuredCalls::new(role, &sample.name, first.trace.duration, warm, memory, failure)
}
