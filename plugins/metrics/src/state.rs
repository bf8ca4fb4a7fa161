//! The counters, and how they are stored between runs: a versioned JSON document for each group.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::run::Run;

/// The version of the document; other versions are not read.
const VERSION: u32 = 1;
/// The most series of a group, more than any project needs: 16 commands by 6 outcomes are 96. The
/// limit keeps the document far below the store's limit.
const MOST_COMMANDS: usize = 300;
const MOST_DENIALS: usize = 200;
/// The number of events that are remembered, so that none is counted twice: lback delivers an event
/// again if its delivery failed or may have failed.
const MOST_EVENTS: usize = 500;
/// The label of further denials once there are too many.
const OTHER: &str = "other";

/// Labels and their values.
pub(crate) type Labels = BTreeMap<String, String>;

/// All counters of one group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct State {
    version: u32,
    /// The path of the group that the counters belong to.
    group: String,
    /// The runs, in the order of their labels.
    pub(crate) commands: Vec<Commands>,
    /// The denials, in the order of their labels.
    pub(crate) denials: Vec<Denials>,
    /// The ids of the latest counted events, the newest last.
    #[serde(default)]
    events: VecDeque<String>,
}

/// Runs with the same labels.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Commands {
    pub(crate) labels: Labels,
    pub(crate) total: u64,
    /// The end of the latest run: milliseconds since 1970.
    pub(crate) last_ms: u64,
    /// The durations; `None` if Alembic never ran, as in a denied run.
    pub(crate) durations: Option<Histogram>,
}

/// Durations of runs.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Histogram {
    /// The upper bound of each bucket.
    pub(crate) bounds_ms: Vec<u64>,
    /// The number of durations in each bucket and in no earlier one; the last is for those above
    /// every bound.
    pub(crate) counts: Vec<u64>,
    pub(crate) sum_ms: u64,
}

/// Denials with the same labels.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Denials {
    pub(crate) labels: Labels,
    pub(crate) total: u64,
}

/// A reason why a stored document can't be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("the counters kept so far can't be read ({0}); counting anew")]
    Unreadable(String),
    #[error("the counters kept so far are in version {0} of their format, this plugin knows {VERSION}; counting anew")]
    Version(u32),
    #[error("the counters kept so far are those of another group; counting anew")]
    OtherGroup,
}

impl State {
    pub(crate) fn new(group: &str) -> Self {
        Self {
            version: VERSION,
            group: group.to_owned(),
            commands: Vec::new(),
            denials: Vec::new(),
            events: VecDeque::new(),
        }
    }

    pub(crate) fn read(bytes: &[u8], group: &str) -> Result<Self, Unusable> {
        /// The only field that every version is sure to have.
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let unreadable = |error: serde_json::Error| Unusable::Unreadable(error.to_string());
        let Versioned { version } = serde_json::from_slice(bytes).map_err(unreadable)?;
        if version != VERSION {
            return Err(Unusable::Version(version));
        }
        let state: Self = serde_json::from_slice(bytes).map_err(unreadable)?;
        let histograms = state.commands.iter().filter_map(|commands| commands.durations.as_ref());
        if histograms.into_iter().any(|histogram| histogram.counts.len() != histogram.bounds_ms.len() + 1) {
            return Err(Unusable::Unreadable("a histogram has not as many counts as buckets".to_owned()));
        }
        if state.group == group { Ok(state) } else { Err(Unusable::OtherGroup) }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings and numbers are always JSON")
    }

    /// Remembers an event. Returns false if the event has already been counted.
    pub(crate) fn is_new(&mut self, event: &str) -> bool {
        if self.events.iter().any(|known| known == event) {
            return false;
        }
        self.events.push_back(event.to_owned());
        if self.events.len() > MOST_EVENTS {
            self.events.pop_front();
        }
        true
    }

    /// Counts a run. `common` are labels that the group doesn't have. Returns false if there are
    /// too many series: the run isn't counted then.
    pub(crate) fn count(&mut self, run: &Run, common: &Labels, bounds_ms: &[u64]) -> bool {
        for denial in run.denials {
            let labels = with(common, [("plugin", &denial.plugin), ("code", &denial.denial.code)]);
            let full =
                self.denials.len() >= MOST_DENIALS && !self.denials.iter().any(|denials| denials.labels == labels);
            let labels = if full { with(common, [("plugin", OTHER), ("code", OTHER)]) } else { labels };
            let at = self.denials.binary_search_by(|denials| denials.labels.cmp(&labels)).unwrap_or_else(|at| {
                self.denials.insert(at, Denials { labels, total: 0 });
                at
            });
            self.denials[at].total = self.denials[at].total.saturating_add(1);
        }
        let labels = with(common, [("command", run.command.as_str()), ("outcome", run.outcome.as_str())]);
        let at = match self.commands.binary_search_by(|commands| commands.labels.cmp(&labels)) {
            Ok(at) => at,
            Err(_) if self.commands.len() >= MOST_COMMANDS => return false,
            Err(at) => {
                self.commands.insert(at, Commands { labels, total: 0, last_ms: 0, durations: None });
                at
            }
        };
        let commands = &mut self.commands[at];
        commands.total = commands.total.saturating_add(1);
        // Of two concurrent runs, the one that ended first may be counted last.
        commands.last_ms = commands.last_ms.max(run.ended_ms);
        if let Some(duration) = run.duration_ms {
            let fits = |histogram: &Histogram| histogram.bounds_ms == bounds_ms;
            let histogram = commands.durations.take().filter(fits).unwrap_or_else(|| Histogram::new(bounds_ms));
            commands.durations = Some(histogram.with(duration));
        }
        true
    }
}

impl Histogram {
    fn new(bounds_ms: &[u64]) -> Self {
        Self { bounds_ms: bounds_ms.to_vec(), counts: vec![0; bounds_ms.len() + 1], sum_ms: 0 }
    }

    fn with(mut self, duration_ms: u64) -> Self {
        let bucket = self.bounds_ms.partition_point(|bound| *bound < duration_ms);
        self.counts[bucket] = self.counts[bucket].saturating_add(1);
        self.sum_ms = self.sum_ms.saturating_add(duration_ms);
        self
    }
}

fn with<const N: usize>(common: &Labels, more: [(&str, &str); N]) -> Labels {
    let more = more.map(|(label, value)| (label.to_owned(), value.to_owned()));
    common.clone().into_iter().chain(more).collect()
}

#[cfg(test)]
mod tests;
