use clap::Args;

use super::error::InstallError;
use crate::cli::completions::candidates;
use crate::cli::plugin::install_context::Workshop;
use crate::config;
use crate::registry::WriteOrder;
use crate::session::environment::Surroundings;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;
use crate::ui;

/// Remove plugins from `lback.toml` and `lback.lock`
///
/// Their files stay in the store, where other projects may need them.
#[derive(Args)]
pub(in crate::cli) struct Remove {
    /// Names in `lback.toml`
    #[arg(value_name = "NAME", required = true, add = candidates::plugins())]
    names: Vec<String>,
}

impl Remove {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let workshop = Workshop::open(surroundings, true)?;
        workshop.change(WriteOrder::ConfigFirst, |_, text, lock| {
            for name in &self.names {
                *text = config::removed(text, name).map_err(InstallError::Edit)?;
            }
            lock.retain(|name| !self.names.iter().any(|gone| gone == name));
            Ok(())
        })?;
        for name in &self.names {
            ui::status("removed", &format!("`{name}`"));
        }
        Ok(Exit::Success)
    }
}
