//! Messages, tables and progress on a terminal.

pub(crate) mod async_stream;
pub(crate) mod database_state;
mod failure;
pub(crate) mod install;
pub(crate) mod log;
pub(crate) mod message;
pub(crate) mod notice;
pub(crate) mod outcome;
pub(crate) mod plan_progress;
pub(crate) mod reporter;
pub(crate) mod rollback_result;
pub(crate) mod run_progress;
pub(crate) mod screen;
pub(crate) mod screen_text;
pub(crate) mod spinner;
mod success;
pub(crate) mod table;
pub(crate) mod transfer;
