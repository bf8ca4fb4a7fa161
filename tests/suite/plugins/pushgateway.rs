//! A real Prometheus Pushgateway on a free port of loopback.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::support::{pushgateway, until};

const PATIENCE: Duration = Duration::from_mins(1);

pub(super) struct Pushgateway {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Pushgateway {
    pub(super) fn start() -> Self {
        // The port is free now, and nothing else on this machine will take it.
        let address = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("an address");
        let folder = tempfile::tempdir().expect("a temporary folder");
        let process = Command::new(pushgateway())
            .arg(format!("--web.listen-address={address}"))
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the Pushgateway starts");
        let server = Self { process, address, _folder: folder };
        let ready = || server.get("/-/ready").is_some_and(|answer| answer.starts_with("HTTP/1.0 200"));
        until("the Pushgateway is ready", ready);
        server
    }

    pub(super) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the sum of the samples with this name that have all of these labels; `None` where
    /// there is no such sample.
    pub(super) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let page = self.get("/metrics").expect("the Pushgateway answers");
        let value = |line: &str| -> Option<f64> {
            let (of, value) = line.strip_prefix(name)?.strip_prefix('{')?.rsplit_once("} ")?;
            let has = |(label, value): &(&str, &str)| format!(",{of},").contains(&format!(",{label}=\"{value}\","));
            labels.iter().all(has).then(|| value.parse().expect("a number"))
        };
        page.lines().filter_map(value).reduce(|sum, value| sum + value)
    }

    /// Sends a request with HTTP 1.0, so that the answer ends with the connection.
    fn get(&self, path: &str) -> Option<String> {
        let mut connection = TcpStream::connect(self.address).ok()?;
        connection.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(connection, "GET {path} HTTP/1.0\r\n\r\n").ok()?;
        let mut answer = String::new();
        connection.read_to_string(&mut answer).ok()?;
        Some(answer)
    }
}

impl Drop for Pushgateway {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
