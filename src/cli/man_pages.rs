//! `lback man-pages`: the manual pages, from the definition of the command line.

use std::fs;
use std::path::PathBuf;

use clap::{Args, Command};

use crate::support::exit::Exit;
use crate::support::io_error::FileError;
use crate::support::user_error::CommandError;
use crate::ui;

/// Write the manual pages into a folder
///
/// Writes a page for lback and one for each command, as `lback.1` and `lback-migrate.1`. `man -l
/// FILE` shows a page; in a folder `man1` of the manual path, `man lback` finds it.
#[derive(Args)]
pub(super) struct ManPages {
    /// The folder, which is created if it is missing
    folder: PathBuf,
}

impl ManPages {
    /// Writes the pages of `command`, the definition of the command line.
    pub(super) fn run(self, mut command: Command) -> Result<Exit, CommandError> {
        let Self { folder } = self;
        fs::create_dir_all(&folder).map_err(FileError::write(&folder))?;
        command.build();
        clap_mangen::generate_to(command, &folder).map_err(FileError::write(&folder))?;
        ui::status("wrote", &format!("the manual pages to `{}`", folder.display()));
        Ok(Exit::Success)
    }
}
