//! One JSON document on stdout.

use std::io;

use anstream::println;
use serde::Serialize;

pub(super) fn print_json(document: &impl Serialize) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    println!("{text}");
    Ok(())
}
