//! The words of messages and hints.

use super::analysed::{Script, analyse, found};

fn messages(body: &str, rows: Option<u64>) -> Vec<(String, String)> {
    let setup = "op.create_table('users', sa.Column('id', sa.Integer, primary_key=True), sa.Column('email', sa.Text))";
    let script =
        Script { server: "postgresql".to_owned(), setup: vec![setup.to_owned()], revisions: vec![body.to_owned()] };
    let steps = analyse(&[script]).remove(0);
    found("postgresql", &steps, "{}", rows).into_iter().map(|(_, finding)| (finding.message, finding.hint)).collect()
}

#[test]
fn an_index_of_a_large_table() {
    let found = messages("op.create_index('ix_email', 'users', ['email'])", Some(41_000_000));
    let [(message, hint)] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        message,
        "revision `2` creates an index without `CONCURRENTLY`: it blocks writes of `users` (about 41000000 rows, \
         3280 MB) while all rows are read, for about 38 s to 4 min (versions/2.py:8)"
    );
    assert_eq!(
        hint,
        "create the index while others write:\nwith op.get_context().autocommit_block():\n    \
         op.create_index('ix_email', 'users', […], postgresql_concurrently=True)"
    );
}

#[test]
fn a_table_of_unknown_size() {
    let found = messages("op.alter_column('users', 'email', nullable=False)", None);
    let [(message, _)] = found.as_slice() else { panic!("{found:#?}") };
    assert_eq!(
        message,
        "revision `2` sets a column to NOT NULL, which is checked at once: it blocks reads and writes of `users` \
         while all rows are read (versions/2.py:8)"
    );
}

#[test]
fn a_place_that_cannot_be_told() {
    let found = messages("import os\nop.execute(os.environ.get('X', 'a') and open('/tmp/none').read())", None);
    assert!(!found.is_empty());
    for (message, hint) in found {
        assert!(message.starts_with("revision `2` may do more than lback can tell: "), "{message}");
        assert!(hint.contains("# lback: writes TABLES"), "{hint}");
    }
}
