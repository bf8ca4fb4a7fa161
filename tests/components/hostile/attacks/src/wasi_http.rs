//! Requests through `wasi:http/outgoing-handler`, beside lback's own interface.

use std::mem::forget;

use serde_json::{Value, json};
use wasip2::http::outgoing_handler;
use wasip2::http::types::{Fields, IncomingBody, Method, OutgoingBody, OutgoingRequest, RequestOptions, Scheme};
use wasip2::io::streams::{InputStream, StreamError};

use crate::http::described;
use crate::report;
use crate::settings::Settings;

const MIB: usize = 1024 * 1024;
const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 24 * 3600 * SECOND;
const MANY_HEADERS: usize = 100_000;
/// The read size, in bytes, of a well-behaved client.
const PIECE: u64 = 64 * 1024;
/// The size that one `blocking-write-and-flush` accepts, in bytes.
const CHUNK: usize = 4096;

/// The limits of a client.
struct Patience {
    /// The wait for each step, in nanoseconds.
    wait: u64,
    /// The size of the body, in bytes.
    body: usize,
    /// The size of each read, in bytes.
    read: u64,
}

const SANE: Patience = Patience { wait: 5 * SECOND, body: MIB, read: PIECE };
const ENDLESS: Patience = Patience { wait: DAY, body: usize::MAX, read: u64::MAX };

/// Sends one request as a well-behaved client.
pub fn sane(settings: &Settings) {
    report(&outcome(exchange(settings, 0, &SANE)));
}

/// Sends one request as a client that waits a day for each step and reads everything at once.
pub fn endless(settings: &Settings) {
    report(&outcome(exchange(settings, 0, &ENDLESS)));
}

pub fn many_headers(settings: &Settings) {
    report(&outcome(exchange(settings, MANY_HEADERS, &SANE)));
}

pub fn resources() {
    loop {
        forget(OutgoingRequest::new(Fields::new()));
    }
}

fn outcome(answer: Result<Value, String>) -> Value {
    match answer {
        Ok(answer) => json!({ "ok": answer }),
        Err(error) => json!({ "error": { "wasi": error } }),
    }
}

fn exchange(settings: &Settings, more_headers: usize, patience: &Patience) -> Result<Value, String> {
    let fields = Fields::new();
    for (name, value) in &settings.headers {
        fields.append(name, value.as_bytes()).map_err(|error| format!("header `{name}`: {error}"))?;
    }
    for number in 0..more_headers {
        fields.append(&format!("x-hostile-{number}"), b"x").map_err(|error| format!("header {number}: {error}"))?;
    }
    let request = outgoing(settings, fields)?;
    let outgoing_body = request.body().map_err(|()| "the request has no body")?;
    let options = RequestOptions::new();
    options.set_connect_timeout(Some(patience.wait)).map_err(|()| "no connect timeout")?;
    options.set_first_byte_timeout(Some(patience.wait)).map_err(|()| "no first-byte timeout")?;
    options.set_between_bytes_timeout(Some(patience.wait)).map_err(|()| "no between-bytes timeout")?;
    let future = outgoing_handler::handle(request, Some(options)).map_err(|error| error.to_string())?;
    write(outgoing_body, &settings.body())?;

    future.subscribe().block();
    let response =
        future.get().ok_or("ready, but not there")?.map_err(|()| "taken twice")?.map_err(|error| error.to_string())?;
    let headers: Vec<_> = response
        .headers()
        .entries()
        .into_iter()
        .map(|(name, value)| (name, String::from_utf8_lossy(&value).into_owned()))
        .collect();
    let incoming_body = response.consume().map_err(|()| "the answer has no body")?;
    let body = read(&incoming_body, patience)?;
    Ok(described(response.status(), &headers, &body))
}

fn outgoing(settings: &Settings, fields: Fields) -> Result<OutgoingRequest, String> {
    let (scheme, rest) = settings.target().split_once("://").ok_or("the URL has no scheme")?;
    let (authority, path) = rest.find('/').map_or((rest, "/"), |slash| rest.split_at(slash));
    let scheme = match scheme {
        "http" => Scheme::Http,
        "https" => Scheme::Https,
        other => Scheme::Other(other.to_owned()),
    };
    let request = OutgoingRequest::new(fields);
    let method = Method::Other(settings.method().to_owned());
    request.set_method(&method).map_err(|()| "the method is refused")?;
    request.set_scheme(Some(&scheme)).map_err(|()| "the scheme is refused")?;
    request.set_authority(Some(authority)).map_err(|()| "the authority is refused")?;
    request.set_path_with_query(Some(path)).map_err(|()| "the path is refused")?;
    Ok(request)
}

fn write(body: OutgoingBody, bytes: &[u8]) -> Result<(), String> {
    let stream = body.write().map_err(|()| "the body can't be written")?;
    for chunk in bytes.chunks(CHUNK) {
        stream.blocking_write_and_flush(chunk).map_err(|error| format!("writing the body: {error}"))?;
    }
    drop(stream);
    OutgoingBody::finish(body, None).map_err(|error| error.to_string())
}

fn read(body: &IncomingBody, patience: &Patience) -> Result<Vec<u8>, String> {
    let stream: InputStream = body.stream().map_err(|()| "the body can't be read")?;
    let mut bytes = Vec::new();
    while bytes.len() < patience.body {
        match stream.blocking_read(patience.read) {
            Ok(more) => bytes.extend(more),
            Err(StreamError::Closed) => break,
            Err(error) => return Err(format!("reading the body after {} bytes: {error}", bytes.len())),
        }
    }
    Ok(bytes)
}
