//! Access to a registry: its protocol, its demand for a login, and the login.

use std::time::Duration;

use reqwest::StatusCode;
use tokio::time::timeout;
use url::Url;

use super::super::SourceError;
use super::super::web::{ATTEMPTS, Credential, GetRequest, HttpAnswer, is_loopback};
use super::challenge::LoginChallenge;
use super::credentials;
use super::repository::Repository;
use super::session::{AccessRight, RegistrySession};
use super::token::{self, MAX_ANSWER_BYTES};
use crate::support::http::TlsFault;

/// The time after which a registry on this machine is asked without TLS.
const TLS_ON_THIS_MACHINE: Duration = Duration::from_secs(2);

impl Repository<'_> {
    /// Finds the registry, and logs in if it requires that.
    pub(super) async fn enter(&self, right: AccessRight) -> Result<RegistrySession, SourceError> {
        let (base, answer) = self.knock().await?;
        match answer.status {
            StatusCode::UNAUTHORIZED => {}
            status if status.is_success() => return Ok(RegistrySession { base, login: None, known: false }),
            status => {
                let reason = format!("doesn't implement the registry API: `/v2/` answers {}", status.as_u16());
                return Err(self.wrong(reason));
            }
        }
        // Read before the stored login: it may ask the user.
        let challenge = LoginChallenge::of(&answer.headers, &base).map_err(|error| self.wrong(error.to_string()))?;
        let registry = self.reference.resolve_registry();
        let stored = credentials::of(registry, self.options.docker_config.as_deref()).await?;
        let known = stored.is_some();
        let login = match challenge {
            LoginChallenge::Basic => stored,
            LoginChallenge::Bearer { realm, service } => {
                Some(self.token(realm, service.as_deref(), stored.as_ref(), right).await?)
            }
        };
        Ok(RegistrySession { base, login, known })
    }

    /// Requests the registry's root. A registry on this machine may do without TLS: no third party
    /// can intercept the connection.
    async fn knock(&self) -> Result<(Url, HttpAnswer), SourceError> {
        let encrypted = self.root("https")?;
        if is_loopback(&encrypted) {
            // A server without TLS answers a TLS hello with an error, hangs up, or waits for more.
            match timeout(TLS_ON_THIS_MACHINE, self.knock_at(&encrypted, 1)).await {
                Ok(Err(SourceError::Unreachable { tls: Some(TlsFault::Protocol | TlsFault::HungUp), .. })) => {
                    let plain = self.root("http")?;
                    let answer = self.knock_at(&plain, ATTEMPTS).await?;
                    return Ok((plain, answer));
                }
                Ok(Err(error)) if error.is_transient() => {}
                Ok(answer) => return Ok((encrypted, answer?)),
                Err(_) => {
                    let plain = self.root("http")?;
                    // Otherwise it is a slow server with TLS.
                    if let Ok(answer) = self.knock_at(&plain, 1).await {
                        return Ok((plain, answer));
                    }
                }
            }
        }
        let answer = self.knock_at(&encrypted, ATTEMPTS).await?;
        Ok((encrypted, answer))
    }

    fn root(&self, scheme: &str) -> Result<Url, SourceError> {
        let text = format!("{scheme}://{}/", self.reference.resolve_registry());
        text.parse().map_err(|error| self.wrong(format!("has no valid address: {error}")))
    }

    async fn knock_at(&self, base: &Url, attempts: u32) -> Result<HttpAnswer, SourceError> {
        let url = base.join("v2/").map_err(|error| self.wrong(format!("has no valid address: {error}")))?;
        let get = GetRequest {
            what: &self.what,
            url,
            accept: None,
            login: None,
            limit: 1 << 20,
            size: None,
            redirects: false,
            attempts,
        };
        self.web.get(&get, &mut |_, _| ()).await
    }

    /// Gets a token for the repository. A redirect is refused: it would name another server for the
    /// login.
    async fn token(
        &self,
        mut realm: Url,
        service: Option<&str>,
        stored: Option<&Credential>,
        right: AccessRight,
    ) -> Result<Credential, SourceError> {
        let actions = match right {
            AccessRight::Pull => "pull",
            AccessRight::Push => "pull,push",
        };
        let scope = format!("repository:{}:{actions}", self.reference.repository());
        realm.query_pairs_mut().append_pair("scope", &scope);
        if let Some(service) = service {
            realm.query_pairs_mut().append_pair("service", service);
        }
        let get = GetRequest {
            what: &self.what,
            url: realm,
            accept: None,
            login: stored,
            limit: MAX_ANSWER_BYTES,
            size: None,
            redirects: false,
            attempts: ATTEMPTS,
        };
        let answer = self.web.get(&get, &mut |_, _| ()).await?;
        match answer.status {
            status if status.is_success() => {}
            StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
                return Err(self.unauthorised(stored.is_some()));
            }
            status if status.is_redirection() => return Err(self.wrong("redirects its login".into())),
            status => return Err(self.wrong(format!("has a login server that answers {}", status.as_u16()))),
        }
        let token = token::token(&answer.body);
        token.map(Credential::Bearer).ok_or_else(|| self.wrong("hands out a token that can't be read".into()))
    }
}
