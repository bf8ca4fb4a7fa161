//! A real OCI registry on a free port of loopback, one per test.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Authority, docker_registry};

/// The user of a registry with a login, her password, and both as `htpasswd -B` writes them.
pub(crate) const USER: (&str, &str) = ("ada", "lovelace");
const HTPASSWD: &str = "ada:$2b$04$WQ9sHckhDaDfa4oaYspFoO9vvh9WLaIpu2gR2ltqAHAuwVqIn7XSO\n";

pub(crate) struct Registry {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Registry {
    /// Starts a registry that everyone may read and write, without TLS.
    pub(crate) fn open() -> Self {
        Self::start("", |_| ())
    }

    /// Starts a registry that requires a login.
    pub(crate) fn with_login() -> Self {
        Self::start("auth: { htpasswd: { realm: shop, path: htpasswd } }\n", |folder| {
            fs::write(folder.path().join("htpasswd"), HTPASSWD).expect("a file");
        })
    }

    /// Starts a registry with TLS, under the name `localhost`.
    pub(crate) fn with_tls(authority: &Authority) -> Self {
        let identity = authority.identity("localhost");
        Self::start(", tls: { certificate: certificate, key: key }", |folder| {
            fs::write(folder.path().join("certificate"), identity.certificate).expect("a file");
            fs::write(folder.path().join("key"), identity.key).expect("a file");
        })
    }

    /// Starts a registry. `more` is a part of its configuration, which follows the address where it
    /// begins with a comma.
    fn start(more: &str, prepare: impl FnOnce(&TempDir)) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        prepare(&folder);
        let (http, rest) = if more.starts_with(',') { (more, "") } else { ("", more) };
        let config = format!(
            "version: 0.1\nlog: {{ level: info }}\nstorage: {{ filesystem: {{ rootdirectory: data }} }}\n\
             http: {{ addr: \"127.0.0.1:0\"{http} }}\n{rest}"
        );
        fs::write(folder.path().join("config.yml"), config).expect("a file");
        let mut process = Command::new(docker_registry())
            .args(["serve", "config.yml"])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the registry starts");
        let mut said = BufReader::new(process.stderr.take().expect("it is piped"));
        let mut log = String::new();
        let address = loop {
            let mut line = String::new();
            assert_ne!(said.read_line(&mut line).expect("its log"), 0, "the registry does not start:\n{log}");
            if let Some((_, rest)) = line.split_once("listening on ") {
                let address: String = rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();
                break address.parse().expect("its address");
            }
            log.push_str(&line);
        };
        // The registry stops unless its log is read.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self { process, address, _folder: folder }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns a source in the registry, such as `oci://127.0.0.1:PORT/team/guard:1`.
    pub(crate) fn source(&self, rest: &str) -> String {
        format!("oci://{}/{rest}", self.address)
    }

    /// Returns a source under the name that the certificate has.
    pub(crate) fn source_by_name(&self, rest: &str) -> String {
        format!("oci://localhost:{}/{rest}", self.address.port())
    }

    /// Reads a document of the registry, without a login.
    pub(crate) fn json(&self, path: &str) -> Value {
        let accept = "application/vnd.oci.image.manifest.v1+json";
        let answer = exchange(self.address, &format!("GET {path} HTTP/1.0\r\nhost: x\r\naccept: {accept}\r\n\r\n"));
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        serde_json::from_slice(&answer[end + 4..]).expect("JSON")
    }
}

/// Returns the answer to a request, up to the end of the connection.
pub(crate) fn exchange(address: SocketAddr, request: &str) -> Vec<u8> {
    let mut connection = TcpStream::connect(address).expect("a connection");
    connection.write_all(request.as_bytes()).expect("a request");
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer).expect("an answer");
    answer
}

impl Drop for Registry {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
