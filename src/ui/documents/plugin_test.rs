//! `lback plugin test`: what each call of a plugin did, and whether that was expected. `text` draws it, serde writes it; the JSON Schema in
//! `schemas/` is generated from these types.

mod expectation;
#[cfg(test)]
mod schemas;
mod text;

use std::io;

use anstream::println;
use schemars::JsonSchema;
use serde::Serialize;

pub(crate) use expectation::{Expectation, ExpectationError};

use super::json::print_json;
use crate::model::verdict::{Decision, Verdict};
use crate::plugin::{
    Failure, LogLevel, Plugin, RequestOutcome, Role, SecretOutcome, TracedRequest, TracedSecret, Trial, TrialOutcome,
};
use crate::sample::Sample;

/// The form of the JSON document. It changes when a field changes its meaning or goes; new fields may come at any time.
const FORMAT: u32 = 1;

/// What a plugin did with sample events.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin test --json")]
pub(crate) struct TestReport {
    /// The form of this document. Within a form nothing goes and nothing changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// The plugin's own name.
    name: String,
    /// Its version, as in `1.2.3`.
    version: String,
    /// Of its file: `sha256:` and 64 hexadecimal digits.
    digest: String,
    /// In the order in which they were made.
    calls: Vec<TriedCall>,
    /// In the order in which they were typed.
    expectations: Vec<CheckedExpectation>,
    /// Whether every call was answered, unless an error was expected; every request was in the recording, if there was one; and all was as
    /// expected.
    passed: bool,
}

/// One call.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TriedCall {
    /// The sample's name.
    event: String,
    /// The name of its signal.
    signal: String,
    /// `policy` or `handler`.
    role: &'static str,
    /// `allow` or `deny` of a policy, `ok` of a handler, `error` of either.
    outcome: &'static str,
    /// Why it denied.
    denials: Vec<TestedDenial>,
    /// What a policy remarked.
    warnings: Vec<String>,
    /// What failed; null if nothing did.
    error: Option<String>,
    /// What to do about it; null if nothing failed, or nobody knows.
    hint: Option<String>,
    logs: Vec<TestedLog>,
    requests: Vec<TestedRequest>,
    secrets: Vec<TestedSecret>,
    /// From instantiation to the answer.
    milliseconds: f64,
    /// Linear memory that it had in the end.
    memory_bytes: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TestedDenial {
    code: String,
    message: String,
    hint: Option<String>,
    url: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TestedLog {
    /// `trace`, `debug`, `info`, `warn` or `error`. What it printed is at `info`.
    level: &'static str,
    message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TestedRequest {
    method: String,
    /// `[secret NAME]` stands for the value of a secret.
    url: String,
    /// `answered`, `refused` (a rule of lback is against it), `failed` (there was no answer), or `unexpected` (it is not in the recording).
    outcome: &'static str,
    /// Of the answer.
    status: Option<u16>,
    /// Why there was none.
    reason: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct TestedSecret {
    name: String,
    /// `handed`, `not_granted` or `not_set`.
    outcome: &'static str,
}

/// What was expected.
#[derive(Debug, Serialize, JsonSchema)]
struct CheckedExpectation {
    /// As it was typed.
    expected: String,
    met: bool,
    /// What was otherwise.
    why: Option<String>,
}

impl TestReport {
    pub(crate) fn new(plugin: &Plugin, calls: Vec<TriedCall>, expectations: &[Expectation]) -> Self {
        let inspected = plugin.inspected();
        let is_expected = |call: &TriedCall| expectations.iter().any(|expected| expected.is_error_of(call));
        let fails = |call: &TriedCall| {
            let unexpected = call.requests.iter().any(|request| request.outcome == "unexpected");
            unexpected || (call.outcome == "error" && !is_expected(call))
        };
        let failed = calls.iter().any(fails);
        let expectations: Vec<_> = expectations
            .iter()
            .map(|expectation| {
                let why = expectation.check(&calls).err();
                CheckedExpectation { expected: expectation.to_string(), met: why.is_none(), why }
            })
            .collect();
        Self {
            format: FORMAT,
            name: inspected.description.name.clone(),
            version: inspected.description.version.to_string(),
            digest: inspected.digest.to_string(),
            passed: !failed && expectations.iter().all(|expectation| expectation.met),
            calls,
            expectations,
        }
    }

    pub(crate) fn passed(&self) -> bool {
        self.passed
    }
}

impl TriedCall {
    pub(crate) fn new(sample: &Sample, role: Role, Trial { outcome, trace }: Trial) -> Self {
        let mut call = Self {
            event: sample.name.clone(),
            signal: sample.signal().to_owned(),
            role: match role {
                Role::Policy => "policy",
                Role::Handler => "handler",
            },
            outcome: "ok",
            denials: Vec::new(),
            warnings: Vec::new(),
            error: None,
            hint: None,
            logs: trace.logs.into_iter().map(|(level, message)| TestedLog { level: name_of(level), message }).collect(),
            requests: trace.requests.into_iter().map(TestedRequest::from).collect(),
            secrets: trace.secrets.into_iter().map(TestedSecret::from).collect(),
            milliseconds: milliseconds(trace.duration),
            memory_bytes: trace.memory as u64,
        };
        match outcome {
            TrialOutcome::Handled => {}
            TrialOutcome::Verdict(verdict) => call.judged(verdict),
            TrialOutcome::Failed(failure) => call.failed(&failure),
        }
        call
    }

    fn judged(&mut self, Verdict { decision, warnings }: Verdict) {
        self.warnings = warnings;
        match decision {
            Decision::Allow => self.outcome = "allow",
            Decision::Deny(denials) => {
                self.outcome = "deny";
                self.denials = denials
                    .into_iter()
                    .map(|denial| TestedDenial {
                        code: denial.code,
                        message: denial.message,
                        hint: denial.hint,
                        url: denial.url,
                    })
                    .collect();
            }
        }
    }

    fn failed(&mut self, failure: &Failure) {
        self.outcome = "error";
        self.error = Some(failure.to_string());
        self.hint = failure.hint();
    }

    pub(crate) fn is_denial(&self) -> bool {
        self.outcome == "deny"
    }
}

impl From<TracedRequest> for TestedRequest {
    fn from(TracedRequest { method, url, outcome }: TracedRequest) -> Self {
        let (outcome, status, reason) = match outcome {
            RequestOutcome::Answered(status) => ("answered", Some(status), None),
            RequestOutcome::Refused(why) => ("refused", None, Some(why)),
            RequestOutcome::Failed(why) => ("failed", None, Some(why)),
            RequestOutcome::Unexpected(why) => ("unexpected", None, Some(why)),
        };
        Self { method, url, outcome, status, reason }
    }
}

impl From<TracedSecret> for TestedSecret {
    fn from(TracedSecret { name, outcome }: TracedSecret) -> Self {
        let outcome = match outcome {
            SecretOutcome::Provided => "handed",
            SecretOutcome::NotGranted => "not_granted",
            SecretOutcome::NotSet => "not_set",
        };
        Self { name, outcome }
    }
}

fn name_of(level: LogLevel) -> &'static str {
    match level {
        LogLevel::Trace => "trace",
        LogLevel::Debug => "debug",
        LogLevel::Info => "info",
        LogLevel::Warn => "warn",
        LogLevel::Error => "error",
    }
}

/// To the microsecond.
pub(crate) fn milliseconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

pub(crate) fn show_test(report: &TestReport, json: bool) -> io::Result<()> {
    if json {
        return print_json(report);
    }
    println!("{}", text::report(report));
    Ok(())
}
