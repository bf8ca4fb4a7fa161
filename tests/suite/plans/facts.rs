//! The sizes of tables of another database, which `lback facts --save` has written.

use serde_json::{Value, json};

use crate::support::{Database, Project};

/// The first revision and the one that rewrites its table.
fn project(url: &str) -> Project {
    let columns = "sa.Column('id', sa.Integer(), primary_key=True), sa.Column('age', sa.Integer())";
    Project::bare(&url.replace('%', "%%"))
        .revision("users", None, &format!("op.create_table('users', {columns})"), "pass")
        .revision("bigger", Some("users"), "op.alter_column('users', 'age', type_=sa.BigInteger())", "pass")
        .config("[plan]\nfacts = \"lback-facts.json\"")
}

/// A file of facts about one table.
fn saved(server: &str, change: impl FnOnce(&mut Value)) -> String {
    let table = json!({
        "schema": null, "name": "users", "rows": 41_000_000, "table_bytes": 8_000_000_000_u64,
        "index_bytes": 4_000_000_000_u64, "partitioned": false,
    });
    let database = json!({"server": server, "version": "16.2", "heads": ["users"], "tables": [table]});
    let mut file = json!({
        "format": 1, "saved_at": "2026-01-02T03:04:05Z", "lback": "0.1.0", "bases": ["users"],
        "databases": [database],
    });
    change(&mut file);
    format!("{file:#}\n")
}

/// The facts that a plan has about its only table, and about the file.
fn planned(project: &Project) -> (Value, Value) {
    let done = project.lback(&["plan", "--json"]).exits(0);
    let plan: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    let database = &plan["plan"]["databases"][0];
    (database["tables"][0].clone(), database["saved_facts"].clone())
}

fn ends_in_a_size(server: &str, database: &Database, rows: &str, analyze: &str) {
    let production = project(&database.url()).file("lback-facts.json", &saved(server, |_| ()));
    production.lback(&["migrate", "users"]).exits(0);
    database.query(rows);
    database.query(analyze);
    production.lback(&["facts", "--save", "of-production.json"]).exits(0);
    let text = std::fs::read_to_string(production.path("of-production.json")).expect("a file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(file["format"], 1);
    assert_eq!(file["bases"], json!(["users"]));
    let of = &file["databases"][0];
    assert_eq!((&of["server"], &of["heads"]), (&json!(server), &json!(["users"])));
    let users = of["tables"].as_array().expect("tables").iter().find(|table| table["name"] == "users");
    let users = users.unwrap_or_else(|| panic!("{text}"));
    assert!(users["schema"].is_null(), "{text}");
    assert!(users["rows"].as_u64().is_some_and(|rows| rows > 1_000), "{text}");
    // Its own answer counts, whatever the file says.
    let (own, of_file) = planned(&production);
    assert!(own["rows"].as_u64().is_some_and(|rows| rows > 1_000 && rows < 1_000_000), "{own}");
    assert_eq!(of_file, Value::Null);
    production.write("lback-facts.json", &text);

    // The same project, where the table is empty.
    database.query("truncate table users");
    database.query(analyze);
    let (other, of_file) = planned(&production);
    assert_eq!(other["rows"], users["rows"], "{of_file}");
    assert_eq!(of_file["tables"], 1);
    assert_eq!(other["read_at"], file["saved_at"]);
}

#[test]
fn sizes_of_postgresql_stand_in_for_those_of_an_empty_table() {
    let fill = "insert into users select n, n from generate_series(1, 20000) n";
    ends_in_a_size("postgresql", &Database::postgres(), fill, "analyze users");
}

#[test]
fn sizes_of_mariadb_stand_in_for_those_of_an_empty_table() {
    let fill = "insert into users select seq, seq from seq_1_to_20000";
    ends_in_a_size("mariadb", &Database::mariadb(), fill, "analyze table users");
}

#[test]
fn facts_of_sqlite_are_estimated_rows() {
    let rows = "op.execute('insert into users (id, age) values (1, 1), (30000, 1)')";
    let project = project("sqlite:///site.db").revision("rows", Some("users"), rows, "pass");
    project.lback(&["alembic", "upgrade", "rows"]).exits(0);
    let done = project.lback(&["facts"]).exits(0);
    let file: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    let tables = file["databases"][0]["tables"].as_array().expect("tables").clone();
    let users = json!({
        "schema": null, "name": "users", "rows": 30_000, "table_bytes": null, "index_bytes": null,
        "partitioned": false,
    });
    assert!(tables.contains(&users), "{done}");
}

#[test]
fn the_age_of_the_file_is_in_the_plan_and_policies_deny_by_its_sizes() {
    let database = Database::postgres();
    let project = project(&database.url()).file("lback-facts.json", &saved("postgresql", |_| ()));
    project.lback(&["migrate", "users"]).exits(0);
    let project = project.config("\n[[plugin]]\nname = \"lint\"\nsource = \"builtin:lint\"\n").unlocked();
    project.lback(&["plugin", "install"]).exits(0);
    let done = project.lback(&["plan"]).exits(77);
    let done = done.stdout_has(&[
        "blocks reads and writes of `users` (about 41 M rows, 12 GB) while it is rewritten",
        "the size of 1 table is from `lback-facts.json`, saved ",
        " days ago",
    ]);
    done.stdout_has(&["(changing-column-type)"]);
    project.lback(&["plan", "--markdown"]).exits(77).stdout_has(&["the size of 1 table is from `lback-facts.json`"]);
}

#[test]
fn a_file_that_can_not_be_used_is_an_error_with_its_place() {
    let project = project("sqlite:///site.db");
    let shown = |text: Option<&str>| {
        if let Some(text) = text {
            project.write("lback-facts.json", text);
        }
        let done = project.lback(&["plan"]).exits(78);
        assert_eq!(done.stdout, "", "{done}");
        done.stderr
    };
    let has = |shown: &str, parts: &[&str]| {
        for part in parts {
            assert!(shown.contains(part), "{shown}");
        }
    };
    has(
        &shown(None),
        &["error: `lback-facts.json` can't be read: ", "hint: write it with `lback facts --save lback-facts.json`"],
    );
    let newer = saved("sqlite", |file| file["format"] = json!(2));
    has(
        &shown(Some(&newer)),
        &["`lback-facts.json` has the format 2, and this lback reads the format 1", "hint: update"],
    );
    let damaged = saved("sqlite", |file| file["databases"][0]["tables"][0]["rows"] = json!("many"));
    has(
        &shown(Some(&damaged)),
        &["`lback-facts.json` is not a file of `lback facts`: line ", ", column ", "hint: only lback"],
    );
    has(&shown(Some(&damaged[..damaged.len() / 2])), &["is not a file of `lback facts`: line ", "hint: only lback"]);
    let foreign = saved("sqlite", |file| file["bases"] = json!(["other"]));
    has(
        &shown(Some(&foreign)),
        &[
            "`lback-facts.json` is of another project: its history begins with `other`, that of this project with `users`",
            "hint: save it again in this project: `lback facts --save lback-facts.json`",
        ],
    );
}

#[test]
fn facts_of_a_database_that_does_not_answer_are_not_saved() {
    let project = Project::on("postgresql+psycopg://user:x@127.0.0.1:1/nothing");
    let done = project.lback(&["facts", "--save", "facts.json"]).exits(69);
    done.stderr_has(&["error: the sizes of tables can't be read: ", "hint: `lback self doctor`"]);
    assert!(!project.path("facts.json").exists());
}
