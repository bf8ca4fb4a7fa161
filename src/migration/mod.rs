//! `MigrationCommands`: makemigrations, migrate, rollback, history and every other Alembic command; which signal is sent when; how a
//! run ended.

mod command;
mod commands;
mod outcome;

pub(crate) use command::Command;
pub(crate) use commands::{AlembicSettings, Listener, MigrationCommands, Screen};
pub(crate) use outcome::Outcome;
