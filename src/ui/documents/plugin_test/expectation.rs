//! The option `--expect`: the expected result of calls, so that a test is one line of shell.

use std::fmt;
use std::str::FromStr;

use super::tried_call::TriedCall;

/// An expectation: `OUTCOME`, or `EVENT=OUTCOME` for the calls with one sample or signal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expectation {
    /// The name of a sample or a signal; none for every call.
    event: Option<String>,
    outcome: ExpectedOutcome,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum ExpectedOutcome {
    Allow,
    /// A denial, with this code if there is one.
    Deny(Option<String>),
    Ok,
    /// An error, with this text in it if there is one.
    Error(Option<String>),
}

/// The error for an unknown outcome.
#[derive(Debug, thiserror::Error)]
#[error("`--expect {0}` is not an expectation")]
pub(crate) struct ExpectationError(String);

impl FromStr for Expectation {
    type Err = ExpectationError;

    fn from_str(text: &str) -> Result<Self, ExpectationError> {
        // The text of an error may contain `=`. An event contains no `:`.
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
    /// Checks that there is a matching call and that each one had the expected outcome. An error is
    /// the difference.
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

    /// Returns whether an error of this call is expected.
    pub(crate) fn is_error_of(&self, call: &TriedCall) -> bool {
        matches!(self.outcome, ExpectedOutcome::Error(_)) && self.is_about(call)
    }

    /// Returns whether a call is meant. If a plugin has both roles, a verdict is expected of the
    /// policy and `ok` of the handler.
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
