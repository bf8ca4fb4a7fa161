//! A project whose revisions change the same tables again and again.

use crate::support::{Database, Project, Run, VersionScript};

/// The server of the project's database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Sqlite,
    Postgres,
}

impl Place {
    pub(super) const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

#[must_use]
pub(super) struct Shop {
    pub(super) project: Project,
    pub(super) database: Option<Database>,
}

/// The revisions of [`Shop::new`], in order: two tables, and a column for each of them.
pub(super) const HISTORY: [&str; 4] = ["make_users", "make_orders", "add_phone", "add_total"];

pub(super) fn history() -> [VersionScript; 4] {
    let [users, orders, phone, total] = HISTORY;
    [
        VersionScript::new(users).makes_table("users", "sa.Column('email', sa.String(40))"),
        VersionScript::new(orders)
            .after(&[users])
            .makes_table("orders", "sa.Column('user_id', sa.Integer(), sa.ForeignKey('users.id'))"),
        VersionScript::new(phone).after(&[orders]).adds_column("users", "phone"),
        VersionScript::new(total).after(&[phone]).adds_column("orders", "total"),
    ]
}

impl Shop {
    /// A project with these revisions, none of which is applied.
    pub(super) fn of(place: Place, scripts: impl IntoIterator<Item = VersionScript>) -> Self {
        let database = (place == Place::Postgres).then(Database::postgres);
        let url = database
            .as_ref()
            .map_or("sqlite:///%(here)s/test.db".to_owned(), |database| database.url().replace('%', "%%"));
        let project = scripts.into_iter().fold(Project::bare(&url), |project, script| project.script(&script));
        Self { project, database }
    }

    /// A project with the revisions [`HISTORY`], none of which is applied.
    pub(super) fn new(place: Place) -> Self {
        Self::of(place, history())
    }

    pub(super) fn script(self, script: &VersionScript) -> Self {
        self.with(|project| project.script(script))
    }

    pub(super) fn with(mut self, change: impl FnOnce(Project) -> Project) -> Self {
        self.project = change(self.project);
        self
    }

    pub(super) fn lback(&self, words: &[&str]) -> Run<'_> {
        self.project.lback(words)
    }

    /// Migrates to `target`.
    #[track_caller]
    pub(super) fn migrated_to(self, target: &str) -> Self {
        self.lback(&["migrate", target]).exits(0);
        self
    }

    /// Migrates to all heads.
    #[track_caller]
    pub(super) fn migrated(self) -> Self {
        self.migrated_to("heads")
    }

    /// Migrates to `target`, and returns the database's whole content.
    #[track_caller]
    pub(super) fn dump_at(&self, target: &str) -> String {
        self.lback(&["migrate", target]).exits(0);
        self.dump()
    }

    /// Returns the database's whole content.
    #[track_caller]
    pub(super) fn dump(&self) -> String {
        self.database.as_ref().map_or_else(|| self.project.dump(), Database::dump)
    }

    /// Returns the database's content without Alembic's own table.
    #[track_caller]
    pub(super) fn schema(&self) -> String {
        let dump = self.dump();
        let mut is_alembics = false;
        let mut counts = |line: &&str| {
            if line.starts_with("table ") {
                is_alembics = *line == "table alembic_version\n";
            }
            !is_alembics
        };
        dump.split_inclusive('\n').filter(&mut counts).collect()
    }

    /// Returns what a query of the SQLite database gives.
    pub(super) fn query(&self, sql: &str) -> Option<String> {
        self.project.query(sql)
    }

    /// Returns the revisions that the database is at, sorted.
    #[track_caller]
    pub(super) fn heads(&self) -> Vec<String> {
        let found = match &self.database {
            Some(database) => {
                database.query("select string_agg(version_num, ',' order by version_num) from alembic_version")
            }
            None => self
                .project
                .query(
                    "select group_concat(version_num, ',') from (select version_num from alembic_version order by 1)",
                )
                .unwrap_or_default(),
        };
        found.split(',').filter(|head| !head.is_empty() && *head != "None").map(str::to_owned).collect()
    }
}
