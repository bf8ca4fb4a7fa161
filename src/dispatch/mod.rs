//! An event goes to plugins: who wants it, policies before handlers, deadlines, and what follows from a failure.
//!
//! It knows neither Alembic nor how anything is shown: what a person should hear goes out as a `Notice`.

mod backlog;
mod dispatcher;
mod failure_policy;
mod handlers;
mod member;
mod policies;
mod redelivery;

pub(crate) use dispatcher::{BlockReason, Blocked, Dispatcher};
pub(crate) use member::Member;
pub(crate) use policies::{Effect, Policies, PolicyEvaluation};
pub(crate) use redelivery::{RedeliveryResult, redeliver};
