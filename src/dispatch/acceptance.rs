//! Findings of policies that a comment in a version script sets aside.
//!
//! A policy only names the place of a finding. lback compares the comments, so that every policy
//! accepts the same ones.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::finding::{AcceptedFinding, AllowComment, Place};
use crate::model::plan::Plan;
use crate::model::verdict::{Decision, Denial, Verdict, Warning};

/// Moves the denials and warnings that a comment sets aside to `accepted`. A comment counts until
/// the end of its last day in UTC; `now` is the time of the event.
pub(super) fn accept(verdict: &mut Verdict, plugin: &str, plan: &Plan, now: Timestamp) {
    let comments = Comments { plugin, plan, today: now.to_zoned(TimeZone::UTC).date().to_string() };
    let mut accepted = Vec::new();
    if let Decision::Deny(denials) = &mut verdict.decision {
        denials.retain_mut(|denial| {
            let Denial { code, message, hint, place, acceptable, url: _ } = denial;
            let place = place.as_ref().filter(|_| *acceptable);
            comments.leave(Some(code), message, hint, place, &mut accepted)
        });
        if denials.is_empty() {
            verdict.decision = Decision::Allow;
        }
    }
    verdict.warnings.retain_mut(|warning| {
        let Warning { message, code, hint, place, acceptable } = warning;
        let place = place.as_ref().filter(|_| *acceptable);
        comments.leave(code.as_deref(), message, hint, place, &mut accepted)
    });
    verdict.accepted = accepted;
}

/// The comments of a plan, for the findings of one policy.
struct Comments<'a> {
    plugin: &'a str,
    plan: &'a Plan,
    /// The date in UTC, as `2027-01-31`.
    today: String,
}

impl Comments<'_> {
    /// Returns whether a finding stays. If a comment sets it aside, it is added to `accepted`; if a
    /// comment is about it and doesn't count, the reason is added to its hint.
    fn leave(
        &self,
        code: Option<&str>,
        message: &str,
        hint: &mut Option<String>,
        place: Option<&Place>,
        accepted: &mut Vec<AcceptedFinding>,
    ) -> bool {
        let (Some(code), Some(place)) = (code, place) else { return true };
        let mut objection = None;
        for (file, comment) in self.about(code, place) {
            let Some(reason) = self.objection(file, comment) else {
                accepted.push(AcceptedFinding {
                    plugin: self.plugin.to_owned(),
                    code: code.to_owned(),
                    message: message.to_owned(),
                    place: place.clone(),
                    comment: comment.clone(),
                });
                return false;
            };
            objection = Some(reason);
        }
        if let Some(objection) = objection {
            *hint = Some(hint.take().map_or_else(|| objection.clone(), |hint| format!("{hint}; {objection}")));
        }
        true
    }

    /// Returns the comments about a finding, each with the file that it is in.
    fn about(&self, code: &str, place: &Place) -> impl Iterator<Item = (&str, &AllowComment)> {
        let steps = self.plan.steps().filter(|step| step.revision == place.revision);
        steps.flat_map(move |step| {
            let script = step.file.as_deref();
            let covers = move |comment: &&AllowComment| comment.code == code && comment.covers(place, script);
            step.allow_comments.iter().filter(covers).map(move |comment| (script.unwrap_or("the script"), comment))
        })
    }

    /// Returns the reason why a comment doesn't count.
    fn objection(&self, file: &str, comment: &AllowComment) -> Option<String> {
        let line = comment.line;
        match comment {
            AllowComment { reason: None, .. } => {
                Some(format!("the comment in {file}:{line} doesn't count because it gives no reason"))
            }
            AllowComment { until: Some(until), .. } if *until < self.today => {
                Some(format!("the comment in {file}:{line} allowed it until {until}"))
            }
            AllowComment { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
