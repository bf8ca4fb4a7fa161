//! The report of a test: each call, and whether it was expected.

use schemars::JsonSchema;
use serde::Serialize;

use super::expectation::Expectation;
use super::tried_call::TriedCall;
use crate::plugin::Plugin;
/// The version of the JSON document. It changes when a field is removed or changes its meaning. New
/// fields may be added at any time.
pub(super) const FORMAT: u32 = 1;

/// The results of a plugin's calls with sample events.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "lback plugin test --json")]
pub(crate) struct TestReport {
    /// The version of this document's format. Within a version, no field is removed and none
    /// changes its meaning.
    #[schemars(extend("const" = FORMAT))]
    pub(super) format: u32,
    /// The plugin's own name.
    pub(super) name: String,
    /// The version, as in `1.2.3`.
    pub(super) version: String,
    /// The digest of the file: `sha256:` and 64 hexadecimal digits.
    pub(super) digest: String,
    /// The calls in the order in which they were made.
    pub(super) calls: Vec<TriedCall>,
    /// The expectations in the order of the command line.
    pub(super) expectations: Vec<CheckedExpectation>,
    /// True if no call failed unexpectedly, every request was in the recording (if one was used),
    /// and every expectation was met.
    pub(super) passed: bool,
}

/// One expectation, and whether it was met.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct CheckedExpectation {
    /// The expectation as it was typed.
    pub(super) expected: String,
    pub(super) met: bool,
    /// The difference; null if the expectation was met.
    pub(super) why: Option<String>,
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
