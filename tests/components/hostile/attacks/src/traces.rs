//! Looks for what another call has left behind, and leaves behind as much as it can.

use std::arch::wasm32::memory_size;
use std::hint::black_box;
use std::mem::forget;
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::json;

use crate::report;

const PAGE: usize = 64 * 1024;
const GROWTH: usize = 8 * 1024 * 1024;

/// What is left, and looked for. It is never in memory but where it was left: what is compared is its complement, and that is in the code.
const COMPLEMENT: u64 = 0x1357_9bdf_0246_8ace;

static CALLS: AtomicU32 = AtomicU32::new(0);

/// Grows its memory, searches all of it, what is new as well, and fills what is new.
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
    // That the search finds what is there shows by what it finds now. Some words of what is new are the allocator's own.
    let finds = traces() >= GROWTH / size_of::<u64>();
    report(&json!({ "earlier calls": calls, "found": found, "is new": after > before && in_use < 64, "finds": finds }));
}

/// A word of this memory, whoever has written it.
fn word(address: usize) -> u64 {
    // SAFETY: the address is within memory, and aligned. What is there may be anything, as it may for any eight bytes.
    unsafe { std::ptr::with_exposed_provenance::<u64>(address).read_volatile() }
}
