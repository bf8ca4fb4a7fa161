//! How results, denials and waiting look. stdout is data; everything here that is for a person goes to stderr.

mod analysing;
mod events;
mod exit;
mod installing;
mod journal;
mod json;
mod log;
mod measured;
mod message;
mod notice;
mod outcome;
mod plan;
mod plugins;
mod progress;
mod reverted;
#[cfg(test)]
pub(crate) mod schema;
mod spinner;
mod standing;
mod table;
mod tested;
mod transfer;

pub(crate) use analysing::analysing;
pub(crate) use events::EventStream;
pub(crate) use exit::{Exit, exit_code_table};
pub(crate) use installing::{show_candidate, show_change};
pub(crate) use journal::{ListedRun, RedeliveredPlugin, WaitingMessages, show_redelivered, show_run, show_runs};
pub(crate) use log::start_log;
pub(crate) use measured::{BenchReport, MeasuredCalls, show_bench};
pub(crate) use message::{config_error, error, hint, note, status, warning};
pub(crate) use notice::show_notice;
pub(crate) use outcome::show_ending;
pub(crate) use plan::{
    Answer, Heeded, Opinion, PlanOptions, PlanReport, PlannedCommand, Refused, show_needs_yes, show_plan,
    show_plan_as_json, show_plan_as_markdown, show_plan_for_consent, show_refused,
};
pub(crate) use plugins::{InspectedPlugin, ListedPlugin, PublishedPlugin, show_inspected, show_list, show_published};
pub(crate) use progress::Progress;
pub(crate) use reverted::show_reverted;
pub(crate) use spinner::waiting;
pub(crate) use tested::{Expectation, ExpectationError, TestReport, TriedCall, show_test};
pub(crate) use transfer::Transfer;
