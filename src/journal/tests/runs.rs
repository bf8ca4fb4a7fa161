//! Tests of records: what was recorded about a run is read back.

use serde_json::json;

use super::{Place, completed, failed, started};
use crate::journal::{DatabaseRow, RunFilter, StepRow, ToolVersions, VerdictRecord};
use crate::model::finding::{self, AcceptedFinding, AllowComment};
use crate::model::signal::{AlembicCommand, Signal, SignalName};
use crate::model::verdict::{Decision, Denial, Verdict, Warning};

#[tokio::test]
async fn all_of_a_run_is_read_as_it_was_written() {
    let place = Place::new();
    let run = place.run();
    let record = run.record.clone();
    run.gate.learn_argument("password=hunter2");
    let command = AlembicCommand { command: "upgrade".into(), args: vec!["head".into()] };
    let shown = ["alembic", "-x", "***", "upgrade", "head"].map(str::to_owned);
    record.command(&command, &shown);
    record.versions(ToolVersions { alembic: Some("1.20.1".into()), sqlalchemy: None, python: Some("3.11.2".into()) });
    let denial = Denial { hint: Some("s3cr3t".into()), ..Denial::new("c", "no hunter2".to_owned()) };
    let warning = Warning { message: "mind hunter2".into(), code: None, hint: None, place: None, acceptable: false };
    let about = finding::Place { revision: "b2".into(), file: None, line: None };
    let comment =
        AllowComment { code: "w".into(), line: 3, lines: None, until: None, reason: Some("as hunter2".into()) };
    let (plugin, code, message) = ("guard".to_owned(), "w".to_owned(), "s3cr3t".to_owned());
    let finding = AcceptedFinding { plugin, code, message, place: about, comment };
    let verdict = Verdict { decision: Decision::Deny(vec![denial]), warnings: vec![warning], accepted: vec![finding] };
    record.verdict(VerdictRecord::answered(SignalName::AlembicCommandStarted, "guard", verdict, false));
    record.verdict(VerdictRecord::failed(None, "gone", &"no such file", false));
    record.overridden("guard", "the house is on fire");
    run.send(started(), &["slack"]).await;
    let database = DatabaseRow { dialect: Some("sqlite".into()), heads_before: Some(vec![]), ..Default::default() };
    record.database(database);
    let step = |number, duration_ms| StepRow {
        database: 0,
        number,
        revision: format!("r{number}"),
        down_revisions: vec!["r0".into()],
        direction: "upgrade".into(),
        doc: "make hunter2".into(),
        duration_ms,
    };
    record.step(step(1, None));
    record.step(step(1, Some(12)));
    record.step(step(2, None));
    let heads_after = Some(vec!["r1".to_owned()]);
    record.database(DatabaseRow { heads_after, outcome: Some("advanced".into()), ..Default::default() });
    run.send(failed(&json!({ "returncode": 1, "stdout": "hunter2", "stderr": "s3cr3t" })), &["slack"]).await;
    let id = run.id();
    run.end(1).await;

    let reader = place.reader();
    let details = reader.details(&id).unwrap().expect("a run");
    let run = &details.run;
    assert_eq!((run.outcome.as_str(), run.exit_code, run.returncode), ("failed", Some(1), Some(1)));
    assert_eq!(run.error.as_deref(), Some("because ***"));
    assert_eq!(run.full_command, shown);
    assert_eq!(
        (run.environment.as_deref(), run.actor.as_deref(), run.host.as_deref()),
        (Some("staging"), Some("ana"), None)
    );
    assert_eq!((run.alembic_version.as_deref(), run.sqlalchemy_version.as_deref()), (Some("1.20.1"), None));
    assert!(run.duration_ms.is_some_and(|duration| duration >= 0));
    assert_eq!((details.stdout.as_deref(), details.stderr.as_deref()), (Some("***"), Some("[secret S]")));
    let [guard, gone] = &details.verdicts[..] else { panic!("two verdicts") };
    assert_eq!((guard.decision.as_str(), guard.denials[0].message.as_str()), ("deny", "no ***"));
    assert_eq!(
        (guard.denials[0].hint.as_deref(), guard.warnings[0].message.as_str()),
        (Some("[secret S]"), "mind ***")
    );
    let accepted = &guard.accepted[0];
    assert_eq!((accepted.message.as_str(), accepted.comment.reason.as_deref()), ("[secret S]", Some("as ***")));
    assert_eq!(
        (gone.decision.as_str(), gone.signal.as_ref(), gone.failure.as_deref()),
        ("failed", None, Some("no such file"))
    );
    assert_eq!(details.overrides[0].reason, "the house is on fire");
    let [database] = &details.databases[..] else { panic!("one database") };
    assert_eq!((database.dialect.as_deref(), database.outcome.as_deref()), (Some("sqlite"), Some("advanced")));
    assert_eq!(
        (database.heads_before.as_deref(), database.heads_after.as_deref()),
        (Some(&[][..]), Some(&["r1".to_owned()][..]))
    );
    let steps: Vec<_> =
        details.steps.iter().map(|step| (step.revision.as_str(), step.duration_ms, step.doc.as_str())).collect();
    assert_eq!(steps, [("r1", Some(12), "make ***"), ("r2", None, "make ***")]);
    let events: Vec<_> = details.events.iter().map(|event| (event.signal.as_str(), event.deliveries.len())).collect();
    assert_eq!(events, [("alembic_command_started", 1), ("alembic_command_failed", 1)]);
}

