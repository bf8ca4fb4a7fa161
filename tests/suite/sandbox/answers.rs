//! Hostile servers: they drip, never end, or send too much.

use std::io::Write as _;
use std::time::Duration;

use super::attack::attack;
use super::origins::{granted, report_of};
use super::raw_server::{RawServer, drip};

const PAUSE: Duration = Duration::from_millis(20);
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n";

fn endless_body() -> RawServer {
    RawServer::answering(|stream| {
        stream.write_all(HEAD)?;
        stream.write_all(b"\r\n")?;
        drip(stream, b"x", PAUSE)
    })
}

fn endless_head() -> RawServer {
    RawServer::answering(|stream| {
        stream.write_all(HEAD)?;
        stream.write_all(b"x-endless: ")?;
        drip(stream, b"x", PAUSE)
    })
}

fn silence() -> RawServer {
    // Until the client hangs up.
    RawServer::answering(|stream| std::io::copy(stream, &mut std::io::sink()).map(drop))
}

#[test]
fn a_server_that_drips_or_is_silent_takes_no_more_than_the_time_of_the_call() {
    for server in [endless_body(), endless_head(), silence()] {
        for name in ["http", "wasi-http-drip"] {
            let attack = attack("hostile-handler", name, &format!("timeout = '500ms'\n{}", granted(&server.origin())));
            let _ = attack
                .changes_nothing(attack.lback())
                .stderr_has(&["the plugin `evil` failed at alembic_command_started: it did not finish within 500ms"]);
        }
        assert_eq!(server.heads().len(), 2, "both were sent");
    }
}

#[test]
fn an_answer_has_a_size() {
    let server = RawServer::answering(|stream| {
        stream.write_all(HEAD)?;
        stream.write_all(b"\r\n")?;
        drip(stream, &vec![b'x'; 64 * 1024], Duration::ZERO)
    });
    let lines = format!("timeout = '30s'\n{}", granted(&server.origin()));
    let report = report_of("http", &lines);
    assert_eq!(report["error"]["limit"], "an answer of more than 4096 KiB", "{report}");

    let through_wasi = report_of("wasi-http-drip", &lines);
    let told = through_wasi["error"]["wasi"].as_str().unwrap_or_default();
    let read = told.strip_prefix("reading the body after ").and_then(|rest| rest.split(' ').next()).unwrap_or_default();
    let read: usize = read.parse().unwrap_or_else(|_| panic!("{through_wasi}"));
    assert!(read <= 4 * 1024 * 1024, "{through_wasi}");
}

#[test]
fn the_headers_of_an_answer_have_a_size() {
    let large = |lines: usize, bytes: usize| {
        RawServer::answering(move |stream| {
            stream.write_all(HEAD)?;
            for number in 0..lines {
                stream.write_all(format!("x-{number}: {}\r\n", "x".repeat(bytes)).as_bytes())?;
            }
            stream.write_all(b"content-length: 0\r\n\r\n")
        })
    };
    let (within, too_large, too_many) = (large(20, 1000), large(40, 1000), large(1000, 1));

    let report = report_of("http", &granted(&within.origin()));
    assert_eq!(report["ok"]["status"], 200, "{report}");
    let report = report_of("http", &granted(&too_large.origin()));
    assert_eq!(report["error"]["limit"], "an answer with more than 32 KiB of headers", "{report}");
    let report = report_of("http", &granted(&too_many.origin()));
    assert!(report["error"]["unreachable"].is_string(), "{report}");
    for server in [too_large, too_many] {
        let through_wasi = report_of("wasi-http", &granted(&server.origin()));
        assert!(through_wasi["error"]["wasi"].is_string(), "{through_wasi}");
    }
}

#[test]
fn bytes_that_are_no_http_are_no_answer() {
    let server = RawServer::answering(|stream| stream.write_all(b"220 mail.example ESMTP\r\n"));
    let report = report_of("http", &granted(&server.origin()));
    let told = report["error"]["unreachable"].as_str().unwrap_or_default();
    assert!(told.starts_with(&format!("no answer from {}", server.origin())), "{report}");
}
