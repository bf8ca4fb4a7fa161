//! Options that `upgrade` and `downgrade` share.

use std::ffi::OsString;

use clap::Args;

#[derive(Args)]
pub(in crate::cli) struct Offline {
    /// Print the SQL instead of running it
    #[arg(long)]
    sql: bool,

    /// A text that env.py can read
    #[arg(long)]
    tag: Option<OsString>,
}

impl Offline {
    /// Returns `true` if Alembic prints SQL instead of running it.
    pub(in crate::cli) fn is_sql(&self) -> bool {
        self.sql
    }

    /// Returns the options in front of `extra`.
    pub(in crate::cli) fn with(self, extra: Vec<OsString>) -> Vec<OsString> {
        let sql = self.sql.then(|| OsString::from("--sql"));
        let tag = self.tag.into_iter().flat_map(|tag| ["--tag".into(), tag]);
        sql.into_iter().chain(tag).chain(extra).collect()
    }
}
