//! The state of a database after a run, derived from the reports of the run and from the heads that
//! were read afterwards.
//!
//! Alembic's log is not a source: a step that it names may have been rolled back, and a version
//! that has not moved does not prove that the schema is unchanged.

use super::watch::{Watched, WatchedStep};
use crate::alembic::{ProbeAnswers, SeenSession, SessionState};
use crate::model::database::{Database, DatabaseState, Direction, UnsettledWork};

/// Returns the state after a successful run. `found` are the heads that were read once the
/// transaction of the steps was over; where they could not be read, the last reports hold.
pub(super) fn after_success(watched: Watched, found: Option<Vec<String>>) -> Database {
    if watched.steps.iter().any(|step| step.heads.is_none()) {
        // env.py has handled the error of a step.
        return after_failure(watched, found, None);
    }
    if let Some(found) = found
        && is_lost(&watched, &found)
    {
        let kept = kept_steps(&watched.steps, watched.before(), &found);
        let has_traces = watched.steps[kept..].iter().any(|step| leaves_traces(step, watched.transactional_ddl));
        return Database { has_traces, ..database(watched, Some(found), DatabaseState::Lost) };
    }
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
    let unchanged = same(&heads, watched.before());
    let lost = &watched.steps[kept_steps(&watched.steps, watched.before(), &heads)..];
    let is_at_target = watched.heads_after.as_deref().is_some_and(|after| same(after, &heads));
    let state = if lost.iter().any(|step| leaves_traces(step, watched.transactional_ddl)) {
        DatabaseState::Suspect
    } else if unchanged {
        DatabaseState::Unchanged
    } else if is_at_target {
        DatabaseState::Done
    } else {
        DatabaseState::Advanced
    };
    database(watched, Some(heads), state)
}

/// Returns `true` if these heads are those of an earlier moment of the run, or from before it.
/// Other heads come from another run, which went on from where this one had ended.
fn is_lost(watched: &Watched, found: &[String]) -> bool {
    let Some(after) = watched.heads_after.as_deref() else { return false };
    let mut earlier = watched.steps.iter().filter_map(|step| step.heads.as_deref()).chain([watched.before()]);
    !same(after, found) && earlier.any(|heads| same(heads, found))
}

/// Returns how many steps of the run led to these heads. Heads that no step of this run produces
/// come from another run: which of the steps are committed is then unknown.
pub(super) fn kept_steps(steps: &[WatchedStep], before: &[String], heads: &[String]) -> usize {
    if same(heads, before) {
        return 0;
    }
    let reached = steps.iter().rposition(|step| step.heads.as_ref().is_some_and(|after| same(after, heads)));
    reached.map_or(0, |last| last + 1)
}

/// Returns `true` if a step that was rolled back may have left something in the schema.
fn leaves_traces(step: &WatchedStep, transactional_ddl: bool) -> bool {
    step.left_transaction || (!transactional_ddl && !step.is_untouched && step.step.direction != Direction::Stamp)
}

fn database(watched: Watched, heads_after: Option<Vec<String>>, state: DatabaseState) -> Database {
    let Watched { dialect, name, schema, heads_before, steps, .. } = watched;
    Database {
        dialect,
        name,
        heads_before,
        heads_after,
        state,
        steps: steps.into_iter().map(|step| step.step).collect(),
        schema,
        has_traces: false,
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
            transaction: None,
            is_untouched: false,
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
            schema: None,
            transactional_ddl,
            session: None,
            heads_before: Some(heads(before)),
            heads_after: None,
            heads_settled: None,
            steps,
            earlier: 0,
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
    fn without_transactions_a_step_that_a_lock_ended_first_leaves_nothing() {
        let untouched = WatchedStep { is_untouched: true, ..step("c", None) };
        fails(false, vec![step("b", Some(&["b"])), untouched], &["b"], DatabaseState::Advanced);
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
        for (after, expected) in [(&["c"], DatabaseState::Done), (&["b"], DatabaseState::Advanced)] {
            let ended = Watched { heads_after: Some(heads(&["c"])), ..watched(true, &["a"], steps()) };
            assert_eq!(after_failure(ended, Some(heads(after)), None).state, expected);
        }
        let ended = after_failure(watched(true, &["a"], two_steps()), Some(heads(&["b"])), None);
        assert_eq!(ended.state, DatabaseState::Advanced);
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
        let state = |watched| after_success(watched, None).state;
        assert_eq!(state(with(Some(&["x", "a"]), Vec::new())), DatabaseState::Unchanged);
        assert_eq!(state(with(None, Vec::new())), DatabaseState::Unchanged);
        assert_eq!(state(with(Some(&["c"]), ended_steps())), DatabaseState::Advanced);
        assert_eq!(state(with(None, ended_steps())), DatabaseState::Unknown);
    }

    /// Two steps from `a`, both of which ended.
    fn ended_steps() -> Vec<WatchedStep> {
        vec![step("b", Some(&["b"])), step("c", Some(&["c"]))]
    }

    #[track_caller]
    fn succeeds(steps: Vec<WatchedStep>, found: &[&str], expected: DatabaseState) -> Database {
        let ended = Watched { heads_after: Some(heads(&["c"])), ..watched(true, &["a"], steps) };
        let judged = after_success(ended, Some(heads(found)));
        assert_eq!(judged.state, expected);
        judged
    }

    #[test]
    fn a_success_that_is_not_in_the_database_is_lost() {
        succeeds(ended_steps(), &["c"], DatabaseState::Advanced);
        assert!(!succeeds(ended_steps(), &["a"], DatabaseState::Lost).has_traces);
        succeeds(ended_steps(), &["b"], DatabaseState::Lost);
        let committed = vec![autocommit(step("b", Some(&["b"]))), step("c", Some(&["c"]))];
        assert!(succeeds(committed, &["a"], DatabaseState::Lost).has_traces);
        succeeds(ended_steps(), &["later"], DatabaseState::Advanced);
    }

    #[test]
    fn a_success_with_a_step_that_did_not_end_is_judged_as_a_failure() {
        for (after, expected) in [(&["a"], DatabaseState::Unchanged), (&["b"], DatabaseState::Advanced)] {
            let judged = after_success(watched(true, &["a"], two_steps()), Some(heads(after)));
            assert_eq!(judged.state, expected);
            assert!(judged.open_step().is_some());
        }
    }

    #[test]
    fn a_committed_transaction_leaves_traces_of_its_steps() {
        let in_transaction = |step, number: &str| WatchedStep { transaction: Some(number.into()), ..step };
        let steps = vec![in_transaction(step("b", Some(&["b"])), "7"), in_transaction(step("c", None), "8")];
        for (committed, expected) in [("7", DatabaseState::Advanced), ("8", DatabaseState::Suspect)] {
            let mut watched = Watched { steps: steps.clone(), ..watched(true, &["a"], Vec::new()) };
            watched.committed(&[committed.to_owned()]);
            assert_eq!(after_failure(watched, Some(heads(&["b"])), None).state, expected);
        }
    }
}
