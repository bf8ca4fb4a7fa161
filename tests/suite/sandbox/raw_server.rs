//! A server that sends raw bytes, for answers that no HTTP server gives.

use std::io::{BufRead as _, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub(super) struct RawServer {
    address: SocketAddr,
    heads: Arc<Mutex<Vec<String>>>,
}

impl RawServer {
    /// A server that reads the head of each request, and has `answer` write until it fails or
    /// returns.
    pub(super) fn answering(answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a server on loopback");
        let address = listener.local_addr().expect("its address");
        let heads = Arc::<Mutex<Vec<String>>>::default();
        let (answer, received) = (Arc::new(answer), Arc::clone(&heads));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answer, received) = (Arc::clone(&answer), Arc::clone(&received));
                std::thread::spawn(move || {
                    let head = read_head(&stream);
                    received.lock().expect("no test panics here").push(head);
                    let mut stream = stream;
                    // Writing fails when the client hangs up, which these tests expect.
                    let _ = answer(&mut stream);
                });
            }
        });
        Self { address, heads }
    }

    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the heads of the requests so far: first lines and headers.
    pub(super) fn heads(&self) -> Vec<String> {
        self.heads.lock().expect("no test panics here").clone()
    }
}

fn read_head(stream: &TcpStream) -> String {
    let lines = BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Writes the bytes again and again with a pause, until the client hangs up.
pub(super) fn drip(stream: &mut dyn Write, bytes: &[u8], pause: Duration) -> std::io::Result<()> {
    loop {
        stream.write_all(bytes)?;
        stream.flush()?;
        std::thread::sleep(pause);
    }
}
