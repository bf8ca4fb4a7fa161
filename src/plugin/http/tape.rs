//! A recording of HTTP exchanges: a file that a person can read and change, from which a plugin's
//! tests are answered without a network.
//!
//! Values of secrets are replaced by their names before anything is kept, and compared in the same
//! form, so that a recording holds under other values as well. What the recording doesn't have is
//! never sent.

use std::fmt::Write as _;
use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::HttpError;
use super::response::response;
use crate::plugin::host::secrets::Redactor;
use crate::support::{read_file, write_file};

const FORMAT: u32 = 1;
/// Headers that are credentials whatever their value is.
const HIDDEN: [&str; 5] = ["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"];

/// A recording, in the form of its file.
#[derive(Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "lback plugin test --record")]
pub(crate) struct Recording {
    /// The form of this document.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
    /// The exchanges in the order in which they were made. Each answers one request.
    exchanges: Vec<Exchange>,
}

/// A request, and its response or error.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exchange {
    request: TapedRequest,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    response: Option<TapedResponse>,
    /// The reason why there was no response.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// A request. Method, URL and body must match to be answered; headers are for the reader.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TapedRequest {
    method: String,
    /// `[secret NAME]` stands for the value of a secret.
    url: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: Body,
}

#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TapedResponse {
    status: u16,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    body: Body,
}

/// A body, in the form in which it is read best.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Body {
    #[default]
    Empty,
    /// Compared as JSON: the order of keys doesn't matter.
    Json(Value),
    Text(String),
    /// Bytes that are not text, in Base64.
    Base64(String),
}

/// The recorded answer to a request.
pub(super) enum TapedAnswer {
    Response(TapedResponse),
    Error(String),
}

/// A request that isn't in the recording, with its difference from the nearest recorded one.
pub(super) struct NotOnTape(pub(super) String);

/// The reason why a recording can't be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum TapeError {
    #[error("cannot read it: {0}")]
    Read(io::Error),
    #[error("it is not a recording: {0}")]
    Invalid(serde_json::Error),
    #[error("it has the form {0}, and this lback reads {FORMAT}")]
    OtherFormat(u32),
    #[error("cannot write it: {0}")]
    Write(io::Error),
}

/// A recording that is being made, or that answers requests.
#[derive(Debug, Default)]
pub(crate) struct Tape(Mutex<TapeState>);

#[derive(Debug, Default)]
struct TapeState {
    exchanges: Vec<Exchange>,
    used: Vec<bool>,
}

impl Tape {
    pub(crate) fn read(path: &Path) -> Result<Self, TapeError> {
        let text = read_file::read(path, read_file::WRITTEN_BY_PROGRAMS).map_err(TapeError::Read)?;
        let recording: Recording = serde_json::from_slice(&text).map_err(TapeError::Invalid)?;
        if recording.format != FORMAT {
            return Err(TapeError::OtherFormat(recording.format));
        }
        let used = vec![false; recording.exchanges.len()];
        Ok(Self(Mutex::new(TapeState { exchanges: recording.exchanges, used })))
    }

    /// Writes the recorded exchanges, and returns their number.
    pub(crate) fn write(&self, path: &Path) -> Result<usize, TapeError> {
        let exchanges = self.state().exchanges.clone();
        let count = exchanges.len();
        let recording = Recording { format: FORMAT, exchanges };
        let mut text = serde_json::to_string_pretty(&recording).map_err(TapeError::Invalid)?;
        text.push('\n');
        write_file::write(path, text.as_bytes()).map_err(TapeError::Write)?;
        Ok(count)
    }

    /// Returns the number of recorded exchanges that no request has used.
    pub(crate) fn left(&self) -> usize {
        self.state().used.iter().filter(|used| !**used).count()
    }

    pub(super) fn keep(&self, exchange: Exchange) {
        let mut state = self.state();
        state.exchanges.push(exchange);
        state.used.push(true);
    }

