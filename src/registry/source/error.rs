//! The errors of sources.
//!
//! `what` is always the source as the user wrote it: a URL from a server may contain a secret.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::support::digest::Digest;
use crate::support::exit::Exit;
use crate::support::http::TlsFault;
use crate::support::user_error::UserError;

#[derive(Debug, thiserror::Error)]
pub(crate) enum SourceError {
    #[error("the file `{}` does not exist", .0.display())]
    Missing(PathBuf),
    #[error("cannot read the file `{}`: {cause}", .path.display())]
    Unreadable { path: PathBuf, cause: io::Error },
    #[error("`{what}` has more than {}, the limit", size(*.limit))]
    TooLarge { what: String, limit: u64 },
    #[error("the plugin `{0}` in lback's program is damaged")]
    Damaged(String),
    #[error("`{0}` can't be fetched: lback works offline")]
    Offline(String),
    #[error("`{what}` has changed: its digest is {found}, and {locked} is locked")]
    Changed { what: String, locked: Digest, found: Digest },

    #[error("cannot set up HTTP: {0}")]
    Client(String),
    #[error("cannot reach `{what}`: {reason}")]
    Unreachable { what: String, reason: String, tls: Option<TlsFault> },
    #[error("`{what}` sent nothing for {}", humantime::format_duration(*.after))]
    Silent { what: String, after: Duration },
    #[error("`{what}` did not arrive within {}", humantime::format_duration(*.after))]
    Slow { what: String, after: Duration },
    #[error("`{what}` is unavailable: its server answers {status}")]
    Busy { what: String, status: u16 },
    #[error("`{what}` was received only in part: {received} of {} bytes", expected.map_or_else(|| "an unknown number of".to_owned(), |bytes| bytes.to_string()))]
    Truncated { what: String, received: u64, expected: Option<u64> },
    #[error("`{what}` is not accessible: {}", if *.known { "these credentials may not have it" } else { "it needs credentials" })]
    Unauthorised {
        what: String,
        /// The registry to log in to; `None` for a web server.
        registry: Option<String>,
        /// True if credentials were sent.
        known: bool,
    },
    #[error("cannot get the credentials for `{registry}`: {reason}")]
    Credentials { registry: String, reason: String },
    #[error("there is no `{what}`")]
    NotFound { what: String, registry: bool },
    #[error("`{what}` is not accessible: its server answers {status}")]
    Status { what: String, status: u16 },
    #[error("the registry has no longer what is locked for `{what}`, the manifest {manifest}")]
    Gone { what: String, manifest: Digest },
    #[error("`{what}` has an invalid redirect: {reason}")]
    Redirect { what: String, reason: String },
    #[error("the registry of `{what}` {reason}")]
    Registry { what: String, reason: String },
    #[error("`{what}` was changed in transit: its digest is {found}, and {expected} was announced")]
    Corrupt { what: String, expected: Digest, found: Digest },
    #[error("the manifest of `{what}` is not valid: {reason}")]
    Manifest { what: String, reason: String },
    #[error("`{what}` is not a WebAssembly artifact: its {part} is of the type `{media_type}`")]
    NotAnArtifact { what: String, part: &'static str, media_type: String },
    #[error("`{what}` has {count} layers, and a plugin is one")]
    Layers { what: String, count: usize },
}

impl SourceError {
    /// Returns whether the source was unavailable, in contrast to wrong content.
    pub(crate) fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::Offline(_)
                | Self::Client(_)
                | Self::Unreachable { .. }
                | Self::Silent { .. }
                | Self::Slow { .. }
                | Self::Busy { .. }
                | Self::Truncated { .. }
                | Self::Unauthorised { .. }
                | Self::Credentials { .. }
                | Self::NotFound { .. }
                | Self::Gone { .. }
                | Self::Status { .. }
                | Self::Redirect { .. }
                | Self::Registry { .. }
        )
    }

    /// Returns whether a retry may succeed.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { tls, .. } => matches!(tls, None | Some(TlsFault::HungUp)),
            Self::Busy { .. } | Self::Truncated { .. } => true,
            _ => false,
        }
    }

    /// Returns the next step for the user.
    pub(crate) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Missing(_) => "build or copy the plugin there, or correct its source".into(),
            Self::Damaged(_) => "install lback again".into(),
            Self::Offline(_) => "leave `--offline` out, or take the plugin from a file".into(),
            Self::Changed { .. } => {
                "if the new one is wanted, `lback plugin update` takes it; if not, ask who publishes it".into()
            }
            Self::Unreachable { tls: Some(TlsFault::Certificate), .. } => {
                "lback trusts the system's roots; `SSL_CERT_FILE` can name a file with those of your network".into()
            }
            Self::Unreachable { tls: Some(TlsFault::Protocol), .. } => {
                "lback speaks TLS 1.2 and 1.3; plain HTTP is for registries on this machine only".into()
            }
            Self::Unreachable { tls: Some(TlsFault::HungUp), .. } => {
                "the server closed the connection where TLS begins: check the port; plain HTTP is for registries on this machine only".into()
            }
            Self::Unreachable { .. } => {
                "check the name and the network; `HTTPS_PROXY` names a proxy, where there is one".into()
            }
            Self::Silent { .. } => "`LBACK_HTTP_TIMEOUT` says how long a server may be silent, as `2m`".into(),
            Self::Slow { .. } | Self::Busy { .. } | Self::Truncated { .. } => "try again later".into(),
            Self::Unauthorised { registry: Some(registry), known: false, .. } => {
                format!("`docker login {registry}` stores the credentials that lback uses")
            }
            Self::Unauthorised { registry: Some(registry), known: true, .. } => {
                format!("`docker login {registry}` replaces the credentials; a push needs the right to write")
            }
            Self::Unauthorised { registry: None, .. } => {
                "lback logs in to registries only: put the plugin in one, or download the file".into()
            }
            Self::Credentials { .. } => {
                "lback reads Docker's `config.json` (in `DOCKER_CONFIG`, or `~/.docker`) and runs the helpers it names"
                    .into()
            }
            Self::NotFound { registry: true, .. } => {
                "check the repository and the tag; some registries say this as well where credentials are lacking"
                    .into()
            }
            Self::NotFound { registry: false, .. } => "check the URL".into(),
            Self::Gone { .. } => {
                "`lback plugin update` takes what the source stands for now; a vendor folder keeps what is locked"
                    .into()
            }
            Self::Redirect { .. } => "write the final address, if it can be trusted".into(),
            Self::Corrupt { .. } => "try again; if it stays, the registry or a proxy before it is broken".into(),
            Self::NotAnArtifact { .. } | Self::Layers { .. } => {
                "`lback plugin publish` and `wkg oci push` make artifacts that hold a component".into()
            }
            Self::TooLarge { .. } => "a plugin built optimised for size is smaller".into(),
            Self::Unreadable { .. }
            | Self::Client(_)
            | Self::Status { .. }
            | Self::Registry { .. }
            | Self::Manifest { .. } => return None,
        })
    }
}

fn size(bytes: u64) -> String {
    bytesize::ByteSize(bytes).to_string()
}

impl UserError for SourceError {
    fn exit(&self) -> Exit {
        if self.is_unavailable() { Exit::Unavailable } else { Exit::InvalidPlugin }
    }

    fn hint(&self) -> Option<String> {
        self.hint()
    }
}
