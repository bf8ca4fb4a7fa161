//! What the person who tests a plugin expects of it: one option, so that a test in any language's CI is a line of shell.

use std::fmt;
use std::str::FromStr;

use super::TriedCall;

/// `OUTCOME`, or `EVENT=OUTCOME` for the calls with one sample or signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expectation {
    /// A sample's name, or a signal's. None: every call.
    event: Option<String>,
    outcome: ExpectedOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ExpectedOutcome {
    Allow,
    /// With this code among its denials.
    Deny(Option<String>),
    Ok,
    /// With this text in it.
    Error(Option<String>),
}

/// It says nothing that could be expected.
#[derive(Debug, thiserror::Error)]
#[error("`--expect {0}` expects nothing that there is")]
pub(crate) struct ExpectationError(String);

impl FromStr for Expectation {
    type Err = ExpectationError;

    fn from_str(text: &str) -> Result<Self, ExpectationError> {
        // The text of an error may have a `=` of its own; an event has no `:`.
        let (event, outcome) = match text.split_once('=') {
            Some((event, outcome)) if !event.contains(':') => (Some(event), outcome),
            _ => (None, text),
        };
        let (kind, more) = outcome.split_once(':').map_or((outcome, None), |(kind, more)| (kind, Some(more)));
        let more = more.filter(|more| !more.is_empty()).map(str::to_owned);
        let outcome = match (kind, more) {
            ("allow", None) => ExpectedOutcome::Allow,
            ("deny", code) => ExpectedOutcome::Deny(code),
            ("ok", None) => ExpectedOutcome::Ok,
            ("error", text) => ExpectedOutcome::Error(text),
            _ => return Err(ExpectationError(text.to_owned())),
        };
        if event == Some("") {
            return Err(ExpectationError(text.to_owned()));
        }
        Ok(Self { event: event.map(str::to_owned), outcome })
    }
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(event) = &self.event {
            write!(f, "{event}=")?;
        }
        match &self.outcome {
            ExpectedOutcome::Allow => f.write_str("allow"),
            ExpectedOutcome::Ok => f.write_str("ok"),
            ExpectedOutcome::Deny(None) => f.write_str("deny"),
            ExpectedOutcome::Error(None) => f.write_str("error"),
            ExpectedOutcome::Deny(Some(code)) => write!(f, "deny:{code}"),
            ExpectedOutcome::Error(Some(text)) => write!(f, "error:{text}"),
        }
    }
}

impl Expectation {
    /// Every call that it is about came out so, and there is one. The error says what was otherwise.
    pub(crate) fn check(&self, calls: &[TriedCall]) -> Result<(), String> {
        let mut about = calls.iter().filter(|call| self.is_about(call)).peekable();
        if about.peek().is_none() {
            return Err("there was no such call".into());
        }
        match about.find(|call| !self.is_met(call)) {
            Some(call) => Err(format!("{} as a {}: {}", call.event, call.role, found(call))),
            None => Ok(()),
        }
    }

    /// Is it this call's error that is expected?
    pub(crate) fn is_error_of(&self, call: &TriedCall) -> bool {
        matches!(self.outcome, ExpectedOutcome::Error(_)) && self.is_about(call)
    }

    /// Of a plugin in both roles, a verdict is expected of the policy, and `ok` of the handler.
    fn is_about(&self, call: &TriedCall) -> bool {
        let is_named = self.event.as_ref().is_none_or(|event| *event == call.event || *event == call.signal);
        let role = match self.outcome {
            ExpectedOutcome::Allow | ExpectedOutcome::Deny(_) => Some("policy"),
            ExpectedOutcome::Ok => Some("handler"),
            ExpectedOutcome::Error(_) => None,
        };
        is_named && role.is_none_or(|role| role == call.role)
    }

    fn is_met(&self, call: &TriedCall) -> bool {
        match &self.outcome {
            ExpectedOutcome::Allow => call.outcome == "allow",
            ExpectedOutcome::Ok => call.outcome == "ok",
            ExpectedOutcome::Deny(code) => {
                let has = |code: &String| call.denials.iter().any(|denial| denial.code == *code);
                call.outcome == "deny" && code.as_ref().is_none_or(has)
            }
            ExpectedOutcome::Error(text) => {
                let has = |text: &String| call.error.as_ref().is_some_and(|error| error.contains(text.as_str()));
                call.outcome == "error" && text.as_ref().is_none_or(has)
            }
        }
    }
}

fn found(call: &TriedCall) -> String {
    match (&call.error, call.denials.as_slice()) {
        (Some(error), _) => format!("error: {error}"),
        (None, []) => call.outcome.to_owned(),
        (None, denials) => denials.iter().map(|denial| format!("deny:{}", denial.code)).collect::<Vec<_>>().join(", "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_what_is_expected() {
        for text in ["allow", "deny", "deny:code", "ok", "error", "error:no such = key", "a.b=allow", "x=error:a=b"] {
            assert_eq!(text.parse::<Expectation>().unwrap().to_string(), text);
        }
        for text in ["", "alow", "a=", "=allow", "allow:code", "ok:x", "a=b=allow"] {
            assert!(text.parse::<Expectation>().is_err(), "{text}");
        }
        assert_eq!("error:a=b".parse::<Expectation>().unwrap().event, None);
    }
}
