//! A wait of a statement for a lock of the database, and the sessions that hold it.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::support::redact::Treatment;

/// A wait of a statement for a lock, as the server described it.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub(crate) struct LockWait {
    /// The seconds for which the statement had run.
    pub(crate) seconds: f64,
    /// The beginning of the statement, without literals.
    pub(crate) statement: String,
    /// The table, with its schema.
    pub(crate) table: Option<String>,
    /// The lock that is wanted, in the server's words.
    pub(crate) lock: Option<String>,
    /// The sessions that hold the lock, or are before this one in its queue.
    pub(crate) blockers: Vec<Blocker>,
    /// The reason why the blockers aren't all known, or not for sure.
    pub(crate) why: Option<String>,
}

/// A session that another one waits for.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, JsonSchema)]
pub(crate) struct Blocker {
    /// The server's number of the session; 0 for a transaction that has none.
    pub(crate) process: u64,
    pub(crate) user: Option<String>,
    pub(crate) application: Option<String>,
    /// The address of the client.
    pub(crate) client: Option<String>,
    /// `active`, `idle in transaction` or another state; none if the user may not see it.
    pub(crate) state: Option<String>,
    /// The seconds since its transaction began.
    pub(crate) age: Option<f64>,
    /// The beginning of its last statement, without literals.
    pub(crate) statement: Option<String>,
    /// The kind of the session, if it is no client: `autovacuum worker`.
    pub(crate) kind: Option<String>,
    /// The result of the order to end the session: `ended`, or the reason why it was not ended;
    /// none without an order.
    #[serde(default)]
    pub(crate) end: Option<String>,
}

impl LockWait {
    /// Calls `act` with each text that a server or its users chose.
    pub(super) fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { seconds: _, statement, table, lock, blockers, why } = self;
        act(Treatment::Free, statement);
        for text in [table, lock].into_iter().flatten() {
            act(Treatment::Name, text);
        }
        if let Some(why) = why {
            act(Treatment::Free, why);
        }
        for Blocker { process: _, user, application, client, state: _, age: _, statement, kind: _, end: _ } in blockers
        {
            for text in [user, application, client].into_iter().flatten() {
                act(Treatment::Name, text);
            }
            if let Some(statement) = statement {
                act(Treatment::Free, statement);
            }
        }
    }

    /// Returns the lock that is wanted: `AccessExclusiveLock on public.users`.
    pub(crate) fn wanted(&self) -> String {
        match (&self.lock, &self.table) {
            (Some(lock), Some(table)) => format!("{lock} on `{table}`"),
            (Some(lock), None) => lock.clone(),
            (None, Some(table)) => format!("a lock on `{table}`"),
            (None, None) => "a lock".to_owned(),
        }
    }
}

impl Display for Blocker {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { process, user, application, client, state, age, statement, kind, end } = self;
        match (process, kind) {
            (0, kind) => f.write_str(kind.as_deref().unwrap_or("a transaction without a session"))?,
            (_, Some(kind)) => write!(f, "process {process} of the server, {kind}")?,
            (_, None) => write!(f, "process {process} of the server")?,
        }
        let with = |what: &str, text: &Option<String>| text.as_ref().map(|text| format!("{what}{text}"));
        let age = age.map(|age| {
            let age = Duration::try_from_secs_f64(age.max(0.0)).unwrap_or_default();
            format!("for {}", humantime::format_duration(Duration::from_secs(age.as_secs())))
        });
        let facts =
            [with("user ", user), with("application ", application), with("from ", client), with("", state), age];
        for fact in facts.into_iter().flatten() {
            write!(f, ", {fact}")?;
        }
        if let Some(statement) = statement {
            write!(f, ": `{statement}`")?;
        }
        match end.as_deref() {
            None => Ok(()),
            Some("ended") => f.write_str("; lback has ended it"),
            Some(why) => write!(f, "; not ended: {why}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn blocker() -> Blocker {
        Blocker {
            process: 4242,
            user: Some("app".to_owned()),
            application: Some("pg_dump".to_owned()),
            client: None,
            state: Some("idle in transaction".to_owned()),
            age: Some(1_501.7),
            statement: Some("select * from users where id = ?".to_owned()),
            kind: None,
            end: None,
        }
    }

    #[test]
    fn a_blocker_is_described_on_one_line() {
        assert_eq!(
            blocker().to_string(),
            "process 4242 of the server, user app, application pg_dump, idle in transaction, for 25m 1s: \
             `select * from users where id = ?`"
        );
        let hidden = Blocker { state: None, statement: None, age: None, application: None, ..blocker() };
        assert_eq!(hidden.to_string(), "process 4242 of the server, user app");
        let end = |end: &str| Blocker { end: Some(end.to_owned()), ..hidden.clone() }.to_string();
        assert_eq!(end("ended"), "process 4242 of the server, user app; lback has ended it");
        let why = "the session of a superuser is never ended";
        assert_eq!(end(why), format!("process 4242 of the server, user app; not ended: {why}"));
        let prepared = Blocker { process: 0, user: None, kind: Some("a prepared transaction".to_owned()), ..hidden };
        assert_eq!(prepared.to_string(), "a prepared transaction");
    }
}
