//! One call of a test: what the plugin answered, logged and requested.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::verdict::{Decision, Denial, Verdict, Warning};
use crate::plugin::{
    Failure, LogLevel, RequestOutcome, Role, SecretOutcome, TracedRequest, TracedSecret, Trial, TrialOutcome,
};
use crate::sample::Sample;

/// One call of the plugin.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct TriedCall {
    /// The name of the sample.
    pub(super) event: String,
    /// The name of the sample's signal.
    pub(super) signal: String,
    /// `policy` or `handler`.
    pub(super) role: &'static str,
    /// `allow` or `deny` of a policy, `ok` of a handler, `error` of either.
    pub(super) outcome: &'static str,
    /// The reasons of a denial.
    pub(super) denials: Vec<Denial>,
    /// The warnings of a policy.
    pub(super) warnings: Vec<Warning>,
    /// The failure; null if there was none.
    pub(super) error: Option<String>,
    /// The next step after a failure; null if there is none.
    pub(super) hint: Option<String>,
    pub(super) logs: Vec<TestedLog>,
    pub(super) requests: Vec<TestedRequest>,
    pub(super) secrets: Vec<TestedSecret>,
    /// The time from instantiation to the answer.
    pub(super) milliseconds: f64,
    /// The linear memory at the end of the call, in bytes.
    pub(super) memory_bytes: u64,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TestedLog {
    /// `trace`, `debug`, `info`, `warn` or `error`. Printed lines have `info`.
    pub(super) level: &'static str,
    pub(super) message: String,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TestedRequest {
    pub(super) method: String,
    /// The URL. `[secret NAME]` replaces the value of a secret.
    pub(super) url: String,
    /// `answered`, `refused` (by a rule of lback), `failed` (no answer), or `unexpected` (not in
    /// the recording).
    pub(super) outcome: &'static str,
    /// The status code of the answer.
    pub(super) status: Option<u16>,
    /// The reason why there was no answer.
    pub(super) reason: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct TestedSecret {
    pub(super) name: String,
    /// `handed`, `not_granted` or `not_set`.
    pub(super) outcome: &'static str,
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

    fn judged(&mut self, Verdict { decision, warnings, accepted: _ }: Verdict) {
        self.warnings = warnings;
        match decision {
            Decision::Allow => self.outcome = "allow",
            Decision::Deny(denials) => {
                self.outcome = "deny";
                self.denials = denials;
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

/// Returns milliseconds, rounded to microseconds.
pub(crate) fn milliseconds(duration: std::time::Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}
