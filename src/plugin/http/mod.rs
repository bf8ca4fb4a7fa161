//! Outbound HTTP of plugins: one code path for `lback:plugin/http` and for `wasi:http`.
//!
//! A request goes to a granted origin, over an address that was checked (see `address`), without
//! redirects and within limits. Everything about connections, TLS and proxies is reqwest's. For
//! those who test plugins, `sender` can answer from a recording instead (`tape`): after the same
//! checks.

mod address;
mod client;
mod error;
mod outbound;
mod response;
mod sender;
mod tape;
mod wasi;

pub(in crate::plugin) use address::check as check_address;
pub(super) use client::HttpClients;
pub(super) use error::HttpError;
pub(super) use outbound::{Outbound, is_forbidden_header};
pub(crate) use sender::HttpMode;
pub(crate) use tape::{Tape, TapeError};
pub(super) use wasi::WasiOutbound;
