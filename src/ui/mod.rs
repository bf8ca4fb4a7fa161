//! Output. Data goes to stdout, everything for a person to stderr.

pub(crate) mod documents;
pub(crate) mod terminal;

pub(crate) use documents::doctor::{DoctorFinding, DoctorReport, DoctorTopic, show_doctor};
pub(crate) use documents::event_stream::EventStream;
pub(crate) use documents::facts::{save_facts, show_facts};
pub(crate) use documents::journal::{
    ListedRun, RedeliveredPlugin, WaitingMessages, show_redelivered, show_run, show_runs,
};
pub(crate) use documents::plan::{
    NotEnforcedReason, PlanOptions, PlanReport, PlannedCommand, PolicyAnswer, PolicyResult, RequiredConsent,
    show_confirmation_required, show_consent_required, show_plan, show_plan_as_json, show_plan_as_markdown,
    show_plan_blocked, show_plan_for_consent,
};
pub(crate) use documents::plugin_bench::{BenchReport, MeasuredCalls, show_bench};
pub(crate) use documents::plugin_test::{Expectation, ExpectationError, TestReport, TriedCall, show_test};
pub(crate) use documents::plugins::{
    InspectedPlugin, ListedPlugin, PublishedPlugin, show_available, show_inspected, show_list, show_published,
};
pub(crate) use documents::status::{DatabaseStatus, RevisionStatus, ScriptStatus, StatusReport, show_status};
pub(crate) use terminal::async_stream::AsyncStream;
pub(crate) use terminal::install::{show_candidate, show_locked_change};
pub(crate) use terminal::log::start_log;
pub(crate) use terminal::message::{error, hint, note, report, status, warning};
pub(crate) use terminal::outcome::show_result;
pub(crate) use terminal::reporter::TerminalReporter;
pub(crate) use terminal::rollback_result::show_reverted;
pub(crate) use terminal::run_progress::RunProgress;
pub(crate) use terminal::screen::print_report;
pub(crate) use terminal::spinner::start_wait;
pub(crate) use terminal::transfer::Transfer;
