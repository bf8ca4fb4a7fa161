//! The state of a database after a run, derived from the reports of the run and from the heads that
//! were read afterwards.
//!
//! Alembic's log is not a source: a step that it names may have been rolled back, and a version
//! that has not moved does not prove that the schema is unchanged.

use super::watch::{Watched, WatchedStep};
use crate::alembic::{ProbeAnswers, SeenSession, SessionState};
use crate::model::database::{Database, DatabaseState, Direction, UnsettledWork};

/// Returns the state after a successful run: the last reports hold.
pub(super) fn after_success(watched: Watched) -> Database {
    let nothing_begun = watched.steps.is_empty();
    let heads = watched.heads_after.clone().or_else(|| watched.heads_before.clone().filter(|_| nothing_begun));
    let state = match (&heads, &watched.heads_before) {
        (Some(after), Some(before)) if same(after, before) => DatabaseState::Unchanged,
        (Some(_), _) => DatabaseState::Advanced,
        (None, _) => DatabaseState::Unknown,
    };
    database(watched, heads, state)
}

/// Returns the work of a failed run that may still go on. `cleanly`: Alembic closed its
/// connections.
pub(super) fn unsettled(watched: &Watched, answers: &ProbeAnswers, cleanly: bool) -> Option<UnsettledWork> {
    let session = watched.session.as_ref();
    match answers.session(watched.number) {
        Some(SeenSession { state: SessionState::Gone, .. }) => None,
        Some(SeenSession { state: SessionState::Alive, what, look, .. }) => {
            Some(UnsettledWork { what: what.clone(), look: look.clone(), unseen: None })
        }
        // The end of a connection ends what the server does for it.
        _ if cleanly => None,
        Some(SeenSession { what, look, why, .. }) => {
            let unseen = why.clone().or_else(|| Some("the server doesn't say".to_owned()));
            Some(UnsettledWork { what: what.clone(), look: look.clone(), unseen })
        }
        None => Some(UnsettledWork {
            what: session.map_or("the session of the run", |session| session.what()).to_owned(),
            look: session.map(|session| session.look().to_owned()).unwrap_or_default(),
            unseen: Some("lback has no answer from the database".to_owned()),
        }),
    }
}

/// Returns the state after a failed run. `heads` were read after its end, and `unsettled` may still
/// change them.
pub(super) fn after_failure(
    watched: Watched,
    heads: Option<Vec<String>>,
    unsettled: Option<UnsettledWork>,
) -> Database {
    if watched.steps.is_empty() {
        let before = watched.heads_before.clone();
        let state = if before.is_some() { DatabaseState::Unchanged } else { DatabaseState::Unknown };
        return database(watched, before, state);
    }
    if unsettled.is_some() {
        return Database { unsettled, ..database(watched, None, DatabaseState::Unknown) };
    }
    let Some(heads) = heads else { return database(watched, None, DatabaseState::Unknown) };
    let before = watched.heads_before.as_deref().unwrap_or_default();
    let unchanged = same(&heads, before);
    let reached = watched.steps.iter().rposition(|step| step.heads.as_ref().is_some_and(|after| same(after, &heads)));
    // Heads that no step of this run produces come from another run. Which of the steps are
    // committed is then unknown.
    let lost = match reached {
        Some(last) if !unchanged => &watched.steps[last + 1..],
        _ => &watched.steps,
    };
    let state = if lost.iter().any(|step| leaves_traces(step, watched.transactional_ddl)) {
        DatabaseState::Suspect
    } else if unchanged {
        DatabaseState::Unchanged
    } else {
        DatabaseState::Advanced
    };
    let is_at_target = watched.heads_after.as_deref().is_some_and(|after| same(after, &heads));
    Database { is_at_target, ..database(watched, Some(heads), state) }
}

/// Returns `true` if a step that was rolled back may have left something in the schema.
fn leaves_traces(step: &WatchedStep, transactional_ddl: bool) -> bool {
    step.left_transaction || (!transactional_ddl && step.step.direction != Direction::Stamp)
}

fn database(watched: Watched, heads_after: Option<Vec<String>>, state: DatabaseState) -> Database {
    let Watched { dialect, name, heads_before, steps, .. } = watched;
    Database {
        dialect,
        name,
        heads_before,
        heads_after,
        state,
        steps: steps.into_iter().map(|step| step.step).collect(),
        is_at_target: false,
        unsettled: None,
    }
}

