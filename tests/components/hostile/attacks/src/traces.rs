//! Attacks that search memory for traces of other calls, and leave their own.

use std::arch::wasm32::memory_size;
use std::hint::black_box;
use std::mem::forget;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::report;

const PAGE: usize = 64 * 1024;
const GROWTH: usize = 8 * 1024 * 1024;

/// The complement of the mark that is left and searched for. The code holds only the complement, so
/// that the mark itself is in memory only where it was left.
const COMPLEMENT: u64 = 0x1357_9bdf_0246_8ace;

static CALLS: AtomicU32 = AtomicU32::new(0);

/// Grows the memory, searches all of it, and fills the new part.
pub fn search_and_leave() {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed);
    let before = memory_size(0) * PAGE;
    let mut room: Vec<u64> = Vec::with_capacity(GROWTH / size_of::<u64>());
    let after = memory_size(0) * PAGE;
    let traces = || (PAGE..after).step_by(size_of::<u64>()).filter(|&address| !word(address) == COMPLEMENT).count();
    let found = traces();
    let in_use = (before..after).step_by(size_of::<u64>()).filter(|&address| word(address) != 0).count();
    room.resize(room.capacity(), !black_box(COMPLEMENT));
    forget(black_box(room));
    // That the search finds what is there shows by what it finds now. Some words of what is new are
    // the allocator's own.
    let finds = traces() >= GROWTH / size_of::<u64>();
    report(&json!({ "earlier calls": calls, "found": found, "is new": after > before && in_use < 64, "finds": finds }));
}

/// Reads a word of this memory, which this call may not have written.
fn word(address: usize) -> u64 {
    // SAFETY: the address is within memory, and aligned. What is there may be anything, as it may
    // for any eight bytes.
    unsafe { std::ptr::with_exposed_provenance::<u64>(address).read_volatile() }
}
