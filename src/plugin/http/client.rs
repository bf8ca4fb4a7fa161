//! HTTP clients, created when first needed and shared by all calls of a run.
//!
//! There are several clients, because the allowed addresses are a property of a client's
//! connections: clients for public addresses only, clients for any address, and one for the proxy
//! of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`), which resolves names itself.

use std::net::SocketAddr;
use std::sync::OnceLock;

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, ClientBuilder};

use super::address;
use crate::plugin::host::limits;

pub(in crate::plugin) struct HttpClients {
    proxies: Matcher,
    public: DirectClients,
    any: DirectClients,
    proxied: LazyClient,
}

type LazyClient = OnceLock<Result<Client, String>>;

/// Two clients that dial directly. Reading the system's certificates takes longer than many
/// requests, so plain HTTP has a client without them.
#[derive(Default)]
struct DirectClients {
    plain: LazyClient,
    tls: LazyClient,
}

impl HttpClients {
    pub(in crate::plugin) fn new() -> Self {
        Self {
            proxies: Matcher::from_env(),
            public: DirectClients::default(),
            any: DirectClients::default(),
            proxied: LazyClient::new(),
        }
    }

    /// Returns whether a request to this URL goes through a proxy.
    pub(super) fn is_proxied(&self, uri: &http::Uri) -> bool {
        self.proxies.intercept(uri).is_some()
    }

    /// Dials public addresses only: those that its resolver has checked.
    pub(super) fn public(&self, tls: bool) -> Result<&Client, String> {
        self.public.made(tls, || builder().no_proxy().dns_resolver(PublicOnly))
    }

    /// Dials any address.
    pub(super) fn any(&self, tls: bool) -> Result<&Client, String> {
        self.any.made(tls, || builder().no_proxy())
    }

    /// Dials the proxy of the environment.
    pub(super) fn proxied(&self) -> Result<&Client, String> {
        made(&self.proxied, builder)
    }
}

impl DirectClients {
    fn made(&self, tls: bool, builder: impl FnOnce() -> ClientBuilder) -> Result<&Client, String> {
        if tls { made(&self.tls, builder) } else { made(&self.plain, || builder().tls_certs_only([])) }
    }
}

fn made(cell: &LazyClient, builder: impl FnOnce() -> ClientBuilder) -> Result<&Client, String> {
    cell.get_or_init(|| builder().build().map_err(|error| format!("cannot set up HTTP: {error}")))
        .as_ref()
        .map_err(Clone::clone)
}

fn builder() -> ClientBuilder {
    crate::support::http::builder().connect_timeout(limits::HTTP_CONNECT_TIMEOUT)
}

/// Resolves names with the system's resolver and keeps public addresses. What it returns is what is
/// dialled: there is no second resolution between the check and the connection.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found: Vec<SocketAddr> = tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let (public, refused): (Vec<_>, Vec<_>) =
                found.into_iter().map(|socket| address::check(socket.ip()).map(|()| socket)).partition(Result::is_ok);
            match refused.into_iter().find_map(Result::err) {
                Some(refused) if public.is_empty() => Err(refused.into()),
                _ => Ok(Box::new(public.into_iter().flatten()) as Addrs),
            }
        })
    }
}
