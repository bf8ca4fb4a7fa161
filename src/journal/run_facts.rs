//! What there is to write down of a run: plain data, put together by those who know it.

use std::fmt::Display;
use std::time::Duration;

use crate::model::event::{Context, Sender, SignalName};
use crate::model::verdict::{Decision, Denial, Verdict};

/// What is known when a run begins.
#[derive(Clone, Debug)]
pub(crate) struct RunStart {
    pub(crate) sender: Sender,
    pub(crate) context: Context,
    /// The folder that Alembic runs in.
    pub(crate) root: String,
    /// Runs of one scope share their handlers, and what those have not heard. Usually the root.
    pub(crate) scope: String,
}

/// What a run was made with, as far as it is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct ToolVersions {
    pub(crate) alembic: Option<String>,
    pub(crate) sqlalchemy: Option<String>,
    pub(crate) python: Option<String>,
}

/// A database of a run. It may be written down again when more is known: what is none then stays as
/// it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct DatabaseState {
    /// Which one, from 0: an env.py may migrate several.
    pub(crate) number: u32,
    /// What the project calls it, where it has several.
    pub(crate) name: Option<String>,
    pub(crate) dialect: Option<String>,
    pub(crate) driver: Option<String>,
    pub(crate) server_version: Option<String>,
    pub(crate) transactional_ddl: Option<bool>,
    pub(crate) heads_before: Option<Vec<String>>,
    pub(crate) heads_after: Option<Vec<String>>,
    /// What the run did to it, as `unchanged`, `advanced`, `suspect`.
    pub(crate) outcome: Option<String>,
}

/// A revision that was begun, or that has ended: the second time its duration is known.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Of which database of the run, from 0.
    pub(crate) database: u32,
    /// In the order of the run, from 1.
    pub(crate) number: u32,
    pub(crate) revision: String,
    pub(crate) down_revisions: Vec<String>,
    /// `upgrade`, `downgrade` or `stamp`.
    pub(crate) direction: String,
    pub(crate) doc: String,
    /// None while it runs, and for one that did not come to its end.
    pub(crate) duration: Option<Duration>,
}

/// What came of asking a policy, or of loading a plugin.
#[derive(Clone, Debug)]
pub(crate) struct VerdictRecord {
    /// None where the plugin could not be loaded.
    pub(super) signal: Option<SignalName>,
    pub(super) plugin: String,
    /// `allow`, `deny`, or `failed`.
    pub(super) decision: &'static str,
    /// Did it stop the run?
    pub(super) blocked: bool,
    pub(super) denials: Vec<Denial>,
    pub(super) warnings: Vec<String>,
    /// Why there is no answer.
    pub(super) failure: Option<String>,
}

impl VerdictRecord {
    /// A policy answered.
    pub(crate) fn answered(signal: SignalName, plugin: &str, verdict: Verdict, blocked: bool) -> Self {
        let (decision, denials) = match verdict.decision {
            Decision::Allow => ("allow", Vec::new()),
            Decision::Deny(denials) => ("deny", denials),
        };
        let (signal, warnings) = (Some(signal), verdict.warnings);
        Self { signal, plugin: plugin.to_owned(), decision, blocked, denials, warnings, failure: None }
    }

    /// It could not be asked at this signal; at none, because it could not be loaded.
    pub(crate) fn failed(signal: Option<SignalName>, plugin: &str, failure: &dyn Display, blocked: bool) -> Self {
        let (denials, warnings, failure) = (Vec::new(), Vec::new(), Some(failure.to_string()));
        Self { signal, plugin: plugin.to_owned(), decision: "failed", blocked, denials, warnings, failure }
    }
}

/// What is known when a run is over; the last event says the rest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End {
    /// lback's own.
    pub(crate) exit_code: u8,
}
