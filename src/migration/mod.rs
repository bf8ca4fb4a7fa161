//! `MigrationCommands`: makemigrations, migrate, rollback, history and every other Alembic command; which signal is sent when; how a
//! run ended, and where the databases stand then.

mod command;
mod commands;
mod database_state;
mod exit;
mod observer;
mod outcome;
mod prepared;
mod recording;
mod settings;
mod stop_counter;
mod watch;

pub(crate) use command::Command;
pub(crate) use commands::{Ending, MigrationCommands, Screen};
pub(crate) use exit::stopped_exit;
pub(crate) use observer::Observer;
pub(crate) use outcome::Outcome;
pub(crate) use prepared::PreparedAlembic;
pub(crate) use settings::{AlembicSettings, PlanSettings};
pub(crate) use stop_counter::Counted;
pub(crate) use watch::{Drifted, Locked};
