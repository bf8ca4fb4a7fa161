//! The world outside the sandbox: files, environment, input, network. Plugins see none of it.

use std::fs::File;

use super::attack::attack;
use crate::support::{Receiver, component, reports};

const COMPONENTS: [&str; 2] = ["hostile-policy", "hostile-handler"];

#[test]
fn there_are_no_files_and_none_can_be_made() {
    for component in COMPONENTS {
        let attack = attack(component, "read-files", "");
        let report = attack.report(attack.lback());
        assert_eq!(report["seen"], serde_json::json!({}), "{report}");
        for path in ["read /etc/passwd", "read lback.toml", "list .", "list /", "create hostile.txt"] {
            assert!(report["refused"][path].is_string(), "{path} was not refused: {report}");
        }
        assert!(!attack.project().path("hostile.txt").exists());
    }
}

#[test]
fn there_is_no_environment_and_no_argument() {
    for component in COMPONENTS {
        // Not even a granted secret is there.
        let attack = attack(component, "read-env", "allow.secrets = ['TOKEN']");
        let report = attack.report(attack.lback().env("TOKEN", "hunter2-and-more"));
        assert_eq!(report, serde_json::json!({ "seen": {}, "refused": {} }));
    }
}

#[test]
fn there_is_no_input() {
    for component in COMPONENTS {
        let attack = attack(component, "stdin", "");
        let input = File::open(attack.project().path("alembic.ini")).expect("it is there");
        let report = attack.report(attack.lback().with(|command| {
            command.stdin(input);
        }));
        assert_eq!(report, serde_json::json!({ "seen": {}, "refused": { "stdin": "it is empty" } }));
    }
}

#[test]
fn there_are_no_sockets_and_no_names() {
    let receiver = Receiver::start();
    for component in COMPONENTS {
        let address = receiver.address();
        // A grant for HTTP is none for sockets.
        let more = format!("allow.http = ['http://{address}']\nallow.private = true\nsettings.address = '{address}'");
        let attack = attack(component, "sockets", &more);
        let report = attack.report(attack.lback());
        assert_eq!(report["seen"], serde_json::json!({}), "{report}");
        let refused = |what: &str| report["refused"][what].is_string();
        assert!(refused(&format!("connect to {address}")), "{report}");
        assert!(refused("listen on 127.0.0.1:0") && refused("bind UDP to 0.0.0.0:0"), "{report}");
        assert!(refused("look up localhost:80") && refused("look up example.org:80"), "{report}");
    }
    assert!(receiver.received().is_empty());
}

/// Memories are used again from call to call: by the same plugin and by others, policies and
/// handlers.
#[test]
fn there_is_nothing_of_another_call() {
    for name in COMPONENTS {
        const ALL: &str =
            "signals = ['migration_commands_initialized', 'migration_migrate_command', 'alembic_command_started']";
        let twin = format!("{ALL}\nsettings.attack = 'traces'");
        let attack = attack(name, "traces", ALL).plugin("twin", &component(name), &twin);
        let done = attack.changes_nothing(attack.lback());
        let reports = reports(&done.stderr);
        assert_eq!(reports.len(), 6, "two plugins heard three signals each: {done}");
        for report in reports {
            let nothing = serde_json::json!({ "earlier calls": 0, "found": 0, "is new": true, "finds": true });
            assert_eq!(report, nothing, "{done}");
        }
    }
}

/// The pool needs more address space than this limit (64 GiB) has, so that each call maps its own.
#[test]
#[cfg(target_os = "linux")]
fn there_is_nothing_of_another_call_where_address_space_is_short() {
    let attack = attack("hostile-handler", "traces", "");
    let run = attack.project().lback(&["--log", "plugin=info,lback=debug", "migrate"]);
    let run = run.through("sh", &["-c", "ulimit -v 67108864 && exec \"$@\"", "sh"]);
    let done = attack.changes_nothing(run).stderr_has(&["each call of a plugin maps memory of its own"]);
    let nothing = serde_json::json!({ "earlier calls": 0, "found": 0, "is new": true, "finds": true });
    assert_eq!(reports(&done.stderr), [nothing], "{done}");
}