/// Compares heads regardless of their order.
fn same(one: &[String], other: &[String]) -> bool {
    let sorted = |heads: &[String]| {
        let mut heads = heads.to_vec();
        heads.sort();
        heads
    };
    sorted(one) == sorted(other)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::database::Step;

    fn heads(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    fn step(revision: &str, after: Option<&[&str]>) -> WatchedStep {
        WatchedStep {
            step: Step {
                revision: revision.into(),
                direction: Direction::Upgrade,
                doc: None,
                duration: after.map(|_| Duration::from_millis(1)),
            },
            heads: after.map(heads),
            left_transaction: false,
        }
    }

    fn autocommit(step: WatchedStep) -> WatchedStep {
        WatchedStep { left_transaction: true, ..step }
    }

    fn watched(transactional_ddl: bool, before: &[&str], steps: Vec<WatchedStep>) -> Watched {
        Watched {
            number: 1,
            dialect: "any".into(),
            name: None,
            transactional_ddl,
            session: None,
            heads_before: Some(heads(before)),
            heads_after: None,
            steps,
        }
    }

    /// Two steps from `a`: `b` was applied, `c` was started.
    fn two_steps() -> Vec<WatchedStep> {
        vec![step("b", Some(&["b"])), step("c", None)]
    }

    #[track_caller]
    fn fails(transactional_ddl: bool, steps: Vec<WatchedStep>, after: &[&str], expected: DatabaseState) {
        let judged = after_failure(watched(transactional_ddl, &["a"], steps), Some(heads(after)), None);
        assert_eq!(judged.state, expected);
        assert_eq!(judged.heads_after, Some(heads(after)));
    }

    #[test]
    fn one_transaction_for_all_takes_everything_back() {
        fails(true, two_steps(), &["a"], DatabaseState::Unchanged);
    }

    #[test]
    fn a_transaction_for_each_step_keeps_what_was_done() {
        fails(true, two_steps(), &["b"], DatabaseState::Advanced);
    }

    #[test]
    fn without_transactions_the_step_that_was_cut_off_may_have_left_something() {
        fails(false, two_steps(), &["b"], DatabaseState::Suspect);
        fails(false, vec![step("b", None)], &["a"], DatabaseState::Suspect);
    }

    #[test]
    fn without_transactions_steps_that_ended_stay() {
        fails(false, vec![step("b", Some(&["b"]))], &["b"], DatabaseState::Advanced);
    }

    #[test]
    fn a_step_that_committed_in_its_middle_and_was_lost_leaves_traces() {
        // The block of `c` committed `b` with its version. `c` was rolled back, except for the
        // block.
        fails(true, vec![step("b", Some(&["b"])), autocommit(step("c", None))], &["b"], DatabaseState::Suspect);
        // `b` committed a part of itself, and its version was rolled back with `c`.
        fails(true, vec![autocommit(step("b", Some(&["b"]))), step("c", None)], &["a"], DatabaseState::Suspect);
    }

    #[test]
    fn a_step_that_committed_in_its_middle_and_stayed_leaves_none() {
        fails(true, vec![autocommit(step("b", Some(&["b"]))), step("c", None)], &["b"], DatabaseState::Advanced);
    }

    #[test]
    fn a_failure_after_the_last_step_leaves_the_database_at_its_target() {
        let steps = || vec![step("b", Some(&["b"])), step("c", Some(&["c"]))];
        for (after, is_at_target) in [(&["c"], true), (&["b"], false)] {
            let ended = Watched { heads_after: Some(heads(&["c"])), ..watched(true, &["a"], steps()) };
            assert_eq!(after_failure(ended, Some(heads(after)), None).is_at_target, is_at_target);
        }
        assert!(!after_failure(watched(true, &["a"], two_steps()), Some(heads(&["b"])), None).is_at_target);
    }

    #[test]
    fn heads_of_another_run_do_not_say_which_steps_stayed() {
        fails(true, two_steps(), &["x"], DatabaseState::Advanced);
        fails(false, two_steps(), &["x"], DatabaseState::Suspect);
    }

    #[test]
    fn a_stamp_touches_the_version_alone() {
        let mut stamp = step("b", None);
        stamp.step.direction = Direction::Stamp;
        fails(false, vec![stamp], &["a"], DatabaseState::Unchanged);
    }

    #[test]
    fn where_nothing_was_begun_nothing_is_changed() {
        let judged = after_failure(watched(false, &["a"], Vec::new()), None, None);
        assert_eq!((judged.state, judged.heads_after), (DatabaseState::Unchanged, Some(heads(&["a"]))));
    }

    #[test]
    fn where_nothing_was_read_nothing_is_known() {
        let judged = after_failure(watched(true, &["a"], two_steps()), None, None);
        assert_eq!((judged.state, judged.heads_after), (DatabaseState::Unknown, None));
        let unseen = Watched { heads_before: None, ..watched(true, &[], Vec::new()) };
        let judged = after_failure(unseen, None, None);
        assert_eq!((judged.state, judged.heads_before), (DatabaseState::Unknown, None));
    }

    #[test]
    fn work_that_may_still_be_committed_makes_the_state_unknown() {
        for after in [&["a"], &["b"]] {
            let work = UnsettledWork { what: "a session".into(), look: String::new(), unseen: None };
            let judged = after_failure(watched(true, &["a"], two_steps()), Some(heads(after)), Some(work.clone()));
            assert_eq!((judged.state, judged.heads_after), (DatabaseState::Unknown, None));
            assert_eq!(judged.unsettled, Some(work));
        }
    }

    #[test]
    fn without_an_answer_only_a_clean_end_is_an_end() {
        let watched = watched(true, &["a"], two_steps());
        assert!(unsettled(&watched, &ProbeAnswers::default(), false).is_some());
        assert_eq!(unsettled(&watched, &ProbeAnswers::default(), true), None);
    }

    #[test]
    fn a_success_is_what_it_reports() {
        let with = |after: Option<&[&str]>, steps| Watched {
            heads_after: after.map(heads),
            ..watched(true, &["a", "x"], steps)
        };
        assert_eq!(after_success(with(Some(&["x", "a"]), Vec::new())).state, DatabaseState::Unchanged);
        assert_eq!(after_success(with(None, Vec::new())).state, DatabaseState::Unchanged);
        assert_eq!(after_success(with(Some(&["c"]), two_steps())).state, DatabaseState::Advanced);
        assert_eq!(after_success(with(None, two_steps())).state, DatabaseState::Unknown);
    }
}
