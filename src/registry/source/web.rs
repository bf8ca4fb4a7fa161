//! GET requests with limits of bytes, time and redirects, for web servers and registries.

use std::net::IpAddr;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, LOCATION};
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use tokio::time::timeout;
use url::{Host, Url};

use super::SourceError;
use crate::support::http::{self, HttpFailure};

/// The number of attempts for transient errors.
pub(super) const ATTEMPTS: u32 = 3;
/// The pause before the second attempt; it doubles.
const PAUSE: Duration = Duration::from_millis(500);
/// The number of redirects. Registries redirect once to their blobs, web servers a few times.
const REDIRECTS: u32 = 5;

/// The time limits of a request.
#[derive(Clone, Copy, Debug)]
pub(super) struct HttpTimeouts {
    pub(super) connect: Duration,
    /// The longest silence before and within an answer.
    pub(super) silence: Duration,
    /// The limit of the whole request, with all attempts.
    pub(super) total: Duration,
}

impl HttpTimeouts {
    /// Derives the limits from the user's limit of silence, if set.
    pub(super) fn new(silence: Option<Duration>) -> Self {
        let silence = silence.unwrap_or(Duration::from_secs(30));
        Self { connect: silence.min(Duration::from_secs(10)), silence, total: silence * 20 }
    }
}

/// A client for GET requests, created at its first use.
pub(super) struct WebClient {
    pub(super) times: HttpTimeouts,
    client: OnceLock<Result<Client, String>>,
}

/// A GET request.
pub(super) struct GetRequest<'a> {
    /// The source, for messages.
    pub(super) what: &'a str,
    pub(super) url: Url,
    pub(super) accept: Option<&'a str>,
    pub(super) login: Option<&'a Credential>,
    /// The largest size of the answer, in bytes.
    pub(super) limit: u64,
    /// The exact size of the answer, if known.
    pub(super) size: Option<u64>,
    pub(super) redirects: bool,
    /// The number of attempts for transient errors.
    pub(super) attempts: u32,
}

/// A proof of identity for a registry. Never shown.
pub(super) enum Credential {
    Bearer(String),
    Basic(String, String),
}

impl Credential {
    pub(super) fn sent_with(&self, request: RequestBuilder) -> RequestBuilder {
        match self {
            Self::Bearer(token) => request.bearer_auth(token),
            Self::Basic(user, password) => request.basic_auth(user, Some(password)),
        }
    }
}

/// An answer. The body is read only if it is a success.
#[derive(Debug)]
pub(super) struct HttpAnswer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

impl WebClient {
    pub(super) fn new(times: HttpTimeouts) -> Self {
        Self { times, client: OnceLock::new() }
    }

    pub(super) fn client(&self) -> Result<&Client, SourceError> {
        let make = || {
            let client = http::builder().connect_timeout(self.times.connect).build();
            client.map_err(|error| HttpFailure::of(error).reason)
        };
        self.client.get_or_init(make).as_ref().map_err(|reason| SourceError::Client(reason.clone()))
    }

    /// Sends the request. `progress` receives the number of bytes so far, and the total if known.
    pub(super) async fn get(
        &self,
        get: &GetRequest<'_>,
        progress: &mut impl FnMut(u64, Option<u64>),
    ) -> Result<HttpAnswer, SourceError> {
        let slow = |_| SourceError::Slow { what: get.what.to_owned(), after: self.times.total };
        timeout(self.times.total, self.attempts(get, progress)).await.map_err(slow)?
    }

