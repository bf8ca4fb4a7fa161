//! An env.py that begins a transaction before Alembic does, and loses it: with further attempts
//! too, that is no success.

use super::site::Chain;

const SETTINGS: &str =
    "[migrate]\nddl-lock-timeout = \"200ms\"\nretries = 200\nretry-wait = { from = \"1ms\", to = \"10ms\" }";

#[test]
fn a_transaction_that_env_py_loses_is_no_success_in_a_later_attempt() {
    let chain = Chain::on_postgres(2).config(SETTINGS);
    chain.before_configure("connection.exec_driver_sql('select 1')");
    let holder = chain.hold("lock table t2 in access share mode");
    let run = chain.lback(&["migrate"]).start();
    run.until_stderr_has("attempt 3 of 201 begins");
    holder.let_go();
    run.wait().exits(76).stderr_has(&["its work was not committed"]);
    assert_eq!(chain.query("select version_num from alembic_version"), "tables");
    assert_eq!(chain.query("select count(*) from applied"), "0");
}

#[test]
fn a_lost_run_is_not_tried_again() {
    let chain = Chain::on_postgres(2).config(SETTINGS);
    chain.before_configure("connection.exec_driver_sql('select 1')");
    chain.lback(&["migrate"]).exits(76).output_lacks(&["attempt"]);
}
