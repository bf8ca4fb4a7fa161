//! Findings of policies in scripts: their place, and the comments that set them aside.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::support::redact::Treatment;

/// A place in a version script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) revision: String,
    /// The file, relative to the project's root: the revision's script, or another one that it
    /// uses. Null if it isn't known.
    #[serde(default)]
    pub(crate) file: Option<String>,
    /// The line, from 1; null for the whole revision.
    #[serde(default)]
    pub(crate) line: Option<u32>,
}

/// A comment in a script that sets a finding aside: `# lback: allow CODE until DATE: REASON`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AllowComment {
    /// The code of the denial or warning.
    pub(crate) code: String,
    /// The line of the comment, from 1.
    pub(crate) line: u32,
    /// The first and the last line of the statement that the comment is about; null if it is about
    /// the whole revision.
    #[serde(default)]
    pub(crate) lines: Option<(u32, u32)>,
    /// The last day on which the comment counts, as `2027-01-31`; null if it has no end.
    #[serde(default)]
    pub(crate) until: Option<String>,
    /// The reason. A comment without one doesn't count.
    #[serde(default)]
    pub(crate) reason: Option<String>,
}

/// A denial or a warning of a policy that a comment set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AcceptedFinding {
    /// The plugin's name in `lback.toml`.
    pub(crate) plugin: String,
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) place: Place,
    pub(crate) comment: AllowComment,
}

impl Place {
    pub(super) fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { revision, file, line: _ } = self;
        act(Treatment::Name, revision);
        if let Some(file) = file {
            act(Treatment::Name, file);
        }
    }
}

impl AllowComment {
    /// Returns whether the comment is about a place of its revision. `script` is the revision's
    /// own file.
    pub(crate) fn covers(&self, place: &Place, script: Option<&str>) -> bool {
        let Some((first, last)) = self.lines else { return true };
        let is_in_script = place.file.is_none() || place.file.as_deref() == script;
        is_in_script && place.line.is_some_and(|line| (first..=last).contains(&line))
    }

    fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { code, line: _, lines: _, until, reason } = self;
        act(Treatment::Name, code);
        for text in until.iter_mut().chain(reason) {
            act(Treatment::Free, text);
        }
    }
}

impl AcceptedFinding {
    pub(crate) fn for_each_text(&mut self, act: &mut impl FnMut(Treatment, &mut String)) {
        let Self { plugin, code, message, place, comment } = self;
        act(Treatment::Name, plugin);
        act(Treatment::Name, code);
        act(Treatment::Free, message);
        place.for_each_text(act);
        comment.for_each_text(act);
    }
}
