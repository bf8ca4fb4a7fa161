//! Attacks on the host's resources: time, memory, stack, handles, random bytes.

use std::hint::black_box;
use std::mem::forget;
use std::time::Duration;

use serde_json::json;
use wasip2::{cli, clocks, random};

use crate::report;

const MIB: usize = 1024 * 1024;
const GIB: u64 = 1024 * 1024 * 1024;

pub fn spin() {
    loop {
        std::hint::spin_loop();
    }
}

/// Allocates as ordinary programs do, which abort when memory is refused.
pub fn memory() {
    loop {
        forget(black_box(vec![1_u8; MIB]));
    }
}

/// Allocates until memory is refused, and reports how much was granted.
pub fn memory_until_refused() -> Result<(), String> {
    let mut chunks: Vec<Vec<u8>> = Vec::with_capacity(8192);
    loop {
        let mut chunk = Vec::new();
        if chunk.try_reserve_exact(MIB).is_err() {
            let mebibytes = chunks.len();
            drop(chunks);
            report(&json!({ "mebibytes": mebibytes }));
            return Err(format!("memory was refused after {mebibytes} MiB"));
        }
        chunk.resize(MIB, 1);
        chunks.push(black_box(chunk));
    }
}

pub fn stack() {
    // The end is far, and hidden from the optimizer.
    black_box(descend(0, black_box(u64::MAX)));
}

/// Recurses in a way that can't become a loop. Its few locals stay out of linear memory, so that
/// the recursion meets the host's stack limit.
#[inline(never)]
fn descend(depth: u64, end: u64) -> u64 {
    if depth == end { depth } else { descend(depth + 1, end).rotate_left(7) ^ depth }
}

pub fn sleep() {
    std::thread::sleep(Duration::from_hours(1));
}

pub fn pollables() {
    loop {
        forget(clocks::monotonic_clock::subscribe_duration(u64::MAX));
    }
}

pub fn random() {
    report(&json!({ "bytes": random::random::get_random_bytes(GIB).len() }));
}

pub fn random_insecure() {
    report(&json!({ "bytes": random::insecure::get_insecure_random_bytes(GIB).len() }));
}

/// Writes a length that the guest chooses, far beyond what `check-write` permits. The host must not
/// allocate that much.
pub fn zeroes_huge() {
    let outcome = cli::stdout::get_stdout().write_zeroes(1024 * GIB);
    report(&json!({ "outcome": format!("{outcome:?}") }));
}
