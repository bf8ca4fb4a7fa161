//! The policy of each template with real Alembic: it denies, it allows, it gets its settings, and
//! wrong settings are an error.

use super::instance::{cache, component};
use crate::support::{Done, Project};

/// A project at its last revision, with the policy of this language's template.
fn project(language: &str, settings: &str) -> Project {
    Project::new().plugin("keep-safe", &component(language, "policy"), settings)
}

#[track_caller]
fn run(project: &Project, environment: &str, args: &[&str], code: i32) -> Done {
    project.lback(args).env("LBACK_CACHE_DIR", cache()).env("LBACK_ENVIRONMENT", environment).exits(code)
}

fn keeps_safe(language: &str) {
    let shop = project(language, "");
    run(&shop, "production", &["migrate"], 0);
    assert_eq!(shop.revision_of_database().as_deref(), Some("three"));
    run(&shop, "production", &["rollback"], 77).stderr_has(&[
        "error: denied by policy; Alembic was not started",
        "keep-safe: `downgrade` is not allowed in the protected environment `production` (downgrade-in-protected-environment)",
        "hint: write a revision that undoes the change, and `lback migrate` it",
    ]);
    assert_eq!(shop.revision_of_database().as_deref(), Some("three"));
    shop.lback(&["rollback"])
        .env("LBACK_CACHE_DIR", cache())
        .exits(77)
        .stderr_has(&["`downgrade` is not allowed where no environment is named"]);
    run(&shop, "development", &["rollback"], 0);
    assert_eq!(shop.revision_of_database().as_deref(), Some("two"));
}

fn takes_settings(language: &str) {
    let shop = project(language, "[plugin.settings]\nprotect = [\"eu\", \"Läden \\\"2\\\"\"]");
    run(&shop, "eu", &["migrate"], 0);
    run(&shop, "eu", &["rollback"], 77).stderr_has(&["the protected environment `eu`"]);
    run(&shop, "Läden \"2\"", &["rollback"], 77).stderr_has(&["the protected environment `Läden \"2\"`"]);
    run(&shop, "production", &["rollback"], 0);

    for (settings, named) in [("protect = 7", "protect"), ("protect = [7]", "protect"), ("protct = []", "protct")] {
        let wrong = project(language, &format!("[plugin.settings]\n{settings}"));
        let done = wrong.lback(&["migrate"]).env("LBACK_CACHE_DIR", cache()).run();
        assert_ne!(done.code(), Some(0), "{settings}: {done}");
        assert_eq!(wrong.revision_of_database(), None, "{settings}: {done}");
        done.stderr_has(&["keep-safe", named]).output_lacks(&["trapped"]);
    }
}

macro_rules! languages {
    ($($language:ident),*) => { $(
        mod $language {
            #[test]
            fn a_downgrade_is_denied_where_it_is_protected_and_an_upgrade_is_not() {
                super::keeps_safe(stringify!($language));
            }

            #[test]
            fn settings_reach_it_and_wrong_ones_are_an_error() {
                super::takes_settings(stringify!($language));
            }
        }
    )* };
}

languages!(rust, python, javascript, go, c);
