//! The answers of policies, as plain data.

use serde::{Deserialize, Serialize};

use crate::support::redact::Treatment;

/// The answer of one policy to one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// Warnings for the person who runs lback, with any decision.
    pub(crate) warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allow,
    /// The reasons, at least one: a denial without a reason gets one when it is converted.
    Deny(Vec<Denial>),
}

/// One reason of a denial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Denial {
    /// A short stable name of the rule, for scripts.
    pub(crate) code: String,
    /// A sentence for a person: what is denied, and why.
    pub(crate) message: String,
    /// The next step.
    pub(crate) hint: Option<String>,
    /// A page with more information.
    pub(crate) url: Option<String>,
}

impl Denial {
    pub(super) fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { code, message, hint, url } = self;
        act(Treatment::Name, code);
        for text in std::iter::once(message).chain(hint).chain(url) {
            act(Treatment::Free, text);
        }
    }
}

/// A denial, and the name in `lback.toml` of the plugin that denied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AttributedDenial {
    pub(crate) plugin: String,
    pub(crate) denial: Denial,
}
