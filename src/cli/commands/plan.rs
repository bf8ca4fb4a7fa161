use clap::{Args, Subcommand};

use crate::alembic::PlanQuestion;
use crate::cli::commands::plan_preview::{ToPlan, View, show_plan_of};
use crate::cli::commands::rollback_target::Target;
use crate::cli::options::Call;
use crate::cli::options::alembic::AlembicOptions;
use crate::migration::Command;
use crate::support::exit::Exit;
use crate::support::user_error::CommandError;

/// Show what a migrate or a rollback would do, and how the policies would decide
///
/// Nothing is changed, and no handler is notified. lback reads the current revisions of the
/// database, and runs the functions of the scripts on a simulated database. Without a subcommand,
/// shows the plan of `lback migrate`.
///
/// Exits with 77 if a policy would deny the command.
#[derive(Args)]
pub(in crate::cli) struct ShowPlan {
    #[command(subcommand)]
    of: Option<Of>,

    /// Show only the revisions whose scripts were added since this Git reference, as `origin/main`:
    /// those of a pull request
    #[arg(long, global = true, value_name = "REFERENCE")]
    since: Option<String>,

    #[command(flatten)]
    view: View,

    #[command(flatten)]
    alembic: AlembicOptions,
}

#[derive(Subcommand)]
enum Of {
    /// Show the plan of `lback migrate VERSION`
    Migrate {
        /// The target: `head`, `heads`, a revision, `+1`, `label@head`
        #[arg(default_value = "head", allow_negative_numbers = true)]
        version: String,

        #[command(flatten)]
        alembic: AlembicOptions,
    },
    /// Show the plan of `lback rollback TARGET`
    Rollback {
        #[command(flatten)]
        target: Target,

        #[command(flatten)]
        alembic: AlembicOptions,
    },
}

impl ShowPlan {
    pub(in crate::cli) fn run(self, call: Call) -> Result<Exit, CommandError> {
        let planned = self.of.unwrap_or(Of::Migrate { version: "head".to_owned(), alembic: AlembicOptions::default() });
        let (to_plan, alembic) = match planned {
            Of::Migrate { version, alembic } => {
                let question = PlanQuestion::Upgrade { target: version.clone() };
                let typed = version.clone();
                (ToPlan { question, typed, command: Command::Migrate { version, extra: Vec::new() } }, alembic)
            }
            Of::Rollback { target, alembic } => (target.to_plan(Vec::new())?, alembic),
        };
        let (options, surroundings) = call.for_run(self.alembic.and(alembic));
        show_plan_of(&options, surroundings, &to_plan, self.since.as_deref(), self.view)
    }
}
