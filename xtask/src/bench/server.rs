//! A local web server in place of Slack and the Pushgateway. It counts requests and answers each at
//! once, except those to `SLOW`.

use crate::error::Error;
use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};
use tiny_http::Response;

/// The path that is answered after a second.
pub(super) const SLOW: &str = "/slow";

pub(super) struct CountingServer {
    http: Arc<tiny_http::Server>,
    heard: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
    pub(super) origin: String,
}

impl CountingServer {
    pub(super) fn start() -> Result<Self, Error> {
        let http = tiny_http::Server::http(("127.0.0.1", 0))
            .map_err(|source| Error::Lacking(format!("no local server could be started: {source}"), HINT))?;
        let http = Arc::new(http);
        let origin = format!("http://{}", http.server_addr());
        let heard = Arc::new(AtomicUsize::new(0));
        let thread = thread::spawn({
            let (http, heard) = (Arc::clone(&http), Arc::clone(&heard));
            move || {
                for mut request in http.incoming_requests() {
                    std::io::copy(request.as_reader(), &mut std::io::sink()).ok();
                    // Counted before the answer, so that a client that has its answer was counted.
                    heard.fetch_add(1, Ordering::SeqCst);
                    if request.url() == SLOW {
                        thread::sleep(Duration::from_secs(1));
                    }
                    request.respond(Response::from_string("ok")).ok();
                }
            }
        });
        Ok(Self { http, heard, thread: Some(thread), origin })
    }

    pub(super) fn forget(&self) {
        self.heard.store(0, Ordering::SeqCst);
    }

    /// Returns the number of requests since the last `forget`.
    pub(super) fn heard(&self) -> usize {
        self.heard.load(Ordering::SeqCst)
    }
}

impl Drop for CountingServer {
    fn drop(&mut self) {
        self.http.unblock();
        if let Some(thread) = self.thread.take() {
            thread.join().ok();
        }
    }
}

const HINT: &str = "it listens at a free port of 127.0.0.1, in the place of Slack and of a Pushgateway";
