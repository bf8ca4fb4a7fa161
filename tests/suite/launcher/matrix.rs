//! A smaller set of cases, with every pair of Alembic and SQLAlchemy of the matrix.

use super::twin::{Twin, case};
use crate::support::{Database, Project, matrix};

#[test]
fn every_pair_of_alembic_and_sqlalchemy_on_sqlite() {
    for (name, folder) in matrix() {
        eprintln!("{name}");
        let twin =
            Twin::new().command([folder.join("bin/alembic")]).revision("bad", "raise RuntimeError('in the middle')");
        twin.after(&["-q", "upgrade", "two"]).check([
            case(&["upgrade", "three"]).outputs("Running upgrade two -> three"),
            case(&["upgrade", "head"]).code(1).outputs("RuntimeError: in the middle"),
            case(&["downgrade", "base"]).outputs("Running downgrade one -> "),
            case(&["current", "-v"]).outputs("Rev: two"),
            case(&["stamp", "one"]),
            case(&["--raiseerr", "upgrade", "nosuch"]).code(1),
            case(&["nosuch"]).code(2),
        ]);
    }
}

#[test]
fn every_pair_of_alembic_and_sqlalchemy_on_postgres() {
    for (name, folder) in matrix() {
        eprintln!("{name}");
        let psycopg2 = folder
            .join("lib")
            .read_dir()
            .expect("a folder")
            .flatten()
            .any(|python| python.path().join("site-packages/psycopg2").is_dir());
        let database = Database::postgres();
        let url = database.url_with(if psycopg2 { "psycopg2" } else { "psycopg" });
        // The lock is taken, whatever Alembic and SQLAlchemy make of a connection.
        let locked = "held = op.get_bind().exec_driver_sql(\"select count(*) from pg_locks where locktype = 'advisory' \
            and pid = pg_backend_pid()\").scalar()\nassert held == 1, held";
        let alembic = folder.join("bin/alembic").display().to_string();
        let project =
            Project::on(&url.replace('%', "%%")).whole_config(&format!("[alembic]\ncommand = [{alembic:?}]\n"));
        project.revision("locked", Some("three"), locked, "pass").lback(&["migrate"]).exits(0);

        let twin = Twin::on(database, &url).command([folder.join("bin/alembic")]);
        twin.revision("bad", "op.create_table('half', sa.Column('id', sa.Integer()))\nop.execute('select 1/0')").check(
            [
                case(&["upgrade", "three"]).outputs("Running upgrade two -> three"),
                case(&["upgrade", "head"]).code(1).outputs("division by zero"),
            ],
        );
    }
}
