//! Every way in which a plugin fails, with every policy for failures in `lback.toml`.

use std::path::PathBuf;

use super::heard::told;
use super::table::{logged, text};
use crate::support::{Project, component, script};

struct Broken {
    /// The plugin's file. The test writes a relative one with these first bytes, and none without
    /// them.
    source: &'static str,
    bytes: Option<&'static [u8]>,
    /// A change to `lback.lock`, in which the plugin is the first.
    lock: fn(String) -> String,
    /// Lines of the plugin's table.
    more: &'static str,
    /// The exit code where the failure blocks the run.
    code: i32,
    /// The cause, which every message names.
    cause: &'static str,
    /// The hint.
    hint: &'static str,
}

const INVALID: i32 = 65;
const DENIED: i32 = 77;

const BROKEN: [Broken; 12] = [
    Broken {
        source: "./nowhere.wasm",
        bytes: None,
        lock: as_it_is,
        more: "",
        code: INVALID,
        cause: "nowhere.wasm",
        hint: "build or copy the plugin there, or correct `source` in `lback.toml`",
    },
    Broken {
        source: "./text.wasm",
        bytes: Some(b"this is text"),
        lock: as_it_is,
        more: "",
        code: INVALID,
        cause: "it is not a WebAssembly component",
        hint: "`source` must name a WebAssembly component",
    },
    Broken {
        source: "./module.wasm",
        bytes: Some(b"\0asm\x01\0\0\0"),
        lock: as_it_is,
        more: "",
        code: INVALID,
        cause: "it is a core WebAssembly module, not a component",
        hint: "build it as a component",
    },
    Broken {
        source: "wrong-world",
        bytes: None,
        lock: as_it_is,
        more: "",
        code: INVALID,
        cause: "it exports neither `lback:plugin/policy` nor `lback:plugin/handler`",
        hint: "generate bindings for a world of `lback:plugin`",
    },
    Broken {
        source: "record-policy",
        bytes: None,
        lock: as_it_is,
        more: "[plugin.settings]\nfail = [\"alembic_command_started\"]",
        code: DENIED,
        cause: "it returned an error: the recorder fails as a policy on `alembic_command_started`",
        hint: "",
    },
    Broken {
        source: "hostile-policy",
        bytes: None,
        lock: as_it_is,
        more: "[plugin.settings]\nattack = \"panic\"",
        code: DENIED,
        cause: "a panic of the hostile component",
        hint: "this is a defect of the plugin: correct it if it is yours, otherwise report it to its author",
    },
    Broken {
        source: "hostile-policy",
        bytes: None,
        lock: as_it_is,
        more: "timeout = \"200ms\"\n[plugin.settings]\nattack = \"sleep\"",
        code: DENIED,
        cause: "it did not finish within 200ms",
        hint: "raise `timeout` of the plugin",
    },
    Broken {
        source: "record-policy",
        bytes: None,
        lock: |lock| lock.replacen("name = \"broken\"", "name = \"another\"", 1),
        more: "",
        code: INVALID,
        cause: "it is not in `lback.lock`",
        hint: "`lback plugin install` locks what `lback.toml` lists",
    },
    Broken {
        source: "record-policy",
        bytes: None,
        lock: |lock| lock.replacen("source = \"", "source = \"/elsewhere", 1),
        more: "",
        code: INVALID,
        cause: "`lback.lock` has it from `/elsewhere",
        hint: "`lback plugin install` locks the plugin as `lback.toml` has it now",
    },
    Broken {
        source: "record-policy",
        bytes: None,
        lock: |lock| {
            let digest = lock.find("sha256 = \"").expect("a digest") + "sha256 = \"".len();
            format!("{}{}{}", &lock[..digest], "0".repeat(64), &lock[digest + 64..])
        },
        more: "",
        code: INVALID,
        cause: "its bytes are not those that `lback.lock` names: it expects sha256:0000",
        hint: "`lback plugin update broken` shows what changed",
    },
    Broken {
        source: "oci://registry.example.com/team/broken:1",
        bytes: None,
        lock: as_it_is,
        more: "",
        code: INVALID,
        cause: "what `lback.lock` names is not on this machine: sha256:0000",
        hint: "`lback plugin install` brings it",
    },
    Broken {
        source: "record-policy",
        bytes: None,
        lock: as_it_is,
        more: "public-key = \"RWS6soy5HKkz9VLVrWfCDpE4Hk6Zo/TsbUFt11a4ibjeHvl62hG7A+tM\"",
        code: INVALID,
        cause: "it is not signed",
        hint: "its author signs it with `minisign -S`",
    },
];

fn as_it_is(lock: String) -> String {
    lock
}

