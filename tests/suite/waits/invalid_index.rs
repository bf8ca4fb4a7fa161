//! Invalid indexes that a failed `CREATE INDEX CONCURRENTLY` has left.

use super::site::Chain;

const NAMED: &str = "warning: the index `ix_t1` of `t1` is invalid, left by an attempt that failed: ";

/// A revision that creates an index concurrently, with further arguments.
fn concurrently(options: &str) -> String {
    format!(
        "with op.get_context().autocommit_block():\n    \
             op.create_index('ix_t1', 't1', ['id'], unique=True, postgresql_concurrently=True{options})"
    )
}

/// A chain with a revision that creates a unique index, after a first attempt that has failed.
fn after_a_failure(upgrade: &str, config: &str) -> Chain {
    let chain = Chain::on_postgres(1).further("indexed", &concurrently("")).config(config);
    chain.lback(&["migrate", "r01"]).exits(0).output_lacks(&["invalid"]);
    chain.query("insert into t1 values (1), (1)");
    chain.lback(&["migrate"]).exits(1).stderr_has(&["could not create unique index"]);
    assert_eq!(validity(&chain), "False");
    chain.query("delete from t1");
    let script = chain.project.path("migrations/versions/indexed.py");
    let text = std::fs::read_to_string(&script).expect("a script");
    let (head, _) = text.split_once("def upgrade").expect("a function");
    let body = upgrade.replace('\n', "\n    ");
    std::fs::write(&script, format!("{head}def upgrade():\n    {body}\n\n\ndef downgrade():\n    pass\n"))
        .expect("a script");
    chain
}

/// Returns whether the index is valid, in Python's words.
fn validity(chain: &Chain) -> String {
    chain.query("select indisvalid from pg_index where indexrelid = to_regclass('ix_t1')")
}

#[test]
fn an_invalid_index_in_the_way_is_named() {
    let chain = after_a_failure(&concurrently(""), "");
    chain.lback(&["migrate"]).exits(1).stderr_has(&[
        &format!("{NAMED}the statement fails because the name exists"),
        "hint: drop it, or set `drop-invalid-indexes = true`",
    ]);
    assert_eq!(validity(&chain), "False");
}

#[test]
fn an_invalid_index_that_a_statement_skips_is_named() {
    let chain = after_a_failure(&concurrently(", if_not_exists=True"), "");
    chain.lback(&["migrate"]).exits(0).stderr_has(&[&format!("{NAMED}`IF NOT EXISTS` skips it")]);
    assert_eq!(validity(&chain), "False");
}

#[test]
fn an_invalid_index_is_dropped_by_order() {
    let plain = "op.create_index('ix_t1', 't1', ['id'], unique=True)".to_owned();
    let quoted = "with op.get_context().autocommit_block():\n    \
                  op.execute('create unique index /* again */ concurrently \"ix_t1\"\\n on only public . \"t1\" (id)')";
    for upgrade in [concurrently(""), concurrently(", if_not_exists=True"), plain, quoted.to_owned()] {
        let config = "[migrate]\ndrop-invalid-indexes = true\nddl-lock-timeout = \"5s\"";
        let chain = after_a_failure(&upgrade, config);
        chain
            .lback(&["migrate"])
            .exits(0)
            .stderr_has(&["note: the invalid index `ix_t1` of `t1` is dropped before it is created anew"]);
        assert_eq!(validity(&chain), "True", "{upgrade}");
    }
}

#[test]
fn an_index_that_another_session_may_be_building_is_not_dropped() {
    let chain = after_a_failure(&concurrently(", if_not_exists=True"), "[migrate]\ndrop-invalid-indexes = true");
    let holder = chain.hold("lock table t1 in share update exclusive mode");
    let running = chain.lback(&["migrate"]).start();
    running.until_stderr_has("hint: another session may be building it");
    holder.let_go();
    running.wait().exits(0).stderr_has(&[NAMED]);
    assert_eq!(validity(&chain), "False");
}

#[test]
fn a_plan_names_an_invalid_index_that_it_creates() {
    let chain = after_a_failure(&concurrently(""), "");
    let expected = "the index `ix_t1` of `t1` is invalid, left by an attempt that failed";
    let done = chain.lback(&["plan"]).exits(0);
    assert!(done.stdout.contains(expected), "{done}");
    let json: serde_json::Value =
        serde_json::from_str(&chain.lback(&["plan", "--json"]).exits(0).stdout).expect("JSON");
    let found = &json["plan"]["databases"][0]["invalid_indexes"];
    assert_eq!(found, &serde_json::json!([{ "index": "ix_t1", "table": { "schema": null, "name": "t1" } }]));
    chain.query("drop index ix_t1");
    let done = chain.lback(&["plan"]).exits(0);
    assert!(!done.stdout.contains("invalid"), "{done}");
}
