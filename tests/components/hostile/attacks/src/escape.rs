//! Attacks that look around outside the sandbox. What they saw is reported as `seen`, which must be
//! empty.

use std::fmt::{Debug, Display};
use std::fs;
use std::io::Read as _;
use std::net::{TcpListener, TcpStream, ToSocketAddrs as _, UdpSocket};

use serde_json::{Map, Value, json};
use wasip2::cli::environment;
use wasip2::filesystem::preopens;

use crate::report;
use crate::settings::Settings;

/// The attempts that worked, and those that were refused with the reason.
#[derive(Default)]
struct Findings {
    seen: Map<String, Value>,
    refused: Map<String, Value>,
}

impl Findings {
    fn note(&mut self, what: &str, outcome: Result<impl Debug, impl Display>) {
        match outcome {
            Ok(found) => {
                self.seen.insert(what.to_owned(), format!("{found:?}").chars().take(200).collect::<String>().into())
            }
            Err(error) => self.refused.insert(what.to_owned(), error.to_string().into()),
        };
    }

    fn report(self) {
        report(&json!({ "seen": self.seen, "refused": self.refused }));
    }
}

pub fn files() {
    let mut findings = Findings::default();
    for (_, folder) in preopens::get_directories() {
        findings.seen.insert(format!("preopened {folder}"), Value::Null);
    }
    for file in ["/etc/passwd", "/proc/self/environ", "lback.toml", "../lback.toml", "alembic.ini", "/dev/stdin"] {
        findings.note(&format!("read {file}"), fs::read(file));
    }
    for folder in ["/", ".", "..", "/tmp", "/etc", "/proc/self/fd"] {
        let entries =
            fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
        findings.note(&format!("list {folder}"), entries);
        findings.note(&format!("inspect {folder}"), fs::metadata(folder));
    }
    for file in ["hostile.txt", "/hostile.txt", "/tmp/hostile.txt", "../hostile.txt"] {
        findings.note(&format!("create {file}"), fs::write(file, "made by a plugin"));
        findings.note(&format!("remove {file}"), fs::remove_file(file));
    }
    findings.report();
}

pub fn environment() {
    let mut findings = Findings::default();
    for (name, value) in environment::get_environment() {
        findings.seen.insert(format!("variable {name}"), value.into());
    }
    for argument in environment::get_arguments() {
        findings.seen.insert(format!("argument {argument}"), Value::Null);
    }
    if let Some(folder) = environment::initial_cwd() {
        findings.seen.insert("folder".to_owned(), folder.into());
    }
    findings.report();
}

pub fn stdin() {
    let mut findings = Findings::default();
    let mut text = Vec::new();
    match std::io::stdin().read_to_end(&mut text) {
        Ok(0) => findings.note("stdin", Err::<(), _>("it is empty")),
        outcome => findings.note("stdin", outcome.map(|_| String::from_utf8_lossy(&text))),
    }
    findings.report();
}

pub fn sockets(settings: &Settings) {
    let mut findings = Findings::default();
    let address = settings.address.as_deref().unwrap_or("127.0.0.1:80");
    findings.note(&format!("connect to {address}"), TcpStream::connect(address));
    for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0"] {
        findings.note(&format!("listen on {address}"), TcpListener::bind(address));
        findings.note(&format!("bind UDP to {address}"), UdpSocket::bind(address));
    }
    for name in ["localhost:80", "example.org:80"] {
        findings.note(&format!("look up {name}"), name.to_socket_addrs().map(Iterator::collect::<Vec<_>>));
    }
    findings.report();
}
