use clap::{Args, Subcommand};

use crate::alembic::Question;
use crate::cli::commands::plan_preview::{ToPlan, View, show_plan_of};
use crate::cli::commands::rollback_target::Target;
use crate::cli::error::CliError;
use crate::cli::options::global::Globals;
use crate::migration::Command;
use crate::session::environment::Surroundings;
use crate::ui::Exit;

/// Show what a migrate or a rollback would do, and what the policies would say
///
/// Nothing is changed, and no handler hears of it. The database is asked for its heads, and the scripts' functions are run on a database that only pretends
/// to be one. Without a subcommand: of `lback migrate`.
///
/// Exits with 77 if a policy would deny it.
#[derive(Args)]
pub(in crate::cli) struct ShowPlan {
    #[command(subcommand)]
    of: Option<Of>,

    #[command(flatten)]
    view: View,
}

#[derive(Subcommand)]
enum Of {
    /// Of `lback migrate VERSION`
    Migrate {
        /// Up to where: `head`, `heads`, a revision, `+1`, `label@head`
        #[arg(default_value = "head", allow_negative_numbers = true)]
        version: String,
    },
    /// Of `lback rollback TARGET`
    Rollback {
        #[command(flatten)]
        target: Target,
    },
}

impl ShowPlan {
    pub(in crate::cli) fn run(self, globals: &Globals, surroundings: Surroundings) -> Result<Exit, CliError> {
        let to_plan = match self.of.unwrap_or(Of::Migrate { version: "head".to_owned() }) {
            Of::Migrate { version } => ToPlan {
                question: Question::Upgrade { target: version.clone() },
                typed: version.clone(),
                command: Command::Migrate { version, extra: Vec::new() },
            },
            Of::Rollback { target } => target.to_plan(Vec::new())?,
        };
        show_plan_of(globals, surroundings, &to_plan, self.view)
    }
}
