//! Asking for a plan: what is asked, in which words, and what comes back.
//!
//! The Python in `python/lback_planner/` makes the answer, in a process that the launcher forks.
//! `launcher/` carries the messages, and [`Plan`] is what they come to.

#[cfg(test)]
mod kinds;
mod reply;
mod request;

pub(super) use reply::{Answers, PlanWord};
pub(crate) use reply::{Forward, PlanReply};
pub(super) use request::PlanMessage;
pub(crate) use request::{PlanRequest, Progress, Question, Reading, TableQuestion, Working};
