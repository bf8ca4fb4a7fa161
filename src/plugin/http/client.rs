//! HTTP clients: made when first needed, shared by all calls of a run.
//!
//! There are several, because what a client may be connected to is part of its connections: those that dial public addresses only, those that dial
//! any, and one for the proxy that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`), which resolves names itself.

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

/// To read the certificates that the system trusts takes longer than many a request, so a client that needs none is another one.
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

    /// Does a request to this URL go through a proxy?
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

/// Resolves names with the system's resolver and keeps public addresses. What it returns is what is dialled: there is no second
/// resolution between the check and the connection.
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
