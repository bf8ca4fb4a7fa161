//! A database that doesn't belong to the environment of the run.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// The databases that belong to environments, as patterns. The launcher holds them against the
/// database that it is connected to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct EnvironmentRules {
    /// The environment of the run.
    pub(crate) environment: String,
    /// The databases of the environment; `None` if it has no list.
    pub(crate) own: Option<Vec<String>>,
    /// The databases of the other environments that have a list.
    pub(crate) others: BTreeMap<String, Vec<String>>,
}

/// A database that doesn't belong to the environment of the run.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct WrongEnvironment {
    /// The database: host, port and name, or the path of the file.
    pub(crate) place: String,
    /// The environment of the run.
    pub(crate) environment: String,
    /// The other environment whose list has the database; `None` if no list has it.
    pub(crate) other: Option<String>,
    /// True if the list of the run's environment has it too.
    pub(crate) is_own: bool,
}

impl WrongEnvironment {
    /// Returns the next step.
    pub(crate) fn hint(&self) -> String {
        match &self.other {
            Some(_) if self.is_own => {
                "change `databases` of `[environments]` in `lback.toml`, so that one environment alone has the database"
                    .to_owned()
            }
            Some(other) => format!(
                "check the URL of the database; if it is the right one, run the command with `--environment {other}`"
            ),
            None => format!(
                "check the URL of the database; if it is the right one, add it to `[environments.{}] databases` in `lback.toml`",
                self.environment
            ),
        }
    }
}

impl Display for WrongEnvironment {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { place, environment, other, is_own } = self;
        match other {
            Some(other) if *is_own => {
                write!(f, "the database `{place}` belongs to two environments, `{environment}` and `{other}`")
            }
            Some(other) => {
                write!(
                    f,
                    "the database `{place}` belongs to the environment `{other}`, and this run's is `{environment}`"
                )
            }
            None => write!(f, "the database `{place}` is not one of the environment `{environment}`"),
        }
    }
}
