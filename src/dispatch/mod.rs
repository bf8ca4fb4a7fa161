//! Dispatches events to plugins: subscriptions, policies before handlers, and the consequence of a
//! failure.
//!
//! This module knows neither Alembic nor the terminal: messages for the operator leave it as
//! `Notice`.

mod acceptance;
mod backlog;
mod current_event;
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
