//! The promises of the sandbox, each with an attack that fails.

mod addresses;
mod answers;
mod assembled;
mod attack;
mod cache;
mod compile;
mod escapes;
mod forged;
mod invalid;
mod limits;
mod origins;
mod plan;
mod policies;
mod proxy;
mod raw_server;
mod requests;
mod secrets;
mod store;
mod terminal;
mod tls;
