//! The time that runs are kept.

use super::looking::{recorded, runs, sql, waiting};
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
    // Runs are deleted only as seen from each of the twenty newest.
    sql(
        &project,
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 20)
         insert into run (id, scope, project, root, lback_version, started, outcome)
         select 'filler-' || i, scope, project, root, lback_version, started, 'completed'
         from n, (select * from run order by started desc limit 1)",
    );
    let done = project.lback(&["history"]).exits(0);
    done.stderr_has(&["warning: 2 messages that handlers never took were older than `[journal] keep` and are gone"]);
    assert_eq!(runs(&project).len(), 22);
    assert_eq!(waiting(&project), [("rec".to_owned(), 4, 0)]);
}
