//! What a policy answers: plain data, no wasm, no rendering.

use serde::{Deserialize, Serialize};

/// The answer of one policy to one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// Remarks for the person who runs lback, whatever the decision is.
    pub(crate) warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allow,
    /// Never empty: a denial that gives no reason is given one at the border.
    Deny(Vec<Denial>),
}

/// One reason why a policy says no.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Denial {
    /// A short stable name of the rule, for scripts.
    pub(crate) code: String,
    /// What is denied and why, for a person.
    pub(crate) message: String,
    /// What to do instead.
    pub(crate) hint: Option<String>,
    /// A page that says more.
    pub(crate) url: Option<String>,
}

/// A denial and the plugin, by its name in `lback.toml`, that it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttributedDenial {
    pub(crate) plugin: String,
    pub(crate) denial: Denial,
}