impl Broken {
    /// A project with this plugin and a handler after it. A script may replace Alembic.
    fn project(&self, set: &str, scripted: bool) -> Project {
        let mut project = Project::new().lock_becomes(self.lock);
        if scripted {
            let program = script(&project, "alembic", "echo ran: $*");
            project = project.alembic_command(&program);
        }
        let is_written_so = self.source.starts_with('.') || self.source.contains("://");
        let source = if is_written_so { PathBuf::from(self.source) } else { component(self.source) };
        if let Some(bytes) = self.bytes {
            std::fs::write(project.path(self.source), bytes).expect("a file");
        }
        let more = format!("{set}\n{}", self.more);
        project.plugin("broken", &source, &more).plugin("ear", &component("record-handler"), "")
    }
}

#[test]
fn plugin_that_fails_blocks_the_run() {
    for broken in &BROKEN {
        for set in ["", "on-error = \"block\""] {
            let project = broken.project(set, false);
            let run = logged(&project, &["migrate"]);
            let files = project.files();
            let done = run.exits(broken.code).stderr_has(&[
                "Alembic was not started",
                "broken failed: ",
                broken.cause,
                broken.hint,
            ]);
            assert!(project.files() == files, "Alembic was not started: {done}");
            let end = told(&done, "handler").pop().expect("a last signal");
            assert_eq!(end["error_type"], "denied_by_policy");
            assert_eq!(end["exception"]["kind"], "PluginFailed");
            assert_eq!(end["exception"]["message"], "stopped by the failure of `broken`");
            let denial = &end["exception"]["denials"][0]["denial"];
            assert_eq!(denial["code"], "plugin-failed");
            assert!(denial["message"].as_str().is_some_and(|message| message.contains(broken.cause)), "{denial}");
        }
    }
}

#[test]
fn plugin_that_fails_but_may_is_reported_and_the_run_goes_on() {
    for broken in &BROKEN {
        for set in ["on-error = \"warn\"", "mode = \"audit\"", "mode = \"audit\"\non-error = \"block\""] {
            let project = broken.project(set, true);
            let done = logged(&project, &["alembic", "current"])
                .exits(0)
                .stderr_has(&["warning: the plugin `broken` ", broken.cause])
                .output_lacks(&["\nerror: ", "Alembic was not started"]);
            assert_eq!(done.stdout, "ran: current\n", "{done}");
            let end = told(&done, "handler").pop().expect("a last signal");
            assert_eq!(end["signal"], "alembic_command_completed", "{set}: {done}");
        }
    }
}

#[test]
fn denial_beside_an_invalid_plugin_is_a_denial() {
    let project = Project::new()
        .plugin("missing", &PathBuf::from("nowhere.wasm"), "signals = [\"alembic_command_started\"]")
        .plugin("no", &component("record-policy"), "[plugin.settings]\ndeny = [\"alembic_command_started\"]");
    let place = text(&project.path("nowhere.wasm"));
    project.lback(&["migrate"]).exits(77).stderr_has(&[
        "missing failed: ",
        &place,
        "no: the recorder denies `alembic_command_started` (recorder)",
    ]);
    assert_eq!(project.revision_of_database(), None);
}

#[test]
fn plugin_that_can_not_be_loaded_does_not_block_what_it_is_not_asked_about() {
    let project =
        Project::new().plugin("missing", &PathBuf::from("nowhere.wasm"), "signals = [\"migration_rollback_command\"]");
    project.lback(&["alembic", "--version"]).exits(0);
    project.lback(&["rollback"]).exits(65).stderr_has(&["missing failed: "]);
}

#[test]
fn a_lock_file_that_can_not_be_used_is_a_failure_of_every_plugin() {
    type Spoil = fn(String) -> String;
    let spoils: [(Spoil, &str, &str); 4] = [
        (
            |lock| format!("<<<<<<< ours\n{lock}=======\n{lock}>>>>>>> theirs\n"),
            "it has the marks of a merge conflict, the first in line 1",
            "hint: settle `lback.toml` first",
        ),
        (
            |lock| lock.replacen("version = 1", "version = 2", 1),
            "it is of version 2, and this lback reads version 1",
            "hint: update lback",
        ),
        (|lock| lock.replacen("package", "parcel", 1), "unknown field `parcel`", "hint: only lback writes this file"),
        (|_| "version".to_owned(), "line 1: ", "hint: only lback writes this file"),
    ];
    for (spoil, cause, hint) in spoils {
        let project = |more| Project::new().plugin("rec", &component("record-policy"), more).lock_becomes(spoil);
        let done = project("").lback(&["migrate"]).exits(INVALID);
        done.stderr_has(&["rec failed: `lback.lock` can't be used: ", cause, hint, "Alembic was not started"]);
        project("on-error = \"warn\"")
            .lback(&["migrate"])
            .exits(0)
            .stderr_has(&["the run continues without it", cause]);
        for command in [&["plugin", "install"][..], &["plugin", "update"], &["plugin", "remove", "rec"]] {
            let project = project("");
            let run = project.lback(command);
            let files = project.files();
            let done = run.exits(INVALID).stderr_has(&["error: `lback.lock` can't be used: ", cause, hint]);
            assert!(project.files() == files, "{done}");
        }
    }
}
