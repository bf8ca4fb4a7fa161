//! The messages of the launcher pass through the gate before lback reads them.
//!
//! The launcher reports the passwords of engines that the project makes. The gate learns them, and
//! hides them in what the launcher reports afterwards.

use serde_json::Value;

use crate::support::redact::{Gate, Treatment, redact_json};

/// The kind of a message that only the gate receives.
const SECRETS: &str = "secrets";

/// Returns a message without secrets, or none if the message is for the gate alone.
pub(super) fn redacted(gate: &Gate, mut message: Value) -> Option<Value> {
    match message["type"].as_str() {
        Some(SECRETS) => {
            learn(gate, &message);
            return None;
        }
        // Its reason is one of a few words that lback knows.
        Some("lock_not_acquired") => {
            let known = |key: &str| if key == "why" { Treatment::Keep } else { treatment(key) };
            redact_json(gate, &mut message, &known);
        }
        _ => redact_json(gate, &mut message, &treatment),
    }
    Some(message)
}

fn learn(gate: &Gate, message: &Value) {
    let texts = |key: &str| message[key].as_array().into_iter().flatten().filter_map(Value::as_str);
    texts("passwords").for_each(|password| gate.learn_reported(password));
    texts("urls").for_each(|url| gate.learn_text(url));
}

/// Returns the redaction of a text of a message, by its key.
fn treatment(key: &str) -> Treatment {
    match key {
        // Ids that Alembic receives again, words that lback knows, and scripts to write.
        "type" | "process" | "lock" | "revision" | "down_revisions" | "depends_on" | "heads" | "target_heads"
        | "planned" | "scope" | "session" | "state" | "kind" | "direction" | "reading" | "found_by" | "reversible"
        | "part" | "migration" | "transaction" | "transactions" | "committed" => Treatment::Keep,
        "message"
        | "why"
        | "holder"
        | "doc"
        | "because"
        | "irreversible_because"
        | "detail"
        | "hint"
        | "what"
        | "look"
        | "statement" => Treatment::Free,
        _ => Treatment::Name,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn passwords_of_engines_are_hidden_in_later_messages() {
        let gate = Gate::default();
        let secrets =
            json!({ "type": "secrets", "passwords": ["s3cr3t!", 1], "urls": ["x://u:p4ssw0rd@h"], "more": {} });
        assert_eq!(redacted(&gate, secrets), None);
        let step = json!({ "type": "step_started", "revision": "s3cr3t!", "doc": "with s3cr3t! and p4ssw0rd" });
        let shown = json!({ "type": "step_started", "revision": "s3cr3t!", "doc": "with *** and ***" });
        assert_eq!(redacted(&gate, step), Some(shown));
        let statement = json!({ "sql": ["CREATE ROLE r PASSWORD 'x'"], "migration": { "upgrades": "PASSWORD 'x'" } });
        let shown = json!({ "sql": ["CREATE ROLE r PASSWORD '***'"], "migration": { "upgrades": "PASSWORD 'x'" } });
        assert_eq!(redacted(&gate, statement), Some(shown));
    }

    #[test]
    fn words_that_lback_reads_stay() {
        let gate = Gate::default();
        gate.learn_argument("mode=timeout");
        let message = json!({ "type": "lock_not_acquired", "why": "timeout", "holder": "timeout" });
        let shown = json!({ "type": "lock_not_acquired", "why": "timeout", "holder": "***" });
        assert_eq!(redacted(&gate, message), Some(shown));
    }
}
