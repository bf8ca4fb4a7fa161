//! A proxy before a registry that passes everything on, and spoils the answers that a test chooses.

use std::io::{self, BufRead as _, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use super::registry::exchange;

pub(super) struct Meddler {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

/// A change to an answer, with its head.
pub(super) enum Meddle {
    Pass,
    /// Changes the last byte.
    Flip,
    /// Leaves the second half out.
    Cut,
    /// Stops in the middle, and keeps the connection open.
    Hang,
    /// Replaces the answer.
    Reply(String),
}

impl Meddler {
    /// A proxy that asks `meddle` about the path of each request.
    pub(super) fn before(registry: SocketAddr, meddle: impl Fn(&str) -> Meddle + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a server on loopback");
        let address = listener.local_addr().expect("its address");
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let (meddle, heard) = (Arc::new(meddle), Arc::clone(&asked));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (meddle, heard) = (Arc::clone(&meddle), Arc::clone(&heard));
                // Writing fails when the client hangs up, which some tests expect.
                std::thread::spawn(move || serve(stream, registry, &*meddle, &heard).ok());
            }
        });
        Self { address, asked }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn source(&self, rest: &str) -> String {
        format!("oci://{}/{rest}", self.address)
    }

    /// Returns the paths of the requests so far.
    pub(super) fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no test panics here").clone()
    }
}

fn serve(
    mut stream: TcpStream,
    registry: SocketAddr,
    meddle: &dyn Fn(&str) -> Meddle,
    asked: &Mutex<Vec<String>>,
) -> io::Result<()> {
    let lines = BufReader::new(&stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    let lines: Vec<String> = lines.collect();
    // A client that speaks TLS gets the answer of a server without it.
    let Some(path) = lines.first().and_then(|line| line.split(' ').nth(1)).map(str::to_owned) else {
        return stream.write_all(b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n");
    };
    asked.lock().expect("no test panics here").push(path.clone());
    let meddled = meddle(&path);
    if let Meddle::Reply(answer) = meddled {
        return stream.write_all(answer.as_bytes());
    }
    let kept = lines.iter().filter(|line| !line.to_lowercase().starts_with("connection:"));
    let request: Vec<&str> = kept.map(String::as_str).chain(["connection: close", "", ""]).collect();
    let mut answer = exchange(registry, &request.join("\r\n"));
    let half = answer.len() / 2;
    match meddled {
        Meddle::Flip => *answer.last_mut().expect("an answer") ^= 1,
        Meddle::Cut => answer.truncate(half),
        Meddle::Hang => {
            stream.write_all(&answer[..half])?;
            stream.flush()?;
            // Until the client hangs up.
            return io::copy(&mut stream, &mut io::sink()).map(drop);
        }
        Meddle::Pass | Meddle::Reply(_) => {}
    }
    stream.write_all(&answer)
}

/// Returns a complete answer with this body.
pub(super) fn answer(status: u16, headers: &str, body: &str) -> String {
    format!("HTTP/1.1 {status} x\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}
