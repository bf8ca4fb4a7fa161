//! Files that can't be used, and many who use one.

use std::fs;

use super::{Place, completed, started};
use crate::journal::{JournalError, JournalReader};
use crate::model::event::Event;

#[tokio::test]
async fn a_journal_of_a_later_lback_is_refused_and_left_alone() {
    let place = Place::new();
    place.run().end(0).await;
    place.sql("pragma user_version = 7; pragma wal_checkpoint(truncate)");
    let before = fs::read(place.path()).unwrap();
    let Err(error) = JournalReader::open(&place.path()) else { panic!("it was read") };
    let words = error.to_string();
    assert!(words.ends_with("was written by a later lback (its version is 7, this lback reads up to 2)"), "{words}");
    assert!(!error.hint().is_empty());

    let run = place.run();
    let event = Event::now(&run.sender, &run.context, started());
    assert!(!run.record.event(&event, vec!["slack".into()]).await, "nothing is recorded, and no caller waits");
    run.end(0).await;
    assert_eq!(fs::read(place.path()).unwrap(), before);
}

#[tokio::test]
async fn what_is_no_journal_is_refused_and_left_alone() {
    let place = Place::new();
    fs::create_dir_all(place.path().parent().unwrap()).unwrap();
    fs::write(place.path(), "no database at all, but long enough to look like one to a reader of headers").unwrap();
    assert!(matches!(JournalReader::open(&place.path()), Err(JournalError::Database { .. })));
    fs::remove_file(place.path()).unwrap();
    place.sql("create table users (id integer)");
    assert!(matches!(JournalReader::open(&place.path()), Err(JournalError::NotAJournal { .. })));
    let run = place.run();
    let event = Event::now(&run.sender, &run.context, completed());
    assert!(!run.record.event(&event, Vec::new()).await);
}

#[tokio::test]
async fn there_may_be_no_journal_yet() {
    let place = Place::new();
    assert!(JournalReader::open(&place.path()).unwrap().is_none());
    assert!(!place.path().exists(), "looking makes none");
}

#[cfg(unix)]
#[tokio::test]
async fn only_its_user_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let run = place.run();
    run.send(started(), &[]).await;
    let mut files = 0;
    let mut folders = vec![place.path().parent().unwrap().to_owned()];
    while let Some(folder) = folders.pop() {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o077, 0, "{}", folder.display());
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.path().is_dir() {
                folders.push(entry.path());
            } else {
                files += 1;
                let mode = entry.metadata().unwrap().permissions().mode();
                assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
            }
        }
    }
    assert_eq!(files, 4, "the database, its log, their index, and the lock of the run");
}

#[tokio::test]
async fn what_could_not_be_written_is_written_when_it_can_be() {
    let place = Place::new();
    let run = place.run();
    run.send(started(), &[]).await;
    // Another process holds the file for longer than anybody waits.
    let holder = rusqlite::Connection::open(place.path()).unwrap();
    holder.execute_batch("begin immediate").unwrap();
    let event = Event::now(&run.sender, &run.context, completed());
    assert!(!run.record.event(&event, vec!["slack".into()]).await, "it is not known to be recorded");
    holder.execute_batch("rollback").unwrap();
    let id = run.id();
    run.end(0).await;
    let details = place.reader().details(&id).unwrap().expect("a run");
    assert_eq!((details.run.outcome.as_str(), details.events.len()), ("completed", 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_processes_share_one_journal_from_its_first_moment() {
    const PROCESSES: usize = 20;
    let place = Place::new();
    let runs: Vec<_> = (0..PROCESSES)
        .map(|_| {
            let run = place.run();
            tokio::spawn(async move {
                for signal in [started(), completed()] {
                    let event = Event::now(&run.sender, &run.context, signal);
                    run.record.event(&event, vec!["slack".into()]).await;
                    run.record.outbox().done(event.id, "slack");
                }
                run.end(0).await;
            })
        })
        .collect();
    for run in runs {
        run.await.unwrap();
    }
    assert_eq!(place.outcomes(), vec!["completed"; PROCESSES]);
    assert!(place.reader().waiting(None).unwrap().is_empty());
}

#[tokio::test]
async fn many_first_runs_make_the_file_together() {
    for _ in 0..10 {
        let place = Place::new();
        let runs: Vec<_> = (0..12).map(|_| place.run()).collect();
        for run in &runs {
            run.send(completed(), &["slack"]).await;
        }
        for run in runs {
            run.end(0).await;
        }
        assert_eq!(place.outcomes(), ["completed"; 12]);
    }
}

#[tokio::test]
async fn what_is_written_ahead_does_not_grow_without_end() {
    let place = Place::new();
    let ahead = place.path().with_file_name("journal.sqlite3-wal");
    let mut sizes = Vec::new();
    for _ in 0..60 {
        let run = place.run();
        run.send(started(), &["slack"]).await;
        run.send(completed(), &["slack"]).await;
        run.end(0).await;
        sizes.push(fs::metadata(&ahead).unwrap().len());
    }
    assert!(sizes.iter().all(|&size| size <= 1024 * 1024) && !sizes.is_sorted(), "{sizes:?}");
    assert_eq!(place.outcomes(), vec!["completed"; 60]);
}
