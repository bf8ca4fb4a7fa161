//! A local web server in place of Slack and the Pushgateway. It records requests and answers as
//! they would.

use crate::error::Error;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        mpsc::{self, Receiver as Inbox, Sender},
    },
    thread::{self, JoinHandle},
};
use tiny_http::{Method, Request, Response, Server};

/// The port that `lback.toml` grants to the plugins.
pub(crate) const PORT: u16 = 27182;

/// A recorded request.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) kind: Kind,
    pub(crate) request: String,
    pub(crate) body: String,
    /// The body of the previous request to the same address: a push of metrics replaces the one
    /// before.
    pub(crate) last: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Slack,
    Metrics,
    /// An unexpected request.
    Stray,
}

pub(crate) struct Receiver {
    server: Arc<Server>,
    inbox: Inbox<Arrival>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    pub(crate) fn start() -> Result<Self, Error> {
        let server = Server::http(("127.0.0.1", PORT))
            .map_err(|source| Error::PortTaken { port: PORT, reason: source.to_string() })?;
        let server = Arc::new(server);
        let (sender, inbox) = mpsc::channel();
        let thread = thread::spawn({
            let server = Arc::clone(&server);
            move || {
                let mut last = HashMap::new();
                server.incoming_requests().for_each(|request| receive(request, &sender, &mut last));
            }
        });
        Ok(Self { server, inbox, thread: Some(thread) })
    }

    pub(crate) fn origin() -> String {
        format!("http://127.0.0.1:{PORT}")
    }

    pub(crate) fn webhook() -> String {
        format!("{}/slack", Self::origin())
    }

    /// Returns the requests since the last call.
    pub(crate) fn take(&self) -> Vec<Arrival> {
        self.inbox.try_iter().collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.unblock();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

/// Records a request before answering it: once lback has its answer, the message is in the inbox.
fn receive(mut request: Request, inbox: &Sender<Arrival>, last: &mut HashMap<String, String>) {
    let mut body = Vec::new();
    let complete = request.as_reader().read_to_end(&mut body).is_ok();
    let body = String::from_utf8_lossy(&body).into_owned();
    let kind = match (request.method(), request.url()) {
        _ if !complete => Kind::Stray,
        (Method::Post, "/slack") => Kind::Slack,
        (Method::Put | Method::Post, url) if url.starts_with("/metrics/") => Kind::Metrics,
        _ => Kind::Stray,
    };
    let (status, answer) = match kind {
        Kind::Slack => (200, "ok"),
        Kind::Metrics => (200, ""),
        Kind::Stray => (404, "not found"),
    };
    let line = format!("{} {}", request.method(), request.url());
    let last = last.insert(line.clone(), body.clone());
    // Sending fails only after the demo has ended.
    inbox.send(Arrival { kind, request: line, body, last }).ok();
    request.respond(Response::from_string(answer).with_status_code(status)).ok();
}
