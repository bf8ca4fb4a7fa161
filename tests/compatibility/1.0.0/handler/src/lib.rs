//! A handler of `lback:plugin@1.0.0`: logs each event whole, and uses every function that there is.

wit_bindgen::generate!({ path: "../wit", world: "handler-plugin" });

use exports::lback::plugin::handler;
use exports::lback::plugin::metadata::{self, Description, Permissions, Request as Asked};
use lback::plugin::http::{self, Header, Part, Request};
use lback::plugin::log::{Level, log};
use lback::plugin::types::{Event, Signal};
use lback::plugin::{secrets, store};

struct Handler;

impl metadata::Guest for Handler {
    fn describe() -> Description {
        Description {
            name: "compatibility-handler".into(),
            version: "1.0.0".into(),
            summary: "logs what it is told".into(),
            signals: [
                "migration_commands_initialized",
                "migration_makemigrations_command",
                "migration_migrate_command",
                "migration_rollback_command",
                "migration_history_command",
                "alembic_command_started",
                "alembic_command_completed",
                "alembic_command_failed",
            ]
            .map(String::from)
            .into(),
            permissions: Permissions {
                http: vec![Asked::InSetting("/url".into()), Asked::Named("https://unused.example.com".into())],
                secrets: vec![Asked::Named("COMPATIBILITY_TOKEN".into())],
            },
            settings_schema: None,
        }
    }
}

impl handler::Guest for Handler {
    fn handle(event: Event, settings: String) -> Result<(), String> {
        log(Level::Info, &format!("event {event:?}"));
        println!("to stdout");
        eprintln!("to stderr");
        match &event.signal {
            Signal::AlembicCommandStarted(_) => {
                // One setting, `url`, read without a parser.
                let url = settings.split('"').find(|text| text.starts_with("http")).unwrap_or_default();
                let text = |text: &str| vec![Part::Text(text.into())];
                let answer = http::send(&Request {
                    method: "POST".into(),
                    url: text(url),
                    headers: vec![Header {
                        name: "x-token".into(),
                        value: vec![Part::Text("Bearer ".into()), Part::Secret("COMPATIBILITY_TOKEN".into())],
                    }],
                    body: event.id.clone().into_bytes(),
                });
                log(Level::Info, &format!("http {answer:?}"));
                log(Level::Info, &format!("secret {:?}", secrets::get("COMPATIBILITY_TOKEN").map(|value| value.len())));
                log(Level::Info, &format!("not granted {:?}", secrets::get("OTHER")));
                store::set("a", b"1").map_err(|error| format!("{error:?}"))?;
                let swapped = store::compare_and_swap("a", Some(b"1"), b"2");
                log(Level::Info, &format!("store {:?} {swapped:?} {:?}", store::keys(""), store::get("a")));
                store::delete("a").map_err(|error| format!("{error:?}"))?;
                Ok(())
            }
            Signal::MigrationHistoryCommand => Err("it has no use for history".into()),
            _ => Ok(()),
        }
    }
}

export!(Handler);
