//! How results, denials and waiting look. stdout is data; everything here that is for a person goes to stderr.

mod events;
mod exit;
mod log;
mod message;
mod notice;
mod outcome;
mod plugins;
mod progress;
#[cfg(test)]
mod schemas;
mod spinner;
mod standing;

pub(crate) use events::EventStream;
pub(crate) use exit::{Exit, exit_code_table};
pub(crate) use log::start_log;
pub(crate) use message::{config_error, error, hint, note, status, warning};
pub(crate) use notice::show_notice;
pub(crate) use outcome::show_ending;
pub(crate) use plugins::{InspectedPlugin, ListedPlugin, show_inspected, show_list};
pub(crate) use progress::Progress;
pub(crate) use spinner::waiting;
