//! `lback plugin new`: the files that it writes, and those that it leaves alone.

use std::fs;

use super::instance::LANGUAGES;
use crate::support::Project;

#[test]
fn a_project_has_the_contract_and_its_own_name() {
    for language in LANGUAGES {
        for kind in ["policy", "handler"] {
            let room = Project::empty();
            let done = room.lback(&["plugin", "new", "no-base", "--lang", language, "--kind", kind]).exits(0);
            assert_eq!(done.stdout, "");
            assert!(done.stderr.contains("wrote `no-base`, a "), "{done}");
            assert!(done.stderr.contains("\n  cd no-base\n"), "{done}");
            assert!(done.stderr.contains("lback plugin install no-base/"), "{done}");
            let readme = fs::read_to_string(room.path("no-base/README.md")).expect("a README");
            assert!(readme.starts_with("# no-base\n"), "{readme}");
            assert!(readme.contains(&format!("{kind}-plugin")), "{readme}");
            for file in ["exports", "imports", "types", "worlds"] {
                let own = concat!(env!("CARGO_MANIFEST_DIR"), "/wit");
                let [own, new] = [format!("{own}/{file}.wit").into(), room.path(&format!("no-base/wit/{file}.wit"))];
                assert_eq!(fs::read(own).expect("a file"), fs::read(new).expect("a file"));
            }
        }
    }
}

#[test]
fn existing_files_are_left_alone() {
    let room = Project::empty().file("no-base/precious", "1").file("file", "2");
    let before = room.files();
    for folder in ["no-base", "file"] {
        room.lback(&["plugin", "new", "no-base", "--lang", "c", "--dir", folder]).exits(64).stderr_has(&[
            "already exists; nothing was written",
            "hint: choose another name, or another folder with `--dir`",
        ]);
    }
    assert_eq!(room.files(), before);
    room.lback(&["plugin", "new", "no-base", "--lang", "c", "--dir", "deep/down"]).exits(0);
    assert!(room.path("deep/down/plugin.c").is_file());
    room.lback(&["plugin", "new", "no-base", "--lang", "c", "--dir", "file/in"])
        .exits(69)
        .stderr_has(&["cannot write `file`"]);
}

#[test]
fn names_and_languages_are_checked() {
    let room = Project::empty();
    for name in ["No-Base", "no_base", "../up", "1st", "a--b", ""] {
        room.lback(&["plugin", "new", name, "--lang", "rust"]).exits(64).stderr_has(&["a name is in kebab-case"]);
    }
    room.lback(&["plugin", "new", "test", "--lang", "rust"])
        .exits(64)
        .stderr_has(&["use another name, such as `test-policy`"]);
    room.lback(&["plugin", "new", "no-base", "--lang", "cobol"])
        .exits(64)
        .stderr_has(&["[possible values: rust, python, javascript, go, c]"]);
    room.lback(&["plugin", "new", "no-base", "--lang", "typescript"]).exits(0).stderr_has(&["a policy in JavaScript"]);
    assert_eq!(fs::read_dir(room.root()).expect("a folder").count(), 1);
}
