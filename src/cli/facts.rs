//! `lback facts`: the sizes of the tables of a project's databases, for plans elsewhere.

use std::path::PathBuf;

use clap::{Args, ValueHint};

use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::migration::collect_facts;
use crate::session::project::Project;
use crate::session::runtime::with_runtime;
use crate::support::exit::Exit;
use crate::support::io_error::{FileError, ResultNotShown};
use crate::support::user_error::CommandError;
use crate::ui;

/// Print or save the sizes of tables, for plans where production can't be reached
///
/// Asks the catalogues of the databases for their tables, estimated rows and sizes. Reads no rows
/// and changes nothing. `[plan] facts` in `lback.toml` names the file: a plan uses its sizes where
/// its own database has no answer, or an empty table.
///
/// Exits with 69 if a database can't be read, and with 127 if Alembic isn't found.
#[derive(Args)]
pub(super) struct Facts {
    /// Write the JSON document into this file; `schemas/facts.schema.json` describes it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    save: Option<PathBuf>,

    #[command(flatten)]
    alembic: AlembicOptions,
}

impl Facts {
    pub(super) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let (options, surroundings) = call.for_run(self.alembic);
        let project = Project::find(surroundings)?;
        let environment = project.environment(&options)?;
        let settings = project.alembic(&options, environment.as_deref())?;
        let file = {
            let _shown = ui::start_wait("asking the databases for the sizes of their tables");
            with_runtime(collect_facts(&settings))??
        };
        match self.save {
            Some(path) => ui::save_facts(&file, &project.here.join(&path)).map_err(FileError::write(&path))?,
            None => ui::show_facts(&file).map_err(ResultNotShown::after(Exit::Success))?,
        }
        Ok(Exit::Success)
    }
}
