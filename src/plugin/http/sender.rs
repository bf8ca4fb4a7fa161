//! The handling of a checked request: it is sent, sent and recorded, or answered from a recording.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Limited};

use super::error::HttpError;
use super::tape::{Exchange, NotOnTape, Tape, TapedAnswer, TapedRequest};
use crate::plugin::host::limits;
use crate::plugin::host::secrets::Redactor;

/// The source of the answers to requests.
#[derive(Clone, Default)]
pub(crate) enum HttpMode {
    /// Requests are sent.
    #[default]
    Network,
    /// Requests are sent, and each exchange is recorded.
    Record(Arc<Tape>),
    /// Requests are answered from a recording. Nothing is sent, and no name is resolved.
    Replay(Arc<Tape>),
}

impl HttpMode {
    /// Returns the recording's answer; `None` if requests are sent.
    pub(super) fn replayed(
        &self,
        request: &Request<Bytes>,
        redactor: &Redactor,
    ) -> Option<Result<Response<reqwest::Body>, HttpError>> {
        let Self::Replay(tape) = self else { return None };
        Some(match tape.answer(&TapedRequest::of(request, redactor)) {
            Ok(TapedAnswer::Response(response)) => response.restored(),
            Ok(TapedAnswer::Error(why)) => Err(HttpError::Unreachable(why)),
            Err(NotOnTape(difference)) => Err(HttpError::Unexpected(difference)),
        })
    }

    /// Records the exchange, if exchanges are recorded. Only then is the body read here rather than
    /// by the guest.
    pub(super) async fn recorded(
        &self,
        request: Option<TapedRequest>,
        answer: Result<Response<reqwest::Body>, HttpError>,
        redactor: &Redactor,
    ) -> Result<Response<reqwest::Body>, HttpError> {
        let (Self::Record(tape), Some(request)) = (self, request) else { return answer };
        match answer {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let body = Limited::new(body, limits::HTTP_RESPONSE_BYTES).collect().await;
                let body = body.map(http_body_util::Collected::to_bytes).map_err(|_| {
                    HttpError::Unreachable("the answer could not be recorded: it broke off, or is too large".into())
                })?;
                let response = Response::from_parts(head, body);
                tape.keep(Exchange::answered(request, &response, redactor));
                Ok(response.map(reqwest::Body::from))
            }
            Err(HttpError::Unreachable(why)) => {
                tape.keep(Exchange::failed(request, &why));
                Err(HttpError::Unreachable(why))
            }
            Err(other) => Err(other),
        }
    }

    /// Returns the request in its recorded form; `None` if nothing is recorded.
    pub(super) fn taped(&self, request: &Request<Bytes>, redactor: &Redactor) -> Option<TapedRequest> {
        matches!(self, Self::Record(_)).then(|| TapedRequest::of(request, redactor))
    }
}
