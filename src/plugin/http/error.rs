//! The reason why a request got no answer.

/// The reason why a request got no answer.
#[derive(Debug, thiserror::Error)]
pub(in crate::plugin) enum HttpError {
    #[error("{0}")]
    Invalid(String),
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Unreachable(String),
    #[error("{0}")]
    Limit(String),
    /// The recording, which answers instead of the network, doesn't have the request.
    #[error("the request is not in the recording: {0}")]
    Unexpected(String),
}
