//! Messages that no attempt delivers.

use super::looking::{heard, logged, recorded, replaced, waiting};
use crate::support::Project;

#[test]
fn a_message_that_always_fails_is_parked_and_blocks_no_other() {
    let fails = "[plugin.settings]\nfail-handler = [\"migration_migrate_command\"]";
    let project = recorded(Project::new(), "rec", fails);
    let poison = heard(&logged(&project, &["migrate"]).exits(0), "rec")[1].clone();
    // Each of these runs retries the message, and delivers new ones all the same.
    let given_up = "it was tried often enough: only `lback log redeliver --parked` sends it again";
    let runs: Vec<_> = (0..8)
        .map(|_| logged(&project, &["history"]).exits(0))
        .inspect(|done| assert!(heard(done, "rec").iter().filter(|one| **one != poison).count() == 4, "{done}"))
        .map(|done| done.stderr.contains(given_up))
        .collect();
    assert_eq!(runs.iter().filter(|&&said| said).count(), 1, "it is said once: {runs:?}");
    assert_eq!(waiting(&project), [("rec".to_owned(), 0, 1)]);
    project
        .lback(&["log"])
        .exits(0)
        .stderr_has(&["note: 1 message for `rec` parked (", "`lback log redeliver --parked` tries again"]);

    let quiet = logged(&project, &["history"]).exits(0);
    assert!(!heard(&quiet, "rec").contains(&poison), "it is no longer tried: {quiet}");
    logged(&project, &["log", "redeliver"]).exits(0).stderr_has(&["note: no events are waiting for handlers"]);
    let project = replaced(project, fails, "");
    let done = logged(&project, &["log", "redeliver", "--parked"]).exits(0);
    assert_eq!(heard(&done, "rec"), [poison]);
    assert!(waiting(&project).is_empty());
}
