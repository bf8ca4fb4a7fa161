//! The common part of lback's HTTP clients: their construction, and the description of failed
//! requests.
//!
//! TLS is rustls with `ring`; the roots are the system's, or those of `SSL_CERT_FILE`; proxies are
//! those of the environment (`HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY`). The owner of each client
//! decides what may be requested, and how long it may take.

use std::error::Error;
use std::io;

use reqwest::{Client, ClientBuilder, redirect, retry};

pub(crate) const USER_AGENT: &str = concat!("lback/", env!("CARGO_PKG_VERSION"));

/// A client that follows no redirect and never retries.
pub(crate) fn builder() -> ClientBuilder {
    choose_cryptography();
    Client::builder().user_agent(USER_AGENT).redirect(redirect::Policy::none()).retry(retry::never()).referer(false)
}

/// Selects the implementation of cryptography for rustls; further calls have no effect.
pub(crate) fn choose_cryptography() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// The reason why a request got no answer: the innermost cause, which never contains the URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpFailure {
    pub(crate) reason: String,
    /// The fault of the server in TLS, if there is one.
    pub(crate) tls: Option<TlsFault>,
}

/// A fault of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsFault {
    /// The server's certificate isn't trusted.
    Certificate,
    /// The server doesn't speak TLS, or no version that this client accepts.
    Protocol,
    /// The server closed the connection before TLS had begun.
    HungUp,
}

impl HttpFailure {
    pub(crate) fn of(error: reqwest::Error) -> Self {
        let may_hang_up = error.is_connect() && error.url().is_some_and(|url| url.scheme() == "https");
        let error = error.without_url();
        let mut answer = Self { reason: error.to_string(), tls: None };
        let mut cause = error.source();
        while let Some(inner) = cause {
            answer.reason = inner.to_string();
            answer.tls =
                answer.tls.or(tls_fault(inner)).or((may_hang_up && hung_up(inner)).then_some(TlsFault::HungUp));
            cause = inner.source();
        }
        answer
    }
}

fn hung_up(error: &(dyn Error + 'static)) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    let Some(error) = error.downcast_ref::<io::Error>() else { return false };
    let is_end = [BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof].contains(&error.kind());
    // An `io::Error` hides the error that it wraps from `source`.
    is_end || error.get_ref().is_some_and(|inner| hung_up(inner))
}

fn tls_fault(error: &(dyn Error + 'static)) -> Option<TlsFault> {
    if let Some(fault) = error.downcast_ref() {
        return Some(match fault {
            rustls::Error::InvalidCertificate(_) | rustls::Error::NoCertificatesPresented => TlsFault::Certificate,
            _ => TlsFault::Protocol,
        });
    }
    // An `io::Error` hides the error that it wraps from `source`.
    tls_fault(error.downcast_ref::<io::Error>()?.get_ref()?)
}
