//! Attacks that write too much to the log and the streams.

use contract::log::{self, Level};

use crate::bulk;

const LINE: &str = "a line of the flood that must reach neither the terminal nor a file as it stands";

pub fn log() {
    loop {
        log::log(Level::Info, LINE);
    }
}

pub fn log_huge() {
    log::log(Level::Info, &bulk::text());
}

pub fn stdout() {
    loop {
        println!("{LINE}");
    }
}

pub fn stderr() {
    loop {
        eprintln!("{LINE}");
    }
}
