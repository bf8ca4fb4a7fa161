//! The rules about locks and sizes.

use super::super::super::evaluate;
use super::super::super::tests::{SUNDAY, event, started};
use super::{codes, step, table, upgrade};
use crate::bindings::exports::lback::plugin::policy::Decision;
use crate::bindings::lback::plugin::plan::{Answer as Host, MigrationPlan, Statement, TableFacts, TableLock};
use crate::bindings::lback::plugin::types::Denial;
use crate::settings::Settings;

/// `users` as a table of so many rows, and the lock of a statement on it.
fn locked(rows: Option<u64>, lock: TableLock) -> (MigrationPlan, Statement) {
    let mut plan = upgrade(vec![step("a", &["alter_column users age"])]);
    plan.databases[0].tables = vec![TableFacts {
        table: table("users"),
        rows,
        table_bytes: rows.map(|rows| rows * 100),
        index_bytes: None,
        partitioned: Some(false),
        read_at: None,
    }];
    let statement = Statement {
        text: Some("ALTER TABLE users ...".to_owned()),
        line: Some(17),
        operations: vec![0],
        transaction: "migration".to_owned(),
        times: 1,
        conditional: false,
        locks: vec![lock],
    };
    (plan, statement)
}

fn lock(blocks: [Host; 2], rewrites: Host, scans: Host) -> TableLock {
    let [blocks_reads, blocks_writes] = blocks;
    TableLock { table: table("users"), mode: None, blocks_reads, blocks_writes, rewrites, scans }
}

fn lock_denials(settings: &str, rows: Option<u64>, lock: TableLock) -> Vec<Denial> {
    let (plan, statement) = locked(rows, lock);
    let settings = Settings::parse(&format!(r#"{{"deny": [], "plan": {settings}}}"#)).unwrap();
    let event = event(Some("production"), SUNDAY, started("upgrade head"));
    let statements = move |_, _| Ok(Some(vec![statement.clone()]));
    match evaluate(&event, &settings, || Ok(Some(plan)), &statements).unwrap().decision {
        Decision::Allow => Vec::new(),
        Decision::Deny(denials) => denials,
    }
}

#[test]
fn locks_are_denied_by_what_is_done_under_them() {
    let all = r#"{"deny": ["locks", "rewrites", "scans"]}"#;
    let (no, yes, unknown) = (Host::No, Host::Yes, Host::Unknown);
    for (blocks, rewrites, scans, expected) in [
        ([yes, yes], yes, yes, &["plan-rewrites"][..]),
        ([yes, yes], no, yes, &["plan-scans"]),
        ([yes, yes], no, no, &["plan-locks"]),
        ([no, yes], no, yes, &["plan-scans"]),
        // Readers and writers go on.
        ([no, no], no, yes, &[]),
        ([unknown, unknown], unknown, unknown, &["plan-rewrites"]),
    ] {
        assert_eq!(codes(&lock_denials(all, Some(1), lock(blocks, rewrites, scans))), expected, "{blocks:?} {scans:?}");
    }
    let found = lock_denials(r#"{"deny": ["locks"]}"#, Some(1), lock([yes, yes], yes, yes));
    assert_eq!(codes(&found), ["plan-locks"]);
}

#[test]
fn tables_up_to_a_size_are_left_out() {
    let yes = Host::Yes;
    for (above, rows, is_denied) in [
        (r#"{"rows": 1000}"#, Some(1000), false),
        (r#"{"rows": 1000}"#, Some(1001), true),
        // A table of unknown size is a large one.
        (r#"{"rows": 1000}"#, None, true),
        (r#"{"bytes": "100kB"}"#, Some(1000), false),
        (r#"{"bytes": "100kB"}"#, Some(1001), true),
        (r#"{"rows": 5000, "bytes": "100kB"}"#, Some(1001), true),
    ] {
        let settings = format!(r#"{{"deny": ["rewrites"], "above": {above}}}"#);
        let found = lock_denials(&settings, rows, lock([yes, yes], yes, yes));
        assert_eq!(!found.is_empty(), is_denied, "{above} {rows:?}");
    }
    let found = lock_denials(r#"{"deny": ["rewrites"]}"#, Some(41_000_000), lock([yes, yes], yes, yes));
    let message = "revision `a` rewrites all rows of the table `users` (about 41000000 rows, 4100 MB) \
                   (versions/a.py:17), which is not allowed in the protected environment `production`";
    assert_eq!(found[0].message, message);
}

#[test]
fn sizes_without_a_rule_that_goes_by_them_are_refused() {
    for plan in [r#"{"deny": ["drops"], "above": {"rows": 1}}"#, r#"{"deny": ["locks"], "above": {}}"#] {
        let error = Settings::parse(&format!(r#"{{"plan": {plan}}}"#)).unwrap_err().to_string();
        assert!(error.contains("above"), "{error}");
    }
}
