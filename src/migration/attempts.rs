//! The attempts of a run: Alembic is started again after a time-out of a lock, or a deadlock.
//!
//! Another attempt is safe only if no step is half done: every database is as it was, or completely
//! at the revision of an earlier step. Each attempt is a new process, which takes the lock anew and
//! is held against the rest of the plan. Policies have decided on the whole, and are not asked
//! again.

use std::time::{Duration, Instant};

use super::attempt::Attempt;
use super::command::Command;
use super::commands::MigrationCommands;
use super::lock_timeout::{LockTimeout, NextAttempt};
use super::outcome::Outcome;
use super::prepared::PreparedAlembic;
use super::settings::RetrySettings;
use super::watch::EarlierAttempts;
use crate::alembic::{ExpectedSteps, RunConstraints, StopRequests, WaitEnd};
use crate::model::plan::{DatabasePlan, Plan};
use crate::model::signal::AlembicCommand;
use crate::support::clock;
use crate::support::fault::fault_point;

impl<R: StopRequests> MigrationCommands<R> {
    /// Runs Alembic, and starts it again while a lock ends it and the settings permit another
    /// attempt.
    pub(super) async fn attempts(
        &mut self,
        command: &Command,
        mut prepared: PreparedAlembic,
        alembic: &AlembicCommand,
    ) -> Attempt {
        let RetrySettings { retries, .. } = self.alembic.retries;
        let plan = self.plan.asked();
        let mut constraints = RunConstraints {
            lock: self.alembic.lock,
            limits: self.alembic.limits,
            orders: self.alembic.orders,
            waited_before: Duration::ZERO,
            may_retry: retries > 0,
            marks_steps: retries > 0 || self.alembic.limits.is_some(),
            single_head: command.needs_single_head(),
            files: plan.as_deref().map(|plan| self.agreed_files(plan)).unwrap_or_default(),
            expected: plan.as_deref().map(expected),
            environment: self.alembic.plans.environment.clone(),
            written: self.written.take(),
        };
        let began = Instant::now();
        let (mut left, mut last_wait) = (Vec::new(), None);
        let mut number = 1;
        let mut waiting: Option<Instant> = None;
        loop {
            constraints.may_retry = number <= retries;
            // A statement with a limit never waits for long in one attempt: all of them count.
            constraints.waited_before = waiting.as_ref().map(Instant::elapsed).unwrap_or_default();
            let earlier_wait = last_wait.take();
            let attempt_began = Instant::now();
            let mut attempt = self.alembic(prepared, alembic, &constraints, left).await;
            if number > 1 {
                attempt.finished.duration = began.elapsed();
                attempt.finished.attempts += number - 1;
            }
            attempt.last_wait = attempt.last_wait.or(earlier_wait);
            let Some(lock) = attempt.ended_by_lock() else { return attempt };
            waiting = waiting.or(Some(attempt_began));
            if number > retries {
                return self.exhausted(attempt, lock, number);
            }
            fault_point!("attempt-ended");
            number += 1;
            let pause = self.alembic.retries.pause(number - 2, jitter());
            self.observer.retrying(&NextAttempt { lock, number, of: retries + 1, pause });
            prepared = PreparedAlembic::start(&self.alembic, command);
            let shown = self.observer.waiting("waiting to try again");
            let stopped = tokio::select! {
                biased;
                request = self.stop.next() => Some(request),
                () = tokio::time::sleep(pause) => None,
            };
            drop(shown);
            if let Some(request) = stopped {
                return Attempt { outcome: Outcome::Interrupted(request), ..attempt };
            }
            fault_point!("attempt-begins");
            left = attempt.left;
            last_wait = attempt.last_wait;
            if let Some(expected) = &mut constraints.expected {
                go_on(expected, &left);
            }
        }
    }

    /// Returns the end of the last attempt. Without any of the settings, it is that of Alembic.
    fn exhausted(&self, mut attempt: Attempt, lock: WaitEnd, attempts: u32) -> Attempt {
        let has_limit = self.alembic.limits.is_some_and(|limits| limits.lock.is_some());
        if !has_limit && attempts == 1 {
            return attempt;
        }
        let last_wait = attempt.last_wait.take();
        if let Outcome::Failed { error: Some(raised), .. } = attempt.outcome {
            attempt.outcome = Outcome::LockTimeout(LockTimeout { raised, lock, last_wait, attempts });
        }
        attempt
    }
}

impl RetrySettings {
    /// Returns the pause before a retry, whose number is from 0. `jitter` is from 0 to 1.
    fn pause(self, number: u32, jitter: f64) -> Duration {
        let Self { from, to, .. } = self;
        let whole = from.saturating_mul(1_u32.checked_shl(number).unwrap_or(u32::MAX)).min(to);
        whole.mul_f64(1.0 - jitter / 2.0)
    }
}

/// Returns a random number from 0 to 1, so that runs that wait for the same lock don't meet again.
fn jitter() -> f64 {
    // The last bytes of a UUID are random.
    let random = clock::new_id().as_u128() & u128::from(u32::MAX);
    u32::try_from(random).map_or(0.0, |random| f64::from(random) / f64::from(u32::MAX))
}

/// Returns the heads and steps that Alembic must find for the run to match the plan.
fn expected(plan: &Plan) -> Vec<ExpectedSteps> {
    let of = |database: &DatabasePlan| ExpectedSteps {
        heads: database.heads.clone(),
        steps: database.steps.iter().map(|step| step.revision.clone()).collect(),
    };
    plan.databases.iter().map(of).collect()
}

/// Removes the steps of a plan that earlier attempts have left in the databases.
fn go_on(expected: &mut [ExpectedSteps], left: &[EarlierAttempts]) {
    for (database, left) in expected.iter_mut().zip(left) {
        let done = left.steps.iter().zip(&database.steps);
        let done = done.take_while(|(step, planned)| step.step.revision == **planned).count();
        database.steps.drain(..done);
        database.heads.clone_from(&left.heads);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_one() {
        let settings = RetrySettings { retries: 40, from: Duration::from_secs(1), to: Duration::from_secs(30) };
        let pauses = [0, 1, 4, 5, 31, 32, 900].map(|number| settings.pause(number, 0.0).as_secs());
        assert_eq!(pauses, [1, 2, 16, 30, 30, 30, 30]);
        assert_eq!(settings.pause(0, 1.0), Duration::from_millis(500));
    }

    #[test]
    fn jitter_is_a_fraction_and_differs() {
        let some: Vec<_> = (0..16).map(|_| jitter()).collect();
        assert!(some.iter().all(|jitter| (0.0..=1.0).contains(jitter)));
        assert!(some.iter().any(|jitter| jitter.to_bits() != some[0].to_bits()));
    }
}
