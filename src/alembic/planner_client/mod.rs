//! Asking for a plan: what is asked, in which words, and what comes back.
//!
//! The Python in `python/lback_planner/` makes the answer, in a process that the launcher forks.
//! `launcher/` carries the messages, and [`Plan`] is what they come to.

#[cfg(test)]
mod kinds;
mod reply;
mod request;

pub(crate) use reply::{InverseMigration, PlanReply};
pub(super) use reply::{PlannerMessage, ReplyBuilder};
pub(super) use request::PlannerRequest;
pub(crate) use request::{NameReading, PlanQuestion, PlanRequest, TableQuestion};
