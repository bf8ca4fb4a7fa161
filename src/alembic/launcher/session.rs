//! The session that a run has on the server.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The session of a run, as the launcher reported it. Only the launcher knows how to find it again.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
pub(crate) struct ServerSession(serde_json::Map<String, serde_json::Value>);

/// The facts of an earlier run that a probe looks for, by the number of the database.
#[derive(Debug, Default)]
pub(crate) struct ProbedRun {
    /// The sessions in which steps have begun.
    pub(crate) sessions: BTreeMap<u32, ServerSession>,
    /// The transactions in which steps have begun.
    pub(crate) transactions: BTreeMap<u32, Vec<String>>,
    /// `true` if the probe also reads the scripts, and the revisions that the databases lack.
    pub(crate) with_scripts: bool,
    /// `true` if the probe also reads the tables of the databases and their sizes.
    pub(crate) with_facts: bool,
}

/// The launcher's answer to whether a session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SessionState {
    /// The session has ended, and so has everything that it did.
    Gone,
    /// The session goes on, and may still commit.
    Alive,
    /// The session can't be seen.
    Unseen,
}

impl ServerSession {
    /// Returns a name of the session for messages: `process 4242 of the server`.
    pub(crate) fn what(&self) -> &str {
        self.text("what").unwrap_or("the session of the run")
    }

    /// Returns the statement or the command that shows the session.
    pub(crate) fn look(&self) -> &str {
        self.text("look").unwrap_or_default()
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.as_str()
    }
}
