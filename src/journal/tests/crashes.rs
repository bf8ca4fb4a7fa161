//! Tests of crashed runs.

use super::{Place, SCOPE, completed, started};
use crate::journal::RunFilter;
use crate::model::signal::{ErrorType, Signal};

fn slack() -> Vec<String> {
    vec!["slack".to_owned()]
}

#[tokio::test]
async fn a_crashed_run_is_marked_and_reported_in_its_place_once() {
    let place = Place::new();
    let run = place.run();
    run.record.heirs(&slack());
    let began = run.send(started(), &[]).await;
    let id = run.id();
    run.crash();
    assert_eq!(place.outcomes(), ["crashed"], "seen before anybody has marked it");

    // The next process marks it; several may do so at once.
    let others = [place.run(), place.run(), place.run()];
    let mut claimed = Vec::new();
    for other in &others {
        claimed.extend(other.record.outbox().claim(slack(), false).await.expect("a journal"));
    }
    let [waiting] = &claimed[..] else { panic!("one message: {claimed:?}") };
    let event = others[0].record.outbox().event(waiting.event).await.expect("a journal").expect("an event");
    assert_eq!((&event.sender, &event.context), (&began.sender, &began.context));
    let Signal::Failed { finished, error_type, exception } = &event.signal else { panic!("{event:?}") };
    assert_eq!((finished.command.command.as_str(), finished.returncode), ("upgrade", None));
    assert_eq!(*error_type, ErrorType::Exception);
    let exception = exception.as_ref().expect("a cause");
    assert_eq!(exception.kind, "Crashed");
    assert!(exception.message.starts_with("lback crashed while it ran `"), "{}", exception.message);
    let run = place.reader().details(&id).unwrap().expect("a run").run;
    assert_eq!((run.outcome.as_str(), run.error.as_ref()), ("crashed", Some(&exception.message)));
}

#[tokio::test]
async fn a_run_that_had_said_how_it_ended_did_not_crash() {
    let place = Place::new();
    let run = place.run();
    run.record.heirs(&slack());
    run.send(started(), &["slack"]).await;
    let last = run.send(completed(), &["slack"]).await;
    run.crash();
    let next = place.run();
    let claimed = next.record.outbox().claim(slack(), false).await.expect("a journal");
    assert_eq!(claimed.len(), 2, "what it sent itself, and no more");
    assert_eq!(claimed[1].event, last.id);
    assert_eq!(
        place.reader().runs(&RunFilter { limit: Some(2), ..RunFilter::default() }).unwrap()[1].outcome,
        "completed"
    );
}

#[tokio::test]
async fn handlers_are_not_notified_of_a_crash_before_alembic_started() {
    let place = Place::new();
    let run = place.run();
    run.record.heirs(&slack());
    run.send(Signal::Initialized, &[]).await;
    run.crash();
    let next = place.run();
    assert_eq!(next.record.outbox().claim(slack(), false).await.expect("a journal"), []);
    assert_eq!(place.outcomes()[1], "crashed");
    assert!(place.reader().waiting(Some(SCOPE)).unwrap().is_empty());
}

#[tokio::test]
async fn a_run_that_could_not_write_its_end_is_unknown() {
    let place = Place::new();
    let run = place.run();
    run.record.heirs(&slack());
    run.send(started(), &[]).await;
    run.end(0).await;
    let next = place.run();
    assert_eq!(next.record.outbox().claim(slack(), false).await.expect("a journal"), [], "it ended in good order");
    assert_eq!(place.outcomes()[1], "unknown");
}
