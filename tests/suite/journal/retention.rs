//! The time that runs are kept.

use super::looking::{newer_runs, recorded, runs, sql, waiting};
use crate::support::Project;

#[test]
fn runs_of_more_than_a_year_ago_go_and_lost_messages_are_counted() {
    let fails = "[plugin.settings]\nfail-handler = [\"alembic_command_started\", \"alembic_command_completed\"]";
    let project = recorded(Project::new(), "rec", fails);
    project.lback(&["migrate", "one"]).exits(0);
    project.lback(&["migrate", "two"]).exits(0);
    sql(
        &project,
        "update run set started = started - 366 * 24 * 3600 * 1000 where started = (select min(started) from run)",
    );
    newer_runs(&project);
    let done = project.lback(&["history"]).exits(0);
    done.stderr_has(&["warning: 2 messages that handlers never took were older than `[journal] keep` and are gone"]);
    assert_eq!(runs(&project).len(), 22);
    assert_eq!(waiting(&project), [("rec".to_owned(), 4, 0)]);
}
