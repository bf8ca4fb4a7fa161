//! The recorder: logs every call as one line `record: {…}`, and does what its settings ask for. The
//! three components beside this crate differ only in what they export.

mod record;
mod settings;

use contract::metadata::Description;
use contract::policy::{Decision, Denial, Verdict, warning};
use contract::types::Event;
use contract::{handler, metadata, policy, say};
use settings::Settings;

/// The recorder in either role.
pub struct Recorder;

/// Returns the recorder's description with these signals.
#[must_use]
pub fn describe(name: &str, signals: &[&str]) -> Description {
    Description {
        settings_schema: Some(settings::SCHEMA.to_owned()),
        ..metadata::plain(name, "Logs every call as one line of JSON.", signals)
    }
}

impl policy::Guest for Recorder {
    fn evaluate(event: Event, settings: String) -> Result<Verdict, String> {
        let signal = record::name(&event.signal).to_owned();
        let parsed = Settings::parse(&settings);
        let mut record = record::record("policy", event);
        if parsed.as_ref().is_ok_and(|settings| settings.plan) {
            record["plan"] = record::plan();
        }
        say("record", &record);
        let settings = parsed?;
        let listed = |list: &[String]| list.contains(&signal);
        if listed(&settings.fail) {
            return Err(format!("the recorder fails as a policy on `{signal}`"));
        }
        let mut verdict = Verdict::allow();
        if listed(&settings.warn) {
            verdict.warnings.push(warning(format!("the recorder warns about `{signal}`")));
        }
        if listed(&settings.deny) {
            verdict.decision = Decision::Deny(vec![Denial {
                code: "recorder".to_owned(),
                message: format!("the recorder denies `{signal}`"),
                hint: Some(format!("take `{signal}` out of the recorder's `deny`")),
                url: Some("https://example.org/recorder".to_owned()),
                place: None,
                acceptable: false,
            }]);
        }
        Ok(verdict)
    }
}

impl handler::Guest for Recorder {
    fn handle(event: Event, settings: String) -> Result<(), String> {
        let parsed = Settings::parse(&settings);
        if let Ok(settings) = &parsed {
            std::thread::sleep(settings.sleep());
        }
        let signal = record::name(&event.signal).to_owned();
        say("record", &record::record("handler", event));
        if parsed?.fail_handler.contains(&signal) {
            return Err(format!("the recorder fails as a handler on `{signal}`"));
        }
        Ok(())
    }
}
