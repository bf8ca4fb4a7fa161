//! Signals of a run, their arguments, and the ends of runs.

mod closed_pipes;
mod commands;
mod committed;
mod completed;
mod context;
mod denial;
mod denied;
mod environments;
mod failed;
mod handlers;
mod heads;
mod heard;
mod launched;
mod leaks;
mod not_started;
mod output;
mod overrides;
mod plugin_failures;
mod postgres;
mod redaction;
mod root;
mod standing;
mod stopped;
mod table;
mod unsettled;
