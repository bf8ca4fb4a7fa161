//! Alembic environments to measure: Alembic's own template, and a chain of version scripts, all of
//! them applied.

use super::room::Room;
use crate::{error::Error, process, progress::Step};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(super) const SQLITE: &str = "sqlite:///%(here)s/app.db";

/// Makes an environment of this name with so many scripts on the database at `url`, and returns its
/// configuration file.
pub(super) fn make(room: &Room, name: &str, url: &str, scripts: usize, step: &mut Step) -> Result<PathBuf, Error> {
    step.show(&format!("{scripts} version scripts"));
    let folder = room.folder(&format!("{name}-{scripts}"))?;
    let mut alembic = |args: &[&str]| {
        let mut command = Command::new(&room.alembic);
        command.args(args).current_dir(&folder).env_clear().envs(room.environment());
        process::quiet(step, "make a project to measure on", &mut command, None)
    };
    alembic(&["init", "migrations"])?;
    let ini = folder.join("alembic.ini");
    point_to(&ini, url)?;
    for number in 1..=scripts {
        let file = folder.join(format!("migrations/versions/{}_step.py", revision(number)));
        fs::write(&file, script(number)).map_err(Error::file("write", &file))?;
    }
    alembic(&["upgrade", "head"])?;
    Ok(ini)
}

fn point_to(ini: &Path, url: &str) -> Result<(), Error> {
    let text = fs::read_to_string(ini).map_err(Error::file("read", ini))?;
    let url = format!("sqlalchemy.url = {url}");
    let lines: Vec<&str> =
        text.lines().map(|line| if line.starts_with("sqlalchemy.url") { url.as_str() } else { line }).collect();
    fs::write(ini, lines.join("\n")).map_err(Error::file("write", ini))
}

/// Returns a revision id as long as Alembic's own.
fn revision(number: usize) -> String {
    format!("{number:012x}")
}

fn script(number: usize) -> String {
    let this = revision(number);
    let below = if number == 1 { "None".to_owned() } else { format!("\"{}\"", revision(number - 1)) };
    format!(
        r#""""step {number}

Revision ID: {this}
Revises: {below}
Create Date: 2026-01-01 12:00:00.000000

"""
from typing import Sequence, Union

from alembic import op
import sqlalchemy as sa


revision: str = "{this}"
down_revision: Union[str, Sequence[str], None] = {below}
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    op.create_table("table_{number}", sa.Column("id", sa.Integer(), primary_key=True))


def downgrade() -> None:
    op.drop_table("table_{number}")
"#
    )
}