    async fn attempts(
        &self,
        get: &GetRequest<'_>,
        progress: &mut impl FnMut(u64, Option<u64>),
    ) -> Result<HttpAnswer, SourceError> {
        let mut pause = PAUSE;
        for _ in 1..get.attempts {
            match self.once(get, progress).await {
                Err(error) if error.is_transient() => tracing::debug!("tried again in {pause:?}: {error}"),
                done => return done,
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        self.once(get, progress).await
    }

    async fn once(
        &self,
        get: &GetRequest<'_>,
        progress: &mut impl FnMut(u64, Option<u64>),
    ) -> Result<HttpAnswer, SourceError> {
        let mut url = get.url.clone();
        let mut login = get.login;
        for _ in 0..=REDIRECTS {
            let mut request = self.client()?.get(url.clone());
            if let Some(accept) = get.accept {
                request = request.header(ACCEPT, accept);
            }
            if let Some(login) = login {
                request = login.sent_with(request);
            }
            let response = self.in_time(get, request.send()).await?.map_err(|error| {
                let HttpFailure { reason, tls } = HttpFailure::of(error);
                SourceError::Unreachable { what: get.what.to_owned(), reason, tls }
            })?;
            if !get.redirects || !response.status().is_redirection() {
                return self.read(response, get, progress).await;
            }
            let target = redirect_target(get.what, &url, response.headers())?;
            if target.origin() != url.origin() {
                login = None;
            }
            url = target;
        }
        let reason = format!("it is redirected more than {REDIRECTS} times");
        Err(SourceError::Redirect { what: get.what.to_owned(), reason })
    }

    async fn read(
        &self,
        mut response: Response,
        get: &GetRequest<'_>,
        progress: &mut impl FnMut(u64, Option<u64>),
    ) -> Result<HttpAnswer, SourceError> {
        let what = || get.what.to_owned();
        let status = response.status();
        let headers = response.headers().clone();
        if status.is_server_error() || matches!(status.as_u16(), 408 | 429) {
            return Err(SourceError::Busy { what: what(), status: status.as_u16() });
        }
        let mut body = Vec::new();
        if !status.is_success() {
            return Ok(HttpAnswer { status, headers, body });
        }
        let too_large = || SourceError::TooLarge { what: what(), limit: get.limit };
        let declared = response.content_length();
        if declared.is_some_and(|declared| declared > get.limit) {
            return Err(too_large());
        }
        let expected = get.size.or(declared);
        let truncated = |received: usize| SourceError::Truncated { what: what(), received: received as u64, expected };
        progress(0, expected);
        loop {
            match self.in_time(get, response.chunk()).await? {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!("`{}` broke off: {}", get.what, HttpFailure::of(error).reason);
                    return Err(truncated(body.len()));
                }
            }
            if body.len() as u64 > get.size.unwrap_or(get.limit) {
                return Err(match get.size {
                    Some(_) => {
                        SourceError::Registry { what: what(), reason: "sends more than its manifest says".into() }
                    }
                    None => too_large(),
                });
            }
            progress(body.len() as u64, expected);
        }
        if get.size.is_some_and(|size| size != body.len() as u64) {
            return Err(truncated(body.len()));
        }
        Ok(HttpAnswer { status, headers, body })
    }

    async fn in_time<T>(&self, get: &GetRequest<'_>, step: impl Future<Output = T>) -> Result<T, SourceError> {
        let after = self.times.silence;
        timeout(after, step).await.map_err(|_| SourceError::Silent { what: get.what.to_owned(), after })
    }
}

/// Returns the target of a redirect: an `https` URL, or the same origin.
pub(super) fn redirect_target(what: &str, from: &Url, headers: &HeaderMap) -> Result<Url, SourceError> {
    let wrong = |reason: String| SourceError::Redirect { what: what.to_owned(), reason };
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let location = location.ok_or_else(|| wrong("its server names no target".into()))?;
    let target = from.join(location).map_err(|error| wrong(format!("its server names no URL: {error}")))?;
    let origin = target.origin();
    if target.scheme() == "https" || (origin == from.origin() && from.scheme() == "http") {
        Ok(target)
    } else {
        Err(wrong(format!("to {}, which is not encrypted", origin.ascii_serialization())))
    }
}

/// Returns whether the host is this machine, so that no third party can intercept the request.
///
/// A name below `localhost` may be answered by a name server, which need not be honest.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
        Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
        None => false,
    }
}
