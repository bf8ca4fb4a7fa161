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
    /// The environment to which the database belongs; `None` if no list has it.
    pub(crate) other: Option<String>,
}

impl WrongEnvironment {
    /// Returns the next step.
    pub(crate) fn hint(&self) -> String {
        match &self.other {
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
        let Self { place, environment, other } = self;
        match other {
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
