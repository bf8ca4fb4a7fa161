//! Requests for a plan: the question, the messages, and the reply.
//!
//! The planner, a Python package, makes the reply in a process that the launcher forks. `launcher/`
//! carries the messages.

mod reply;
mod request;

pub(crate) use reply::{InverseMigration, PlanReply};
pub(super) use reply::{PlannerMessage, ReplyBuilder};
pub(super) use request::PlannerRequest;
pub(crate) use request::{NameReading, PlanQuestion, PlanRequest, RequestedFacts, TableQuestion};
