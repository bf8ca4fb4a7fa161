//! A policy of `lback:plugin@1.0.0`: logs each event whole, warns, and denies a downgrade.

wit_bindgen::generate!({ path: "../wit", world: "policy-plugin" });

use exports::lback::plugin::metadata::{self, Description, Permissions};
use exports::lback::plugin::policy::{self, Decision, Verdict};
use lback::plugin::log::{Level, log};
use lback::plugin::types::{Denial, Event, Signal};

struct Policy;

impl metadata::Guest for Policy {
    fn describe() -> Description {
        Description {
            name: "compatibility-policy".into(),
            version: "1.0.0".into(),
            summary: "denies a downgrade".into(),
            signals: [
                "migration_commands_initialized",
                "migration_makemigrations_command",
                "migration_migrate_command",
                "migration_rollback_command",
                "migration_history_command",
                "alembic_command_started",
            ]
            .map(String::from)
            .into(),
            permissions: Permissions { http: vec![], secrets: vec![] },
            settings_schema: Some(r#"{ "type": "object", "additionalProperties": false, "properties": { "word": { "type": "string" } } }"#.into()),
        }
    }
}

impl policy::Guest for Policy {
    fn evaluate(event: Event, settings: String) -> Result<Verdict, String> {
        for level in [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error] {
            log(level, &format!("{level:?}"));
        }
        log(Level::Info, &format!("event {event:?}"));
        log(Level::Info, &format!("settings {settings}"));
        let decision = match &event.signal {
            Signal::AlembicCommandStarted(started) if started.command == "downgrade" => Decision::Deny(vec![Denial {
                code: "no-downgrade".into(),
                message: "a downgrade is denied".into(),
                hint: Some("go forward".into()),
                url: Some("https://example.org/downgrade".into()),
            }]),
            // A denial without a reason.
            Signal::MigrationRollbackCommand(_) => Decision::Deny(vec![]),
            Signal::MigrationHistoryCommand => return Err("it has no opinion on history".into()),
            _ => Decision::Allow,
        };
        Ok(Verdict { decision, warnings: vec!["a warning".into()] })
    }
}

export!(Policy);
