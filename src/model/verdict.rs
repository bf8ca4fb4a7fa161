//! The answers of policies, as plain data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::finding::{AcceptedFinding, Place};
use crate::support::redact::Treatment;

/// The answer of one policy to one event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) decision: Decision,
    /// Warnings for the person who runs lback, with any decision.
    pub(crate) warnings: Vec<Warning>,
    /// The denials and warnings that comments in the scripts set aside.
    pub(crate) accepted: Vec<AcceptedFinding>,
}

/// A finding that doesn't stop the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Warning {
    /// A sentence for a person.
    pub(crate) message: String,
    /// The short name of the rule; null if the warning belongs to no rule.
    pub(crate) code: Option<String>,
    /// The next step.
    pub(crate) hint: Option<String>,
    /// The place in a script that the warning is about.
    pub(crate) place: Option<Place>,
    /// True if a comment in the script may set the warning aside.
    pub(crate) acceptable: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allow,
    /// The reasons, at least one: a denial without a reason gets one when it is converted.
    Deny(Vec<Denial>),
}

/// One reason of a denial.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
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
    /// The place in a script that the denial is about.
    #[serde(default)]
    pub(crate) place: Option<Place>,
    /// True if a comment in the script may set the denial aside.
    #[serde(default)]
    pub(crate) acceptable: bool,
}

impl Denial {
    /// Returns a denial of lback's own, about no place in a script.
    pub(crate) fn new(code: &str, message: String) -> Self {
        Self { code: code.to_owned(), message, hint: None, url: None, place: None, acceptable: false }
    }

    pub(super) fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { code, message, hint, url, place, acceptable: _ } = self;
        act(Treatment::Name, code);
        for text in std::iter::once(message).chain(hint).chain(url) {
            act(Treatment::Free, text);
        }
        if let Some(place) = place {
            place.for_each_text(act);
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
