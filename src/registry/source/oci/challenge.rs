//! A registry's demand for a login: the header `WWW-Authenticate`.
//!
//! The demand decides where the user's stored login goes, and it is the registry's word. So the
//! header is parsed as RFC 9110 defines it, and one that can be read in two ways is refused.

use http_auth::{ChallengeRef, parse_challenges};
use reqwest::header::{HeaderMap, WWW_AUTHENTICATE};
use url::Url;

use super::super::web::is_loopback;
use crate::support::printable::printable_line;

/// The largest size of a header, of a realm and of a service, in bytes.
const MAX_HEADER_BYTES: usize = 8 * 1024;
const MAX_REALM_BYTES: usize = 2 * 1024;
const MAX_SERVICE_BYTES: usize = 1024;

/// The login that a registry demands.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum LoginChallenge {
    /// A token of the server `realm`, for requests to `service`.
    Bearer { realm: Url, service: Option<String> },
    /// A name and a password with each request.
    Basic,
}

/// The reason why a demand isn't followed. It completes the sentence "the registry of … …".
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum ChallengeError {
    #[error("demands a login without a `WWW-Authenticate`")]
    Missing,
    #[error("demands a login in a form that can't be read")]
    Unreadable,
    #[error("demands a login of a kind that lback doesn't know: `{0}`")]
    UnknownScheme(String),
    #[error("names no server for its login, or several")]
    NoRealm,
    #[error("names a server for its login that is no valid URL")]
    InvalidRealm,
    #[error("requests the credentials over a connection that is not encrypted")]
    NotEncrypted,
}

impl LoginChallenge {
    /// Reads the demand of the registry at `base`.
    pub(super) fn of(headers: &HeaderMap, base: &Url) -> Result<Self, ChallengeError> {
        let mut texts = Vec::new();
        for value in headers.get_all(WWW_AUTHENTICATE) {
            let text = value.to_str().map_err(|_| ChallengeError::Unreadable)?;
            texts.push(text);
        }
        if texts.is_empty() {
            return Err(ChallengeError::Missing);
        }
        if texts.iter().map(|text| text.len()).sum::<usize>() > MAX_HEADER_BYTES {
            return Err(ChallengeError::Unreadable);
        }
        let mut challenges = Vec::new();
        for text in texts {
            challenges.extend(parse_challenges(text).map_err(|_| ChallengeError::Unreadable)?);
        }
        Self::chosen(&challenges, base)
    }

    /// Chooses a token over a password, which each request would carry.
    fn chosen(challenges: &[ChallengeRef<'_>], base: &Url) -> Result<Self, ChallengeError> {
        let of_scheme = |scheme: &str| challenges.iter().find(|found| found.scheme.eq_ignore_ascii_case(scheme));
        if let Some(bearer) = of_scheme("bearer") {
            return Self::bearer(bearer, base);
        }
        if of_scheme("basic").is_some() {
            let is_safe = base.scheme() == "https" || is_loopback(base);
            return if is_safe { Ok(Self::Basic) } else { Err(ChallengeError::NotEncrypted) };
        }
        let scheme = challenges.first().map(|challenge| challenge.scheme).unwrap_or_default();
        Err(ChallengeError::UnknownScheme(printable_line(scheme).chars().take(40).collect()))
    }

    fn bearer(challenge: &ChallengeRef<'_>, base: &Url) -> Result<Self, ChallengeError> {
        let only = |name: &str| {
            let mut values = challenge.params.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name));
            let value = values.next().map(|(_, value)| value.to_unescaped());
            if values.next().is_some() { Err(ChallengeError::NoRealm) } else { Ok(value) }
        };
        let realm = only("realm")?.ok_or(ChallengeError::NoRealm)?;
        let service = only("service")?;
        let is_long = service.as_ref().is_some_and(|service| service.len() > MAX_SERVICE_BYTES);
        if realm.len() > MAX_REALM_BYTES || is_long {
            return Err(ChallengeError::Unreadable);
        }
        Ok(Self::Bearer { realm: realm_at(&realm, base)?, service })
    }
}

/// Returns the address of the login's server. It may be another host than the registry, as with
/// Docker: a registry that gets a login could send it on anyway. It must be encrypted; only a
/// registry on this machine without TLS may name another server on this machine without.
fn realm_at(text: &str, base: &Url) -> Result<Url, ChallengeError> {
    let realm = Url::parse(text).map_err(|_| ChallengeError::InvalidRealm)?;
    let has_user_or_no_host = !realm.has_host() || !realm.username().is_empty() || realm.password().is_some();
    if has_user_or_no_host || realm.fragment().is_some() {
        return Err(ChallengeError::InvalidRealm);
    }
    match realm.scheme() {
        "https" => Ok(realm),
        "http" if base.scheme() == "http" && is_loopback(base) && is_loopback(&realm) => Ok(realm),
        _ => Err(ChallengeError::NotEncrypted),
    }
}
