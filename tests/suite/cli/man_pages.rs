//! The manual pages.

use crate::support::Project;

#[test]
fn each_command_has_a_page() {
    let project = Project::empty();
    project.lback(&["man-pages", "man/man1"]).exits(0).stderr_has(&["wrote the manual pages to `man/man1`"]);
    for page in ["lback", "lback-migrate", "lback-rollback", "lback-plugin-install", "lback-log-show"] {
        let text = std::fs::read_to_string(project.path(&format!("man/man1/{page}.1"))).expect("a page");
        assert!(text.contains(".SH SYNOPSIS") && text.contains("lback"), "{page}: {text}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    let project = Project::empty().file("man", "");
    project.lback(&["man-pages", "man"]).exits(69).stderr_has(&["cannot write `man`"]);
}
