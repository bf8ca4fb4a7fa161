//! A policy of `lback:plugin@1.0.0`: logs each event whole, warns, and denies a downgrade.

wit_bindgen::generate!({ path: "../wit", world: "policy-plugin" });

use exports::lback::plugin::metadata::{self, Description, Permissions};
use exports::lback::plugin::policy::{self, Decision, Verdict, Warning};
use lback::plugin::log::{Level, log};
use lback::plugin::types::{Denial, Event, Place, Signal};

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
                place: Some(Place { revision: "b2".into(), file: Some("versions/b2.py".into()), line: Some(7) }),
                acceptable: true,
            }]),
            // A denial without a reason.
            Signal::MigrationRollbackCommand(_) => Decision::Deny(vec![]),
            Signal::MigrationHistoryCommand => return Err("it has no opinion on history".into()),
            _ => Decision::Allow,
        };
        let warning = Warning {
            message: "a warning".into(),
            code: Some("remark".into()),
            hint: Some("look".into()),
            place: None,
            acceptable: false,
        };
        Ok(Verdict { decision, warnings: vec![warning] })
    }
}

export!(Policy);
