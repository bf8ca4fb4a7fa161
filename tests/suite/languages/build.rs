//! `lback plugin build`: what it needs, and how it fails. `instance` builds the handlers with it.

use std::fs;

use super::instance::with_compilers;
use crate::support::{Project, wait_for};

#[test]
fn a_folder_without_source_is_named() {
    let room = Project::empty().file("empty/README.md", "");
    for folder in ["empty", "nowhere"] {
        room.lback(&["plugin", "build", folder]).exits(64).stderr_has(&[
            &format!("error: `{folder}` has no source of a plugin"),
            "hint: name the folder that `lback plugin new NAME --lang LANGUAGE` has written",
        ]);
    }
}

#[test]
fn a_missing_tool_is_named_with_the_page_that_says_how_to_get_it() {
    let room = Project::empty();
    room.lback(&["plugin", "new", "no-base", "--lang", "python"]).exits(0);
    room.lback(&["plugin", "build", "no-base"]).env("PATH", "/nowhere").exits(69).stderr_has(&[
        "running `componentize-py --wit-path wit --world policy-plugin componentize plugin --output no-base.wasm`",
        "error: `componentize-py --wit-path wit --world policy-plugin",
        "can't be started",
        "hint: the plugin's README says what a build in Python needs",
    ]);
}

#[test]
fn a_build_that_fails_replaces_nothing() {
    let room = Project::empty().file("mine.wasm", "precious");
    room.lback(&["plugin", "new", "no-base", "--lang", "c"]).exits(0);
    let source = room.path("no-base/plugin.c");
    let text = fs::read_to_string(&source).expect("a source");
    fs::write(&source, format!("{text}\nthis is no C\n")).expect("a source");
    let done = with_compilers(room.lback(&["plugin", "build", "no-base", "--output", "mine.wasm"])).exits(65);
    done.stderr_has(&["this is no C", "error: `make` failed: exit status: 2"]);
    assert_eq!(fs::read_to_string(room.path("mine.wasm")).expect("a file"), "precious");
}

#[test]
fn an_interrupted_build_ends_its_tool() {
    let room = Project::empty();
    room.lback(&["plugin", "new", "no-base", "--lang", "c"]).exits(0);
    room.write("no-base/Makefile", "no-base.wasm:\n\techo $$PPID > ../make\n\tsleep 600\n");
    let running = with_compilers(room.lback(&["plugin", "build", "no-base"])).hearing_signals().start();
    wait_for(&room.path("make"));
    running.signal("INT");
    running.wait().exits(130).stderr_has(&["error: interrupted; the component was not built"]);
    let make = fs::read_to_string(room.path("make")).expect("a number");
    assert!(!std::path::Path::new("/proc").join(make.trim()).join("exe").exists(), "make still runs");
}

#[test]
fn the_component_goes_where_it_is_asked_for() {
    let room = Project::empty();
    room.lback(&["plugin", "new", "no-base", "--lang", "c"]).exits(0);
    let done = with_compilers(room.lback(&["plugin", "build", "--output", "../out.wasm"]).in_folder("no-base"));
    done.exits(0).stderr_has(&["built `../out.wasm`, ", "hint: in a project: lback plugin install ../out.wasm"]);
    room.lback(&["plugin", "inspect", "./out.wasm"]).exits(0).stdout_has(&["no-base"]);
}
