//! The command line: configuration, help, init, and the plugin commands.

mod alembic_commands;
mod color;
mod completions;
mod config_errors;
mod doctor;
mod events;
mod files;
mod help;
mod hostile_text;
mod init;
mod limits;
mod lost_output;
mod man_pages;
mod plugin_inspect;
mod plugin_list;
pub(crate) mod schema;
mod status;
mod streams;
mod terminal;
mod usage;