#[tokio::test]
async fn a_run_that_goes_on_is_running_and_one_that_ended_well_is_completed() {
    let place = Place::new();
    let run = place.run();
    run.send(started(), &[]).await;
    assert_eq!(place.outcomes(), ["running"]);
    run.send(completed(), &[]).await;
    assert_eq!(place.outcomes(), ["completed"], "also while handlers are still told");
    run.end(0).await;
    assert_eq!(place.outcomes(), ["completed"]);
}

#[tokio::test]
async fn runs_are_found_by_what_they_are() {
    let place = Place::new();
    let (first, other) = (place.run(), place.run_in("/srv/other"));
    first.send(completed(), &[]).await;
    other.send(failed(&json!({})), &[]).await;
    let (first_id, other_id) = (first.id(), other.id());
    first.end(0).await;
    other.end(1).await;
    let reader = place.reader();
    let found = |filter: RunFilter| -> String {
        let ids: Vec<_> = reader.runs(&filter).unwrap().into_iter().map(|run| run.id).collect();
        ids.join(" ")
    };
    assert_eq!(found(RunFilter::default()), format!("{other_id} {first_id}"), "the newest first");
    assert_eq!(found(RunFilter { limit: Some(1), ..RunFilter::default() }), other_id);
    assert_eq!(found(RunFilter { scope: Some("/srv/shop".into()), ..RunFilter::default() }), first_id);
    assert_eq!(found(RunFilter { outcomes: vec!["failed".into()], ..RunFilter::default() }), other_id);
    assert_eq!(found(RunFilter { environment: Some("production".into()), ..RunFilter::default() }), "");
    let later = jiff::Timestamp::now() + jiff::SignedDuration::from_mins(1);
    assert_eq!(found(RunFilter { since: Some(later), ..RunFilter::default() }), "");
    for id in [&first_id, &other_id] {
        let short = reader.short_id(id).unwrap();
        assert_eq!(reader.find(&short).unwrap(), [id.as_str()], "{short}");
    }
    assert_eq!(reader.find("").unwrap().len(), 2);
    assert_eq!(reader.find("%").unwrap(), [""; 0], "no pattern");
    assert!(reader.details("nosuch").unwrap().is_none());
}

#[tokio::test]
async fn what_everybody_heard_is_not_kept_but_what_failed_is() {
    let place = Place::new();
    let run = place.run();
    let started = run.send(started(), &["slack"]).await;
    run.send(Signal::History, &["slack"]).await;
    let failed = run.send(failed(&json!({ "stdout": "out" })), &["slack"]).await;
    run.record.outbox().done(started.id, "slack");
    run.record.outbox().done(failed.id, "slack");
    run.end(1).await;
    let connection = rusqlite::Connection::open(place.path()).unwrap();
    let mut kept = connection.prepare("select content is not null from event order by number").unwrap();
    let kept: Vec<bool> = kept.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(kept, [false, true, true], "the second one was not heard");
}
