//! The handler of each template: it posts how a command ended, with a token that it never sees, and
//! reports failures.

use serde_json::Value;

use super::instance::{cache, component};
use crate::support::{Project, Receiver, Reply};

fn project(language: &str, origin: &str) -> Project {
    let granted = format!(
        "allow.http = [\"{origin}\"]\nallow.secrets = [\"TOKEN\"]\nallow.private = true\n\
         [plugin.settings]\nurl = \"{origin}/migrations\"\ntoken = \"TOKEN\""
    );
    Project::new().plugin("keep-safe", &component(language, "handler"), &granted)
}

fn posts(language: &str) {
    let receiver = Receiver::answering(|_, before| Reply::status(if before < 2 { 204 } else { 503 }));
    let project = project(language, &receiver.origin());
    let run = |args: &[&str], code| {
        let run = project.lback(args).env("LBACK_CACHE_DIR", cache()).env("LBACK_ENVIRONMENT", "Läden \"2\"");
        run.env("TOKEN", "t0ken-0123456789").env("LBACK_LOG", "plugin=debug").exits(code)
    };
    let done = run(&["migrate"], 0).stderr_has(&["debug: keep-safe: the server answered 204"]);
    assert!(!done.stderr.contains("t0ken"), "{done}");
    run(&["migrate", "nowhere"], 255);
    let requests = receiver.received();
    assert_eq!(requests.len(), 2, "{requests:#?}");
    for request in &requests {
        assert_eq!((request.method.as_str(), request.url.as_str()), ("POST", "/migrations"));
        let header =
            |name: &str| request.headers.iter().find(|(header, _)| header == name).map(|(_, value)| value.as_str());
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(header("authorization"), Some("Bearer t0ken-0123456789"));
    }
    let [completed, failed] = [0, 1].map(|index| serde_json::from_str::<Value>(&requests[index].body).expect("JSON"));
    assert_eq!((&completed["project"], &completed["environment"]), (&"shop".into(), &"Läden \"2\"".into()));
    assert_eq!((&completed["command"], &completed["outcome"]), (&"upgrade".into(), &"completed".into()));
    assert!(completed["milliseconds"].as_u64().is_some_and(|time| time > 0), "{completed}");
    assert_eq!((&failed["command"], &failed["outcome"]), (&"upgrade".into(), &"non_zero_exit_code".into()));

    run(&["migrate"], 0).stderr_has(&[
        "warning: the plugin `keep-safe` failed at alembic_command_completed",
        "the server answered 503",
    ]);
}

fn says_what_was_refused(language: &str) {
    let receiver = Receiver::start();
    let origin = receiver.origin();
    let settings = format!("[plugin.settings]\nurl = \"{origin}/\"");
    let project = Project::new().plugin("keep-safe", &component(language, "handler"), &settings);
    let done = project.lback(&["migrate"]).env("LBACK_CACHE_DIR", cache()).exits(0);
    done.stderr_has(&["warning: the plugin `keep-safe` failed", "not granted"]).output_lacks(&["trapped"]);
    assert!(receiver.received().is_empty());
}

macro_rules! languages {
    ($($language:ident),*) => { $(
        mod $language {
            #[test]
            fn it_posts_how_a_command_ended() {
                super::posts(stringify!($language));
            }

            #[test]
            fn refusals_of_the_host_are_reported() {
                super::says_what_was_refused(stringify!($language));
            }
        }
    )* };
}

languages!(rust, python, javascript, go, c);
