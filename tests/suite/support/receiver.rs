//! A real HTTP server on loopback that records requests and answers as the test chooses.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tiny_http::{Header, Response, Server};

#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// The path with the query.
    pub(crate) url: String,
    /// The headers, with names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The time before the answer.
    pub(crate) after: Duration,
}

impl Reply {
    pub(crate) fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: b"ok".to_vec(), after: Duration::ZERO }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

pub(crate) struct Receiver {
    server: Arc<Server>,
    received: Arc<Mutex<Vec<Request>>>,
}

impl Receiver {
    /// Starts a server that answers each request with 200.
    pub(crate) fn start() -> Self {
        Self::answering(|_, _| Reply::status(200))
    }

    /// Starts a server that answers with the result of `answer`, given the request and the number
    /// of earlier ones.
    pub(crate) fn answering(answer: impl Fn(&Request, usize) -> Reply + Send + Sync + 'static) -> Self {
        let server = Arc::new(Server::http("127.0.0.1:0").expect("a server on loopback"));
        let received = Arc::<Mutex<Vec<Request>>>::default();
        let answer = Arc::new(answer);
        let (thread_server, thread_received) = (Arc::clone(&server), Arc::clone(&received));
        std::thread::spawn(move || {
            for mut incoming in thread_server.incoming_requests() {
                let mut body = String::new();
                let _ = incoming.as_reader().read_to_string(&mut body);
                let request = Request {
                    method: incoming.method().to_string(),
                    url: incoming.url().to_owned(),
                    headers: incoming
                        .headers()
                        .iter()
                        .map(|header| (header.field.to_string().to_lowercase(), header.value.to_string()))
                        .collect(),
                    body,
                };
                let before = {
                    let mut received = thread_received.lock().expect("no test panics here");
                    received.push(request.clone());
                    received.len() - 1
                };
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || {
                    let reply = answer(&request, before);
                    std::thread::sleep(reply.after);
                    let mut response = Response::from_data(reply.body).with_status_code(reply.status);
                    for (name, value) in reply.headers {
                        response.add_header(Header::from_bytes(name, value).expect("a header"));
                    }
                    let _ = incoming.respond(response);
                });
            }
        });
        Self { server, received }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.server.server_addr().to_ip().expect("an IP address")
    }

    /// Returns the origin, `http://127.0.0.1:PORT`.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address())
    }

    pub(crate) fn received(&self) -> Vec<Request> {
        self.received.lock().expect("no test panics here").clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.server.unblock();
    }
}