    pub(super) fn answer(&self, request: &TapedRequest) -> Result<TapedAnswer, NotOnTape> {
        let mut state = self.state();
        let TapeState { exchanges, used } = &mut *state;
        let fitting = |(exchange, used): &(&Exchange, &mut bool)| !**used && exchange.request.is_like(request);
        let Some((exchange, used)) = exchanges.iter().zip(used.iter_mut()).find(fitting) else {
            return Err(NotOnTape(nearest(request, exchanges)));
        };
        *used = true;
        Ok(match (&exchange.response, &exchange.error) {
            (Some(response), _) => TapedAnswer::Response(response.clone()),
            (None, error) => TapedAnswer::Error(error.clone().unwrap_or_else(|| "no answer".into())),
        })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, TapeState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Exchange {
    pub(super) fn answered(request: TapedRequest, response: &Response<Bytes>, redactor: &Redactor) -> Self {
        let response = TapedResponse {
            status: response.status().as_u16(),
            headers: headers(response.headers(), redactor),
            body: Body::of(response.body(), redactor),
        };
        Self { request, response: Some(response), error: None }
    }

    pub(super) fn failed(request: TapedRequest, why: &str) -> Self {
        Self { request, response: None, error: Some(why.to_owned()) }
    }
}

impl TapedRequest {
    pub(super) fn of(request: &Request<Bytes>, redactor: &Redactor) -> Self {
        Self {
            method: request.method().to_string(),
            url: redactor.redact_values(&request.uri().to_string()),
            headers: headers(request.headers(), redactor),
            body: Body::of(request.body(), redactor),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        self.method == other.method && self.url == other.url && self.body == other.body
    }

    /// Ranks the likeness to another request, for the choice of the nearest.
    fn likeness(&self, other: &Self) -> (bool, usize, bool) {
        let common = self.url.bytes().zip(other.url.bytes()).take_while(|(a, b)| a == b).count();
        (self.body == other.body && self.body != Body::Empty, common, self.method == other.method)
    }
}

impl TapedResponse {
    pub(super) fn restored(self) -> Result<Response<reqwest::Body>, HttpError> {
        let invalid = |why: String| HttpError::Unexpected(format!("the recorded answer is not valid: {why}"));
        let body = self.body.bytes().map_err(invalid)?;
        response(self.status, &self.headers, body).map_err(invalid)
    }
}

impl Body {
    fn of(bytes: &[u8], redactor: &Redactor) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        let Ok(text) = str::from_utf8(bytes) else { return Self::Base64(BASE64_STANDARD.encode(bytes)) };
        let text = redactor.redact_values(text);
        match serde_json::from_str(&text) {
            // A bare number or word is rather a text.
            Ok(json @ (Value::Object(_) | Value::Array(_))) => Self::Json(json),
            _ => Self::Text(text),
        }
    }

    fn bytes(self) -> Result<Vec<u8>, String> {
        match self {
            Self::Empty => Ok(Vec::new()),
            Self::Json(json) => Ok(json.to_string().into_bytes()),
            Self::Text(text) => Ok(text.into_bytes()),
            Self::Base64(text) => BASE64_STANDARD.decode(text).map_err(|error| error.to_string()),
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Json(json) => format!("{json:#}"),
            Self::Text(text) | Self::Base64(text) => text.clone(),
        }
    }
}

fn headers(headers: &HeaderMap, redactor: &Redactor) -> Vec<(String, String)> {
    let value = |name: &str, value: &http::HeaderValue| {
        if HIDDEN.contains(&name) {
            return "***".to_owned();
        }
        redactor.redact_values(&String::from_utf8_lossy(value.as_bytes()))
    };
    // These belong to the connection, and the restored answer has none.
    let is_kept = |name: &str| !["transfer-encoding", "connection", "content-length", "host", "date"].contains(&name);
    headers
        .iter()
        .filter(|(name, _)| is_kept(name.as_str()))
        .map(|(name, found)| (name.to_string(), value(name.as_str(), found)))
        .collect()
}

/// Describes the nearest recorded request, and where the two differ.
fn nearest(request: &TapedRequest, exchanges: &[Exchange]) -> String {
    let Some(near) = exchanges.iter().map(|exchange| &exchange.request).max_by_key(|near| near.likeness(request))
    else {
        return "the recording is empty".into();
    };
    if near.is_like(request) {
        return "the recording has it, but fewer times than it is made".into();
    }
    let mut told = format!("the nearest in the recording is {} {}", near.method, near.url);
    if near.body != request.body {
        let (there, here) = (near.body.text(), request.body.text());
        let different = there.lines().zip(here.lines()).zip(1..).find(|((there, here), _)| there != here);
        let _ = match different {
            Some(((there, here), line)) => write!(
                told,
                ", whose body differs in line {line}: recorded `{}`, now `{}`",
                shortened(there.trim()),
                shortened(here.trim())
            ),
            None => write!(told, ", whose body has {} lines, not {}", there.lines().count(), here.lines().count()),
        };
    }
    told
}

fn shortened(text: &str) -> String {
    const MOST: usize = 120;
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests;
