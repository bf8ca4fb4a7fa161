//! The table `[migrate]`.

use std::time::Duration;

use super::{super::types::RetryWait, parse, report};

#[track_caller]
fn retry_wait(text: &str) -> RetryWait {
    parse(format!("[migrate]\nretry-wait = {{ {text} }}\n")).expect("a valid file").migrate.retry_wait
}

#[test]
fn one_pause_moves_the_usual_other_one() {
    let seconds = |from, to| RetryWait { from: Duration::from_secs(from), to: Duration::from_secs(to) };
    assert_eq!(retry_wait("from = '2s'"), seconds(2, 30));
    assert_eq!(retry_wait("from = '60s'"), seconds(60, 60));
    assert_eq!(retry_wait("to = '5s'"), seconds(1, 5));
    assert_eq!(retry_wait("to = '1s'"), seconds(1, 1));
}

#[test]
fn without_the_table_nothing_is_limited() {
    let migrate = parse("").expect("a valid file").migrate;
    assert_eq!((migrate.ddl_lock_timeout, migrate.statement_timeout, migrate.retries), (None, None, 0));
}

#[test]
fn a_number_of_retries_out_of_range() {
    let shown = report("[migrate]\nretries = -1\n");
    assert_eq!(
        shown,
        r"error: -1 is not a number of retries
 --> lback.toml:2:11
  |
2 | retries = -1
  |           ^^

hint: choose from 0 to 1000"
    );
}

#[test]
fn a_text_instead_of_a_number() {
    let shown = report("[migrate]\nretries = '3'\n");
    assert_eq!(
        shown,
        r"error: `retries` must be a whole number, not a string
 --> lback.toml:2:11
  |
2 | retries = '3'
  |           ^^^

hint: write it without quotes"
    );
}

#[test]
fn pauses_in_the_wrong_order() {
    let shown = report("[migrate]\nretry-wait = { from = '30s', to = '1s' }\n");
    assert_eq!(
        shown,
        r#"error: the first pause of `retry-wait`, 30s, is longer than the longest one, 1s
 --> lback.toml:2:35
  |
2 | retry-wait = { from = '30s', to = '1s' }
  |                                   ^^^^

hint: exchange them, as `{ from = "1s", to = "30s" }`"#
    );
}
