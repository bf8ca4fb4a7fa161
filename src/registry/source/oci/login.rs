//! Access to a registry: its protocol, its demand for a login, and the login.

use std::time::Duration;

use oci_client::RegistryOperation;
use oci_client::errors::OciDistributionError;
use oci_client::secrets::RegistryAuth;
use reqwest::StatusCode;
use reqwest::header::WWW_AUTHENTICATE;
use tokio::time::timeout;
use url::Url;

use super::super::SourceError;
use super::super::web::{Credential, GetRequest, HttpAnswer, is_loopback};
use super::credentials;
use super::repository::Repository;
use super::session::{AccessRight, RegistrySession};
use crate::support::http::{HttpFailure, TlsFault};

impl Repository<'_> {
    /// Finds the registry, and logs in if it requires that.
    pub(super) async fn enter(&self, right: AccessRight) -> Result<RegistrySession, SourceError> {
        let (base, answer) = self.knock().await?;
        let challenge = answer.headers.get(WWW_AUTHENTICATE).and_then(|value| value.to_str().ok());
        let Some(challenge) = challenge.filter(|_| answer.status == StatusCode::UNAUTHORIZED) else {
            return match answer.status {
                status if status.is_success() => {
                    Ok(RegistrySession { base, login: None, auth: RegistryAuth::Anonymous, known: false })
                }
                status => {
                    Err(self.wrong(format!("doesn't implement the registry API: `/v2/` answers {}", status.as_u16())))
                }
            };
        };
        if base.scheme() == "https" && challenge.to_ascii_lowercase().contains("realm=\"http://") {
            let bearer = challenge.to_ascii_lowercase().starts_with("bearer");
            if bearer {
                return Err(self.wrong("requests the credentials over a connection that is not encrypted".into()));
            }
        }
        let registry = self.reference.resolve_registry();
        let auth = credentials::of(registry, self.options.docker_config.as_deref()).await?;
        let known = auth != RegistryAuth::Anonymous;
        let login = self.log_in(&base, &auth, right).await?;
        Ok(RegistrySession { base, login, auth, known })
    }

    /// Requests the registry's root. A registry on this machine may do without TLS: no third party
    /// can intercept the connection.
    async fn knock(&self) -> Result<(Url, HttpAnswer), SourceError> {
        let encrypted = self.root("https")?;
        let plain = is_loopback(&encrypted).then(|| self.root("http")).transpose()?;
        match (self.knock_at(&encrypted).await, plain) {
            (Err(SourceError::Unreachable { tls: Some(TlsFault::Protocol), .. }), Some(plain)) => {
                let answer = self.knock_at(&plain).await?;
                Ok((plain, answer))
            }
            (answer, _) => Ok((encrypted, answer?)),
        }
    }

    fn root(&self, scheme: &str) -> Result<Url, SourceError> {
        let text = format!("{scheme}://{}/", self.reference.resolve_registry());
        text.parse().map_err(|error| self.wrong(format!("has no valid address: {error}")))
    }

    async fn knock_at(&self, base: &Url) -> Result<HttpAnswer, SourceError> {
        let url = base.join("v2/").map_err(|error| self.wrong(format!("has no valid address: {error}")))?;
        let get = GetRequest {
            what: &self.what,
            url,
            accept: None,
            login: None,
            limit: 1 << 20,
            size: None,
            redirects: false,
        };
        self.web.get(&get, &mut |_, _| ()).await
    }

    async fn log_in(
        &self,
        base: &Url,
        auth: &RegistryAuth,
        right: AccessRight,
    ) -> Result<Option<Credential>, SourceError> {
        let client = self.client(base.scheme() == "https")?;
        let operation = match right {
            AccessRight::Pull => RegistryOperation::Pull,
            AccessRight::Push => RegistryOperation::Push,
        };
        let after: Duration = self.web.times.silence;
        let token = timeout(after, client.auth(self.reference, auth, operation)).await;
        let token = token.map_err(|_| SourceError::Silent { what: self.what.clone(), after })?;
        match (token.map_err(|error| self.refused(error, *auth != RegistryAuth::Anonymous))?, auth) {
            (Some(token), _) => Ok(Some(Credential::Bearer(token))),
            (None, RegistryAuth::Basic(user, password)) => Ok(Some(Credential::Basic(user.clone(), password.clone()))),
            (None, _) => Ok(None),
        }
    }

    /// Converts an error of the crate.
    pub(super) fn refused(&self, error: OciDistributionError, known: bool) -> SourceError {
        let what = self.what.clone();
        match error {
            OciDistributionError::RequestError(error) => {
                let HttpFailure { reason, tls } = HttpFailure::of(error);
                SourceError::Unreachable { what, reason, tls }
            }
            OciDistributionError::AuthenticationFailure(_)
            | OciDistributionError::UnauthorizedError { .. }
            | OciDistributionError::ServerError { code: 401 | 403, .. } => self.unauthorised(known),
            OciDistributionError::RegistryError { envelope, .. } => {
                use oci_client::errors::OciErrorCode::{Denied, Unauthorized};
                if envelope.errors.iter().any(|error| matches!(error.code, Denied | Unauthorized)) {
                    return self.unauthorised(known);
                }
                let reasons: Vec<_> =
                    envelope.errors.iter().map(|error| format!("{:?} {}", error.code, error.message)).collect();
                self.wrong(format!("refuses it: {}", reasons.join("; ")))
            }
            OciDistributionError::ServerError { code: code @ 500.., .. } => SourceError::Busy { what, status: code },
            OciDistributionError::ServerError { code, .. } => SourceError::Status { what, status: code },
            OciDistributionError::RegistryTokenDecodeError(_) => {
                self.wrong("hands out a token that can't be read".into())
            }
            other => self.wrong(format!("violates the protocol: {other}")),
        }
    }
}
