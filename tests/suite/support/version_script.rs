//! A builder for version scripts.

use std::fmt::Write as _;

#[must_use]
pub(crate) struct VersionScript {
    revision: String,
    parents: Vec<String>,
    labels: Vec<String>,
    depends_on: Vec<String>,
    doc: String,
    head: String,
    upgrade: String,
    downgrade: Option<String>,
}

impl VersionScript {
    /// A script without a parent, that does nothing.
    pub(crate) fn new(revision: &str) -> Self {
        Self {
            revision: revision.to_owned(),
            parents: Vec::new(),
            labels: Vec::new(),
            depends_on: Vec::new(),
            doc: format!("make {revision}"),
            head: String::new(),
            upgrade: "pass".to_owned(),
            downgrade: Some("pass".to_owned()),
        }
    }

    /// Sets the parents: several for a merge.
    pub(crate) fn after(mut self, parents: &[&str]) -> Self {
        self.parents = owned(parents);
        self
    }

    pub(crate) fn labelled(mut self, label: &str) -> Self {
        self.labels.push(label.to_owned());
        self
    }

    pub(crate) fn depends_on(mut self, revisions: &[&str]) -> Self {
        self.depends_on = owned(revisions);
        self
    }

    pub(crate) fn doc(mut self, doc: &str) -> Self {
        doc.clone_into(&mut self.doc);
        self
    }

    /// Adds lines before the functions: imports, comments, helpers.
    pub(crate) fn head(mut self, lines: &str) -> Self {
        writeln!(self.head, "{lines}").expect("writing to a string");
        self
    }

    pub(crate) fn upgrade(mut self, body: &str) -> Self {
        body.clone_into(&mut self.upgrade);
        self
    }

    pub(crate) fn downgrade(mut self, body: &str) -> Self {
        self.downgrade = Some(body.to_owned());
        self
    }

    /// Leaves `downgrade()` out.
    pub(crate) fn one_way(mut self) -> Self {
        self.downgrade = None;
        self
    }

    /// Creates this table, with these columns besides `id`, and drops it in `downgrade()`.
    pub(crate) fn makes_table(self, table: &str, columns: &str) -> Self {
        let columns = if columns.is_empty() { String::new() } else { format!(", {columns}") };
        self.upgrade(&format!("op.create_table('{table}', sa.Column('id', sa.Integer(), primary_key=True){columns})"))
            .downgrade(&format!("op.drop_table('{table}')"))
    }

    /// Adds a text column to this table, and drops it in `downgrade()`.
    pub(crate) fn adds_column(self, table: &str, column: &str) -> Self {
        self.upgrade(&format!("op.add_column('{table}', sa.Column('{column}', sa.String(40)))"))
            .downgrade(&format!("op.drop_column('{table}', '{column}')"))
    }

    pub(super) fn file_name(&self) -> String {
        format!("{}.py", self.revision)
    }

    pub(crate) fn text(&self) -> String {
        let Self { revision, parents, labels, depends_on, doc, head, upgrade, downgrade } = self;
        let indent = |body: &str| body.replace('\n', "\n    ");
        let mut script = format!(
            "\"\"\"{doc}\"\"\"\n\nimport sqlalchemy as sa\nfrom alembic import op\n\nrevision = '{revision}'\n\
             down_revision = {}\nbranch_labels = {}\ndepends_on = {}\n{head}\n\n\
             def upgrade() -> None:\n    {}\n",
            python(parents),
            python(labels),
            python(depends_on),
            indent(upgrade),
        );
        if let Some(downgrade) = downgrade {
            write!(script, "\n\ndef downgrade() -> None:\n    {}\n", indent(downgrade)).expect("writing to a string");
        }
        script
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

/// Returns `None`, a string, or a tuple of strings, in Python.
fn python(words: &[String]) -> String {
    match words {
        [] => "None".to_owned(),
        [word] => format!("'{word}'"),
        words => format!("({})", words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ")),
    }
}
