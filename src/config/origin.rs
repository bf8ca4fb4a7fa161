//! A web origin (RFC 6454): the scheme, host and port of an HTTP permission.

use std::{fmt, str::FromStr};

use url::{Host, Url};

/// A scheme, a host and a port, normalised by the URL standard: lower case, IDNA, and an explicit
/// port. Two origins are equal if all three are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Origin {
    scheme: Scheme,
    host: Host<String>,
    port: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Scheme {
    Http,
    Https,
}

/// The reason why a text is not an origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum OriginError {
    #[error("it has no scheme")]
    NoScheme,
    #[error("its scheme is not `http` or `https`")]
    OtherScheme,
    #[error("it has a wildcard")]
    Wildcard,
    #[error("it has a user name or password")]
    UserInfo,
    #[error("it has a path, a query or a fragment")]
    Path,
    #[error("it has a space, a backslash or a control character")]
    Character,
    #[error("its port is 0")]
    NoPort,
    #[error(transparent)]
    Url(#[from] url::ParseError),
}

impl Origin {
    /// Returns the origin of a request to `url`; `None` if its scheme is not `http` or `https`.
    pub(crate) fn of(url: &Url) -> Option<Self> {
        let scheme = match url.scheme() {
            "http" => Scheme::Http,
            "https" => Scheme::Https,
            _ => return None,
        };
        Some(Self { scheme, host: url.host()?.to_owned(), port: url.port_or_known_default()? })
    }

    pub(crate) fn host(&self) -> &Host<String> {
        &self.host
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    /// Parses an origin, more strictly than a URL parser, which corrects many errors silently: a
    /// grant must state exactly what it grants.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '\\') {
            return Err(OriginError::Character);
        }
        let (scheme, rest) = text.split_once("://").ok_or(OriginError::NoScheme)?;
        if !["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) {
            return Err(OriginError::OtherScheme);
        }
        if rest.contains('*') {
            return Err(OriginError::Wildcard);
        }
        // After the host only the single slash that browsers write is allowed.
        if rest.strip_suffix('/').unwrap_or(rest).contains(['/', '?', '#']) {
            return Err(OriginError::Path);
        }
        if rest.contains('@') {
            return Err(OriginError::UserInfo);
        }
        let origin = Self::of(&Url::parse(text)?).ok_or(OriginError::OtherScheme)?;
        if origin.port == 0 {
            return Err(OriginError::NoPort);
        }
        Ok(origin)
    }
}

impl fmt::Display for Origin {
    /// Formats the origin as in a URL, without the default port of the scheme.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, own_port) = match self.scheme {
            Scheme::Http => ("http", 80),
            Scheme::Https => ("https", 443),
        };
        write!(f, "{scheme}://{}", self.host)?;
        if self.port == own_port { Ok(()) } else { write!(f, ":{}", self.port) }
    }
}
