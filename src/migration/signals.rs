//! The signals that a run sends before Alembic.

use super::command::Command;
use crate::alembic::CommandLine;
use crate::model::signal::{AlembicCommand, Signal};

/// Returns the signals that precede Alembic, in their order.
pub(super) fn signals_before(
    command: &Command,
    line: &CommandLine,
    alembic: &AlembicCommand,
) -> impl Iterator<Item = Signal> + use<> {
    let started = Signal::Started { command: alembic.clone(), full_command: line.redacted().to_vec() };
    [Some(Signal::Initialized), command.signal(), Some(started)].into_iter().flatten()
}
