//! A web server with TLS that answers each request with the bytes that a test chooses.

use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

use rustls::{ServerConnection, StreamOwned};

use crate::support::Authority;

pub(super) struct WebServer {
    port: u16,
    paths: Arc<Mutex<Vec<String>>>,
}

/// A function that writes the answer to a path, given the number of earlier requests.
pub(super) type Answer = dyn Fn(&str, usize, &mut dyn Write) -> io::Result<()> + Send + Sync;

impl WebServer {
    /// Starts a server at `localhost` with a certificate of this authority.
    pub(super) fn start(
        authority: &Authority,
        answer: impl Fn(&str, usize, &mut dyn Write) -> io::Result<()> + Send + Sync + 'static,
    ) -> Self {
        let config = authority.server_config("localhost");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a server on loopback");
        let port = listener.local_addr().expect("its address").port();
        let paths = Arc::<Mutex<Vec<String>>>::default();
        let (answer, asked): (Arc<Answer>, _) = (Arc::new(answer), Arc::clone(&paths));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let connection = ServerConnection::new(Arc::clone(&config)).expect("a connection");
                let (answer, asked) = (Arc::clone(&answer), Arc::clone(&asked));
                std::thread::spawn(move || {
                    let mut stream = StreamOwned::new(connection, stream);
                    // A client that refuses the certificate never sends a request.
                    let Some(path) = path(&mut stream) else { return };
                    let before = {
                        let mut asked = asked.lock().expect("no test panics here");
                        asked.push(path.clone());
                        asked.len() - 1
                    };
                    // Writing fails when the client hangs up, which some tests expect.
                    if answer(&path, before, &mut stream).is_ok() {
                        stream.conn.send_close_notify();
                        let _ = stream.flush();
                    }
                });
            }
        });
        Self { port, paths }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("https://localhost:{}/{path}", self.port)
    }

    /// Returns the paths of the requests so far.
    pub(super) fn asked(&self) -> Vec<String> {
        self.paths.lock().expect("no test panics here").clone()
    }
}

fn path(stream: &mut impl Read) -> Option<String> {
    let lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    Some(lines.collect::<Vec<_>>().first()?.split(' ').nth(1)?.to_owned())
}

/// Returns a complete answer with this body.
pub(super) fn reply(to: &mut dyn Write, status: u16, headers: &str, body: &[u8]) -> io::Result<()> {
    write!(to, "HTTP/1.1 {status} x\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len())?;
    to.write_all(body)
}
