//! `wasi:http/outgoing-handler` on top of `Outbound`.

use std::error::Error as StdError;
use std::sync::Arc;

use http::{HeaderName, Request, Response};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use wasmtime_wasi_http::{Error, ForbiddenHeaderFilter, RequestOptions, WasiBody, WasiHttpHooks};

use super::error::HttpError;
use super::outbound::{Outbound, is_forbidden_header};
use crate::plugin::host::guest_log::GuestLog;
use crate::plugin::host::limits;
use crate::plugin::host::log_level::LogLevel;

type WasiResponse = (Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

/// The hooks through which wasmtime's `wasi:http` sends.
pub(in crate::plugin) struct WasiOutbound {
    pub(in crate::plugin) outbound: Outbound,
    /// wasi:http's error codes have no room for the reason of a refusal, so it is logged.
    pub(in crate::plugin) log: GuestLog,
}

impl WasiHttpHooks for WasiOutbound {
    fn forbidden_header_filter(&mut self) -> ForbiddenHeaderFilter {
        // A guest of wasi:http states the length of its body itself.
        Arc::new(|name: &HeaderName| is_forbidden_header(name) && name != http::header::CONTENT_LENGTH)
    }

    fn send_request(
        &mut self,
        request: Request<WasiBody>,
        _options: Option<RequestOptions>,
        _processed: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<WasiResponse, Error>> + Send> {
        let (outbound, log) = (self.outbound.clone(), self.log.clone());
        Box::new(async move {
            let (parts, body) = request.into_parts();
            let body = Limited::new(body, limits::HTTP_REQUEST_BYTES)
                .collect()
                .await
                .map_err(|error| limited(error, Error::HttpRequestBodySize(None)))?
                .to_bytes();
            let response =
                outbound.send(Request::from_parts(parts, body)).await.map_err(|error| error_code(error, &log))?;
            let response = response.map(|body| {
                Limited::new(body, limits::HTTP_RESPONSE_BYTES)
                    .map_err(|error| limited(error, Error::HttpResponseBodySize(None)))
                    .boxed_unsync()
            });
            // The connection is driven by reqwest's client: nothing is left to do here.
            let done: Box<dyn Future<Output = Result<(), Error>> + Send> = Box::new(async { Ok(()) });
            Ok((response, done))
        })
    }
}

fn limited(error: Box<dyn StdError + Send + Sync>, exceeded: Error) -> Error {
    if error.is::<LengthLimitError>() {
        return exceeded;
    }
    match error.downcast::<Error>() {
        Ok(error) => *error,
        Err(error) => Error::InternalError(Some(error.to_string())),
    }
}

fn error_code(error: HttpError, log: &GuestLog) -> Error {
    match error {
        HttpError::Refused(why) => {
            log.write(LogLevel::Warn, &why);
            Error::HttpRequestDenied
        }
        HttpError::Invalid(_) => Error::HttpRequestUriInvalid,
        HttpError::Unreachable(_) => Error::DestinationUnavailable,
        HttpError::Unexpected(_) => {
            log.write(LogLevel::Error, &error.to_string());
            Error::DestinationUnavailable
        }
        HttpError::Limit(why) => Error::InternalError(Some(why)),
    }
}
