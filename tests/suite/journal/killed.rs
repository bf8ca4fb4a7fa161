//! lback killed at every step of a run: every journaled event is delivered at least once.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use super::looking::{deliveries, heard, heard_in, ids, logged, recorded, runs, text, waiting};
use crate::support::{Done, Project, Receiver, Reply, component, plugin, script, signal, until, wait_for};

/// A project whose Alembic writes its process id and hangs. A killed lback leaves it behind.
fn endless(project: Project) -> Project {
    let say = format!("echo $$ > {0}.new && mv {0}.new {0}\nexec sleep 600", project.path("inside").display());
    let alembic = script(&project, "alembic", &say);
    project.alembic_command(&alembic)
}

/// Kills the Alembic that a killed lback left.
fn end_alembic(project: &Project) {
    let id = fs::read_to_string(project.path("inside")).expect("a process id");
    let _ = fs::remove_file(project.path("inside"));
    assert!(signal(id.trim(), "KILL"));
}

/// Kills lback, and returns its output so far.
fn kill(running: crate::support::Running) -> Done {
    running.signal("KILL");
    running.wait()
}

/// Redelivers everything, and checks that every journaled event was then delivered. Returns what
/// was delivered now.
#[track_caller]
pub(super) fn redelivers_all(project: &Project, before: &[Done]) -> Done {
    let done = logged(project, &["log", "redeliver"]).exits(0);
    assert!(waiting(project).is_empty(), "{done}");
    let mut told: BTreeSet<_> = ids(&heard(&done, "rec"));
    told.extend(before.iter().flat_map(|done| ids(&heard_in(&done.stderr, "rec"))));
    for (id, state) in deliveries(project, "rec") {
        assert_eq!(state, "done");
        assert!(told.contains(&id), "the recorder never heard of {id}: {done}");
    }
    done
}

#[test]
fn while_a_handler_holds_up_the_first_signal() {
    let slow = "on-error = \"block\"\ntimeout = \"10m\"\n[plugin.settings]\nsleep-ms = 600000";
    let project = recorded(Project::new(), "rec", "").plugin("slow", &component("record-handler"), slow);
    let running = logged(&project, &["migrate"]).start();
    running.until_stderr_has("info: rec: record: {");
    let killed = kill(running);
    let project = super::looking::replaced(project, "sleep-ms = 600000", "");
    let done = redelivers_all(&project, &[killed]);
    assert_eq!(heard(&done, "slow").len(), 1, "the one that it was told: {done}");
    assert_eq!(runs(&project)[0]["run"]["outcome"], "crashed");
    done.stderr_has(&["warning: the run ", "crashed; `lback log show "]);
}

#[test]
fn while_alembic_runs() {
    let project = recorded(endless(Project::new()), "rec", "");
    let running = logged(&project, &["migrate"]).start();
    wait_for(&project.path("inside"));
    assert_eq!(runs(&project)[0]["run"]["outcome"], "running");
    let killed = kill(running);
    end_alembic(&project);
    assert_eq!(runs(&project)[0]["run"]["outcome"], "crashed");

    let done = redelivers_all(&project, &[killed]);
    let told = heard(&done, "rec");
    let (signal, id) = told.last().expect("a message");
    assert_eq!(signal, "alembic_command_failed", "lback speaks for the one that could not");
    let record = crate::support::records(&done.stderr).pop().expect("a record");
    assert_eq!((&record["error_type"], &record["exception"]["kind"]), (&"exception".into(), &"Crashed".into()));
    let message = text(&record["exception"]["message"]);
    assert!(
        message.starts_with("lback crashed while it ran `") && message.contains(" upgrade head`, begun at "),
        "{message}"
    );
    assert_eq!(text(&record["sender"]["run_id"]), text(&runs(&project)[0]["run"]["id"]));
    // Once is enough.
    let again = logged(&project, &["log", "redeliver"]).exits(0);
    assert!(!ids(&heard(&again, "rec")).contains(id), "{again}");
}

#[test]
fn the_next_run_speaks_for_the_one_that_was_killed() {
    let project = recorded(endless(Project::new()), "rec", "");
    let running = logged(&project, &["migrate"]).start();
    wait_for(&project.path("inside"));
    running.until_stderr_has("alembic_command_started");
    kill(running);
    end_alembic(&project);
    let crashed = text(&runs(&project)[0]["run"]["id"]);
    script(&project, "alembic", "exit 0");
    let done = logged(&project, &["history"]).exits(0).stderr_has(&["crashed; `lback log show "]);
    let told = heard(&done, "rec");
    assert_eq!(told[0].0, "alembic_command_failed", "before what is new: {done}");
    assert_eq!(told.len(), 5);
    let show = project.lback(&["log", "show", &crashed]).exits(0).stdout;
    assert!(
        show.contains("outcome   crashed\n") && show.contains("alembic_command_failed          rec: delivered"),
        "{show}"
    );
}

#[test]
fn while_the_receiver_holds_the_last_message() {
    // The first request is never answered in time; what comes later is.
    let receiver = Receiver::answering(|_, before| Reply {
        after: if before == 0 { Duration::from_mins(10) } else { Duration::ZERO },
        ..Reply::status(200)
    });
    let origin = receiver.origin();
    let granted = format!(
        "timeout = \"10m\"\nallow.http = [\"{origin}\"]\nallow.secrets = [\"SLACK_WEBHOOK_URL\"]\nallow.private = true\n\
         [plugin.settings]\norigin = \"{origin}\""
    );
    let project = recorded(Project::new(), "rec", "").plugin("slack", &plugin("slack"), &granted);
    let run = |typed: &[&str]| logged(&project, typed).env("SLACK_WEBHOOK_URL", format!("{origin}/x"));
    let running = run(&["migrate"]).start();
    until("the receiver has a request", || !receiver.received().is_empty());
    kill(running);
    assert_eq!(runs(&project)[0]["run"]["outcome"], "completed", "how it ended was written before anybody was told");
    run(&["log", "redeliver"]).exits(0);
    let bodies: Vec<_> = receiver.received().into_iter().map(|request| request.body).collect();
    assert_eq!(bodies.len(), 2);
    assert_eq!(bodies[0], bodies[1], "at least once, and the same");
    assert!(waiting(&project).is_empty());
}

#[test]
fn while_a_redelivery_goes_on() {
    let fails = "[plugin.settings]\nfail-handler = [\"alembic_command_started\", \"alembic_command_completed\"]";
    let project = recorded(Project::new(), "rec", fails);
    let first = logged(&project, &["migrate"]).exits(0);
    let project = super::looking::replaced(project, fails, "timeout = \"10m\"\n[plugin.settings]\nsleep-ms = 600000");
    let running = logged(&project, &["log", "redeliver"]).start();
    let locks = project.path(".state/journal.sqlite3.running");
    until("the redelivery holds its lock", || fs::read_dir(&locks).expect("a folder").next().is_some());
    kill(running);
    let project = super::looking::replaced(project, "sleep-ms = 600000", "");
    redelivers_all(&project, &[first]);
}
