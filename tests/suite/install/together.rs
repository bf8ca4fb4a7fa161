//! Several installations at once in one project, and one that is interrupted.

use super::{files, listed, shop};

#[test]
fn installing_at_the_same_time_loses_nothing() {
    let project = shop();
    let names = ["a", "b", "c", "d", "e", "f"];
    let running: Vec<_> = names
        .iter()
        .map(|name| project.lback(&["plugin", "install", "plugins/record.wasm", "--name", name]).start())
        .collect();
    for running in running {
        running.wait().exits(0);
    }
    let (mut config, lock) = listed(&project);
    config.sort();
    assert_eq!(config, names);
    assert_eq!(lock, names, "it is sorted");
    project.lback(&["plugin", "install", "--locked"]).exits(0);
}

#[test]
fn the_same_name_at_the_same_time_is_taken_once() {
    let project = shop();
    let install = || project.lback(&["plugin", "install", "plugins/record.wasm", "--name", "a"]).start();
    let running = [install(), install(), install()];
    let codes: Vec<_> = running.into_iter().map(|running| running.wait().code()).collect();
    assert!(codes.contains(&Some(0)), "{codes:?}");
    assert!(codes.iter().all(|code| [Some(0), Some(64)].contains(code)), "{codes:?}");
    assert_eq!(listed(&project).0, ["a"]);
}

#[cfg(unix)]
#[test]
fn an_interruption_changes_nothing() {
    // The server accepts connections, and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let source = format!("oci://{}/team/guard:1", silent.local_addr().expect("an address"));
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let project = shop();
        let before = files(&project);
        let running = project.lback(&["plugin", "install", &source]).hearing_signals().start();
        let (connection, _) = silent.accept().expect("lback asks");
        running.signal(signal);
        running.wait().exits(code).stderr_has(&["error: interrupted; nothing was changed"]);
        drop(connection);
        assert_eq!(files(&project), before);
        assert!(!project.path(".state/data/store").exists(), "nothing was stored");
    }
}
