//! Outbound HTTP of plugins: one code path for `lback:plugin/http` and for `wasi:http`.
//!
//! A request goes to a granted origin, over an address that was checked (see `address`), without redirects and within limits. Everything
//! about connections, TLS and proxies is reqwest's.

mod address;
mod client;
mod outbound;
mod wasi;

pub(super) use client::Clients;
pub(super) use outbound::{HttpError, Outbound, is_forbidden_header};
pub(super) use wasi::WasiOutbound;
