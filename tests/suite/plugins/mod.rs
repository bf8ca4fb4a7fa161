//! The plugins of this repository, end to end.

mod examples;
mod guard;
mod lint;
mod metrics;
mod pushgateway;
mod slack;
mod webhook;
