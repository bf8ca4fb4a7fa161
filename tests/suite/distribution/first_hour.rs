//! The quick start, from the wheel alone: no Rust, no C compiler, no other program in `PATH`.

use std::fs;

use super::Machine;

const MODELS: &str = "\
from sqlalchemy import Column, Integer, MetaData, String, Table

metadata = MetaData()
Table('orders', metadata, Column('id', Integer, primary_key=True))
";
const USERS: &str = "Table('users', metadata, Column('id', Integer, primary_key=True), Column('name', String(40)))\n";

impl Machine {
    fn write(&self, file: &str, text: &str) {
        self.project.write(&format!("shop/{file}"), text);
    }

    /// Replaces a text of a file that is there.
    fn edit(&self, file: &str, old: &str, new: &str) {
        let path = self.project.path("shop").join(file);
        let text = fs::read_to_string(path).expect("a file");
        assert!(text.contains(old), "`{old}` in {text}");
        self.write(file, &text.replace(old, new));
    }
}

#[test]
fn a_team_goes_from_the_wheel_to_a_denied_drop() {
    let machine = Machine::new().with_alembic();
    machine.lback(&["--version"]).exits(0).stdout_has(&[concat!("lback ", env!("CARGO_PKG_VERSION"))]);
    machine.lback(&["init"]).exits(0).stderr_has(&["wrote `lback.toml`"]);
    machine.write("models.py", &format!("{MODELS}{USERS}"));
    machine.edit("alembic.ini", "driver://user:pass@localhost/dbname", "sqlite:///shop.db");
    machine.edit("migrations/env.py", "target_metadata = None", "from models import metadata as target_metadata");
    machine.lback(&["makemigrations", "add_users"]).exits(0);
    machine.lback(&["migrate"]).exits(0);

    let guard = ["plugin", "install", "guard", "--set", "protect=[\"production\"]", "--set", "plan.deny=[\"drops\"]"];
    machine.lback(&guard).exits(0).stderr_has(&["installed `guard`"]);
    machine.write("models.py", MODELS);
    machine.lback(&["makemigrations", "drop_users"]).exits(0);
    let denied = machine.lback(&["--environment", "production", "migrate"]).exits(77);
    denied.stderr_has(&["denied by policy", "users"]);
    machine.lback(&["--environment", "production", "rollback"]).exits(77).stderr_has(&["denied by policy"]);
    let doctor = machine.lback(&["--environment", "production", "self", "doctor"]).exits(0);
    doctor.stdout_has(&["builtin:guard", "sqlite", "Alembic"]);
    machine.lback(&["--environment", "development", "migrate"]).exits(0);
    machine.lback(&["log"]).exits(0).stdout_has(&["denied", "completed"]);
}
