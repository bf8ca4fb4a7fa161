//! Services that use Alembic, from nothing.

use std::fs;

use super::Machine;

/// Models with the table `orders` alone, and the rest of models with `users` as well.
pub(super) const MODELS: &str = "\
from sqlalchemy import Column, Integer, MetaData, String, Table

metadata = MetaData()
Table('orders', metadata, Column('id', Integer, primary_key=True))
";
pub(super) const USERS: &str =
    "Table('users', metadata, Column('id', Integer, primary_key=True), Column('name', String(40)))\n";

impl Machine {
    pub(super) fn write(&self, file: &str, text: &str) {
        self.project.write(&format!("shop/{file}"), text);
    }

    /// Replaces a text of a file that is there.
    #[track_caller]
    pub(super) fn edit(&self, file: &str, old: &str, new: &str) {
        let path = self.project.path("shop").join(file);
        let text = fs::read_to_string(path).expect("a file");
        assert!(text.contains(old), "`{old}` in {text}");
        self.write(file, &text.replace(old, new));
    }

    /// Writes a shell script into the virtual environment.
    pub(super) fn program(&self, name: &str, script: &str) {
        let path = self.venv("bin").join(name);
        fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("a program");
        self.project.program("chmod".as_ref(), &["+x", &path.display().to_string()]).exits(0);
    }

    pub(super) fn git(&self, words: &[&str]) {
        let who = ["-c", "user.name=Ada", "-c", "user.email=a@example.com"];
        self.project.program("git".as_ref(), &[&who[..], words].concat()).in_folder("shop").exits(0);
    }

    pub(super) fn commit(&self, message: &str) {
        self.git(&["add", "."]);
        self.git(&["commit", "--quiet", "-m", message]);
    }
}

/// Returns a script that makes the table that it is named after.
pub(super) fn table(revision: &str, down: Option<&str>) -> String {
    script(revision, down, &format!("op.create_table('{revision}', sa.Column('id', sa.Integer, primary_key=True))"))
}

pub(super) fn script(revision: &str, down: Option<&str>, upgrade: &str) -> String {
    let down = down.map_or_else(|| "None".to_owned(), |down| format!("'{down}'"));
    format!(
        "from alembic import op\nimport sqlalchemy as sa\nrevision = '{revision}'\ndown_revision = {down}\n\ndef upgrade():\n    {upgrade}\n\ndef downgrade():\n    pass\n"
    )
}
