//! Deliveries: whose they are, in which order they are told again, and when they are given up.

use serde_json::json;
use uuid::Uuid;

use super::{Place, Running, SCOPE, completed, failed, started};
use crate::journal::deliveries::ENOUGH_ATTEMPTS;
use crate::journal::{Outbox, PendingDelivery};
use crate::model::signal::Signal;

fn slack() -> Vec<String> {
    vec!["slack".to_owned()]
}

async fn claimed(run: &Running) -> Vec<Uuid> {
    ids(&run.record.outbox().claim(slack(), false).await.expect("a journal"))
}

fn ids(waiting: &[PendingDelivery]) -> Vec<Uuid> {
    waiting.iter().map(|waiting| waiting.event).collect()
}

/// A run that sent events and notified no handler.
async fn missed(place: &Place) -> Vec<Uuid> {
    let run = place.run();
    let sent = [run.send(started(), &["slack", "metrics"]).await, run.send(completed(), &["slack"]).await];
    run.end(0).await;
    sent.map(|event| event.id).to_vec()
}

#[tokio::test]
async fn what_earlier_runs_left_is_claimed_in_order_and_once() {
    let place = Place::new();
    let mut sent = missed(&place).await;
    sent.extend(missed(&place).await);
    let (one, two) = (place.run(), place.run());
    assert_eq!(claimed(&one).await, sent);
    assert!(claimed(&two).await.is_empty(), "they belong to a living run");
    one.record.outbox().done(sent[0], "slack");
    one.end(0).await;
    assert_eq!(claimed(&two).await, sent[1..], "what it did not get done is anybody's");
    let metrics = two.record.outbox().claim(vec!["metrics".into()], false).await.unwrap();
    assert_eq!(ids(&metrics), [sent[0], sent[2]], "to each plugin its own");
}

#[tokio::test]
async fn what_a_crashed_run_had_claimed_is_anybodys_and_its_own_too() {
    let place = Place::new();
    let left = missed(&place).await;
    let crashing = place.run();
    assert_eq!(claimed(&crashing).await, left);
    let own = crashing.send(Signal::History, &["slack"]).await;
    crashing.crash();
    let next = place.run();
    assert_eq!(claimed(&next).await, [left, vec![own.id]].concat());
}

#[tokio::test]
async fn projects_do_not_tell_each_others_messages() {
    let place = Place::new();
    missed(&place).await;
    let other = place.run_in("/srv/other");
    assert!(claimed(&other).await.is_empty());
    let same = place.open().redeliverer(Uuid::now_v7(), SCOPE);
    assert_eq!(same.claim(slack(), false).await.unwrap().len(), 2);
}

#[tokio::test]
async fn an_event_is_the_same_when_it_is_told_again() {
    let place = Place::new();
    let run = place.run();
    let sent = run.send(failed(&json!({ "stdout": "out", "returncode": 1 })), &["slack"]).await;
    run.end(1).await;
    let next = place.run();
    let read = next.record.outbox().event(sent.id).await.expect("a journal").expect("an event");
    assert_eq!(read, sent);
    assert!(next.record.outbox().event(Uuid::now_v7()).await.expect("a journal").is_err());
}

/// Fails at it so often.
async fn fail(outbox: &Outbox, event: Uuid, times: i64) -> Vec<bool> {
    let mut parked = Vec::new();
    for _ in 0..times {
        outbox.attempt(event, "slack");
        parked.push(outbox.failed(event, "slack", "no s3cr3t").await.expect("a journal").parked);
    }
    parked
}

#[tokio::test]
async fn a_message_that_fails_while_newer_ones_are_heard_is_parked() {
    let place = Place::new();
    let sent = missed(&place).await;
    let run = place.run();
    let outbox = run.record.outbox();
    claimed(&run).await;
    let new = run.send(Signal::History, &["slack"]).await;
    outbox.done(new.id, "slack");
    let parked = fail(&outbox, sent[0], ENOUGH_ATTEMPTS).await;
    assert_eq!(parked.iter().position(|&parked| parked), Some(parked.len() - 1), "at the last attempt");
    run.end(0).await;

    let next = place.run();
    assert_eq!(claimed(&next).await, [sent[1]], "it no longer blocks others");
    let waiting = place.reader().waiting(Some(SCOPE)).unwrap();
    let of_slack = waiting.iter().find(|row| row.plugin == "slack").expect("a row");
    assert_eq!((of_slack.waiting, of_slack.parked), (0, 1), "the other one is being told");
    assert_eq!(of_slack.error.as_deref(), Some("no [secret S]"));
    let everything = next.record.outbox().claim(slack(), true).await.unwrap();
    assert_eq!(everything.iter().map(|waiting| (waiting.event, waiting.parked)).collect::<Vec<_>>(), [(sent[0], true)]);
    next.record.outbox().done(sent[0], "slack");
    next.end(0).await;
    assert!(place.reader().waiting(Some(SCOPE)).unwrap().iter().all(|row| row.parked == 0));
}

#[tokio::test]
async fn nothing_is_given_up_while_nothing_gets_through() {
    let place = Place::new();
    let sent = missed(&place).await;
    let run = place.run();
    let outbox = run.record.outbox();
    assert!(!fail(&outbox, sent[0], ENOUGH_ATTEMPTS * 3).await.contains(&true), "the receiver is at fault");
    // A day later it is enough.
    place.sql("update event set time = time - 25 * 3600 * 1000");
    assert_eq!(fail(&outbox, sent[0], 1).await, [true]);
}

#[tokio::test]
async fn a_message_that_never_comes_to_an_end_is_given_up() {
    let place = Place::new();
    let sent = missed(&place).await;
    let run = place.run();
    let outbox = run.record.outbox();
    for attempt in 1..=ENOUGH_ATTEMPTS {
        outbox.attempt(sent[0], "slack");
        let cut_off = outbox.cut_off(sent[0], "slack", "it was not done").await.expect("a journal");
        assert_eq!((cut_off.attempts, cut_off.parked), (attempt, attempt == ENOUGH_ATTEMPTS));
    }
}

#[tokio::test]
async fn without_a_journal_there_is_no_outbox() {
    let outbox = crate::journal::RunRecord::none().outbox();
    assert_eq!(outbox.claim(slack(), true).await, None);
    assert!(outbox.failed(Uuid::now_v7(), "slack", "x").await.is_none());
}
