//! The outgoing requests of one call, checked, limited and sent.

use std::error::Error as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use url::{Host, Url};
use wasmtime_wasi_http::DEFAULT_FORBIDDEN_HEADERS;

use super::address::{self, NotPublic};
use super::client::HttpClients;
use super::error::HttpError;
use super::sender::HttpMode;
use crate::config::Origin;
use crate::plugin::call_trace::{CallTracer, RequestOutcome, TracedRequest};
use crate::plugin::host::guest_text::printable;
use crate::plugin::host::limits;
use crate::plugin::host::secrets::Redactor;
use crate::plugin::permissions::Permissions;

/// The sender of one call's requests.
#[derive(Clone)]
pub(in crate::plugin) struct Outbound {
    clients: Arc<HttpClients>,
    permissions: Arc<Permissions>,
    sent: Arc<AtomicUsize>,
    sending: HttpMode,
    redactor: Redactor,
    tracer: CallTracer,
}

impl Outbound {
    pub(in crate::plugin) fn new(
        clients: Arc<HttpClients>,
        permissions: Arc<Permissions>,
        sending: HttpMode,
        redactor: Redactor,
        tracer: CallTracer,
    ) -> Self {
        Self { clients, permissions, sent: Arc::default(), sending, redactor, tracer }
    }

    /// Sends the request and waits for the head of the answer. The caller limits the body of the
    /// answer, and the time.
    pub(in crate::plugin) async fn send(&self, request: Request<Bytes>) -> Result<Response<reqwest::Body>, HttpError> {
        if !self.tracer.is_recording() {
            return self.answer(request).await;
        }
        let (method, url) =
            (request.method().to_string(), printable(&self.redactor.redact(&request.uri().to_string())));
        let answer = self.answer(request).await;
        let outcome = match &answer {
            Ok(response) => RequestOutcome::Answered(response.status().as_u16()),
            Err(HttpError::Unreachable(why)) => RequestOutcome::Failed(why.clone()),
            Err(HttpError::Unexpected(why)) => RequestOutcome::Unexpected(why.clone()),
            Err(HttpError::Invalid(why) | HttpError::Refused(why) | HttpError::Limit(why)) => {
                RequestOutcome::Refused(why.clone())
            }
        };
        self.tracer.record(|trace| trace.requests.push(TracedRequest { method, url, outcome }));
        answer
    }

    async fn answer(&self, request: Request<Bytes>) -> Result<Response<reqwest::Body>, HttpError> {
        if self.sent.fetch_add(1, Ordering::Relaxed) >= limits::HTTP_REQUESTS {
            return Err(HttpError::Limit(format!("more than {} requests in one call", limits::HTTP_REQUESTS)));
        }
        if request.method() == http::Method::CONNECT {
            return Err(HttpError::Invalid(
                "the method `CONNECT` opens a tunnel, and a plugin sends requests only".into(),
            ));
        }
        check_size(&request)?;
        let url = Url::parse(&request.uri().to_string())
            .map_err(|error| HttpError::Invalid(format!("the URL is not valid: {error}")))?;
        let origin = self.granted(&url)?;
        self.check_literal(&url)?;
        let response = match self.sending.replayed(&request, &self.redactor) {
            Some(replayed) => replayed?,
            None => self.over_the_network(&origin, &url, request).await?,
        };
        if header_bytes(response.headers()) > limits::HTTP_HEADER_BYTES {
            return Err(HttpError::Limit(format!(
                "an answer with more than {} KiB of headers",
                limits::HTTP_HEADER_BYTES / 1024
            )));
        }
        Ok(response)
    }

    async fn over_the_network(
        &self,
        origin: &Origin,
        url: &Url,
        request: Request<Bytes>,
    ) -> Result<Response<reqwest::Body>, HttpError> {
        let client = self.client_for(url)?;
        let taped = self.sending.taped(&request, &self.redactor);
        let request = reqwest::Request::try_from(request)
            .map_err(|error| HttpError::Invalid(format!("the request is not valid: {}", error.without_url())))?;
        let answer = client.execute(request).await.map(Response::from).map_err(|error| unreachable(origin, error));
        self.sending.recorded(taped, answer, &self.redactor).await
    }

    fn granted(&self, url: &Url) -> Result<Origin, HttpError> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err(HttpError::Invalid("a URL with a user or password is not allowed".into()));
        }
        let origin =
            Origin::of(url).ok_or_else(|| HttpError::Invalid(format!("`{}` URLs can't be requested", url.scheme())))?;
        if self.permissions.http.contains(&origin) {
            Ok(origin)
        } else {
            Err(HttpError::Refused(format!(
                "requests to {origin} are not granted: the plugin must ask for it, and `allow.http` in `lback.toml` name it"
            )))
        }
    }

    /// A literal address is never resolved, so the resolver can't check it.
    fn check_literal(&self, url: &Url) -> Result<(), HttpError> {
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(address.into()),
            Some(Host::Ipv6(address)) => Some(address.into()),
            Some(Host::Domain(_)) | None => None,
        };
        if let Some(literal) = literal
            && !self.permissions.private
        {
            address::check(literal).map_err(refused)?;
        }
        Ok(())
    }

    fn client_for(&self, url: &Url) -> Result<&reqwest::Client, HttpError> {
        // The URL is parsed as reqwest parses it: a host has several spellings, and `NO_PROXY` must
        // match the same ones.
        let uri = url.as_str().parse().map_err(|error| HttpError::Invalid(format!("the URL is not valid: {error}")))?;
        let tls = url.scheme() == "https";
        let client = if self.clients.is_proxied(&uri) {
            self.clients.proxied()
        } else if self.permissions.private {
            self.clients.any(tls)
        } else {
            self.clients.public(tls)
        };
        client.map_err(HttpError::Unreachable)
    }
}

fn check_size(request: &Request<Bytes>) -> Result<(), HttpError> {
    let headers = request.headers();
    if headers.len() > limits::HTTP_HEADERS || header_bytes(headers) > limits::HTTP_HEADER_BYTES {
        return Err(HttpError::Limit(format!(
            "more than {} headers, or {} KiB of them",
            limits::HTTP_HEADERS,
            limits::HTTP_HEADER_BYTES / 1024
        )));
    }
    if request.body().len() > limits::HTTP_REQUEST_BYTES {
        return Err(HttpError::Limit(format!("a body of more than {} KiB", limits::HTTP_REQUEST_BYTES / 1024)));
    }
    Ok(())
}

fn header_bytes(headers: &http::HeaderMap) -> usize {
    headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum()
}

/// Returns whether a plugin may not set this header, because the header changes how the request is
/// delivered.
pub(in crate::plugin) fn is_forbidden_header(name: &http::HeaderName) -> bool {
    DEFAULT_FORBIDDEN_HEADERS.contains(name) || name == http::header::CONTENT_LENGTH
}

fn refused(cause: NotPublic) -> HttpError {
    HttpError::Refused(format!("{cause}: it needs `allow.private = true` in `lback.toml`"))
}

/// The message never has the URL: its path may be a secret.
fn unreachable(origin: &Origin, error: reqwest::Error) -> HttpError {
    let error = error.without_url();
    let mut cause = error.source();
    let mut last = error.to_string();
    while let Some(inner) = cause {
        if let Some(not_public) = inner.downcast_ref::<NotPublic>() {
            return refused(*not_public);
        }
        last = inner.to_string();
        cause = inner.source();
    }
    HttpError::Unreachable(format!("no answer from {origin}: {last}"))
}
