//! Every limit of the sandbox in one place.
//!
//! `lback.toml` sets time and memory for each plugin; the rest is the same for all. Each limit here
//! has an attack in `tests/suite/sandbox/` that runs into it, but for two: no test can spend the
//! time to compile or to connect. A connection ends with its call at the latest. The limits of a
//! component's dimensions are in `compile/shape`.

use std::time::Duration;

use wasmtime::ResourceLimiter;

/// Wall-clock time for one call of a policy where `lback.toml` says nothing: someone waits for the
/// answer.
pub(crate) const POLICY_TIMEOUT: Duration = Duration::from_secs(2);
/// Wall-clock time for one call of a handler, which may have to wait for a server.
pub(crate) const HANDLER_TIMEOUT: Duration = Duration::from_secs(10);
/// Wall-clock time for `describe`.
pub(in crate::plugin) const DESCRIBE_TIMEOUT: Duration = Duration::from_secs(5);
/// Memory while `describe` runs, in bytes.
pub(in crate::plugin) const DESCRIBE_MEMORY: usize = 256 * 1024 * 1024;
/// Wall-clock time for compiling a plugin.
pub(in crate::plugin) const COMPILE_TIMEOUT: Duration = Duration::from_mins(3);
/// Processor time for compiling a plugin. The largest real ones take 15 s.
pub(in crate::plugin) const COMPILE_PROCESSOR_LOCKED: Duration = Duration::from_mins(3);
/// Processor time for compiling a plugin that is in no `lback.lock`.
pub(in crate::plugin) const COMPILE_PROCESSOR_NOT_LOCKED: Duration = Duration::from_mins(1);
/// Bytes of memory for compiling a plugin, and more for each byte of its file. The largest real
/// ones, with 18 MB, take 400 MB.
pub(in crate::plugin) const COMPILE_MEMORY: u64 = 512 * 1024 * 1024;
pub(in crate::plugin) const COMPILE_MEMORY_PER_BYTE: u64 = 24;

/// The interval at which guest code is interrupted to check its deadline.
pub(in crate::plugin) const EPOCH_TICK: Duration = Duration::from_millis(10);
/// Stack of guest code, in bytes.
pub(in crate::plugin) const WASM_STACK: usize = 512 * 1024;
/// Stack of the fiber on which guest and host code run, in bytes. It must hold the guest's and
/// leave room for the host's.
pub(in crate::plugin) const FIBER_STACK: usize = 1024 * 1024;

/// Memories, tables and core instances of one component. One that a compiler made has two memories
/// and two tables at most; several may be composed to one. A Python component has more than thirty
/// core instances.
pub(in crate::plugin) const MEMORIES: u32 = 16;
pub(in crate::plugin) const TABLES: u32 = 64;
pub(in crate::plugin) const INSTANCES: u32 = 256;
/// Elements of all tables together.
pub(in crate::plugin) const TABLE_ELEMENTS: usize = 1_000_000;
/// Elements of a table that a component may declare at all. It is more than it may have, so that
/// `TABLE_ELEMENTS` is what it runs into.
pub(in crate::plugin) const LARGEST_TABLE: usize = 4 * TABLE_ELEMENTS;

/// Bytes that the host copies out of the guest for one call in either direction.
pub(in crate::plugin) const HOST_CALL_BYTES: usize = 2 * 1024 * 1024;
/// Bytes of a plan, or of the statements of one step, that the host copies into a guest. They end
/// in the guest's memory, which is limited besides.
pub(in crate::plugin) const PLAN_BYTES: usize = 16 * 1024 * 1024;
/// Handles of host resources (streams, requests, pollables) that a guest holds at a time.
pub(in crate::plugin) const RESOURCES: usize = 4096;
/// Random bytes for one request.
pub(in crate::plugin) const RANDOM_BYTES: u64 = 64 * 1024;
/// Bytes of log messages, stdout and stderr of one call. What exceeds it is dropped.
pub(in crate::plugin) const LOG_BYTES: usize = 64 * 1024;

/// Characters of one text in a verdict, an error or a description; a longer one is cut.
pub(in crate::plugin) const TEXT_CHARS: usize = 4096;
/// Denials or warnings in one verdict.
pub(in crate::plugin) const VERDICT_ITEMS: usize = 64;
/// Bytes of a settings schema.
pub(in crate::plugin) const SCHEMA_BYTES: usize = 256 * 1024;
/// Signals, origins or secrets that one description lists.
pub(in crate::plugin) const DESCRIPTION_ITEMS: usize = 64;

/// HTTP requests of one call.
pub(in crate::plugin) const HTTP_REQUESTS: usize = 32;
/// Headers of one request.
pub(in crate::plugin) const HTTP_HEADERS: usize = 100;
/// Bytes of the headers of one request or answer.
pub(in crate::plugin) const HTTP_HEADER_BYTES: usize = 32 * 1024;
/// Bytes of a request's body.
pub(in crate::plugin) const HTTP_REQUEST_BYTES: usize = 1024 * 1024;
/// Bytes of an answer's body.
pub(in crate::plugin) const HTTP_RESPONSE_BYTES: usize = 4 * 1024 * 1024;
/// Time for a connection to be made.
pub(in crate::plugin) const HTTP_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Limits of the `store`.
pub(in crate::plugin) const STORE_KEY_BYTES: usize = 256;
pub(in crate::plugin) const STORE_VALUE_BYTES: usize = 256 * 1024;
pub(in crate::plugin) const STORE_BYTES: i64 = 1024 * 1024;
pub(in crate::plugin) const STORE_KEYS: i64 = 1000;

/// Counts what the instances of one call take. Memory is counted over all memories together.
pub(in crate::plugin) struct Limiter {
    memory: UsageCounter,
    table_elements: UsageCounter,
    /// The limit that was hit, if one was: a guest may die of it much later and of something else.
    hit: Option<&'static str>,
}

struct UsageCounter {
    used: usize,
    limit: usize,
}

impl UsageCounter {
    fn take(&mut self, current: usize, desired: usize) -> bool {
        let used = self.used.saturating_add(desired.saturating_sub(current));
        let fits = used <= self.limit;
        if fits {
            self.used = used;
        }
        fits
    }
}

impl Limiter {
    pub(in crate::plugin) fn new(memory: usize) -> Self {
        Self {
            memory: UsageCounter { used: 0, limit: memory },
            table_elements: UsageCounter { used: 0, limit: TABLE_ELEMENTS },
            hit: None,
        }
    }

    /// Bytes of linear memory in use. Memories never shrink.
    pub(in crate::plugin) fn memory(&self) -> usize {
        self.memory.used
    }

    pub(in crate::plugin) fn hit(&self) -> Option<&'static str> {
        self.hit
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let fits = self.memory.take(current, desired);
        if !fits {
            self.hit = Some("memory");
        }
        Ok(fits)
    }

    fn table_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let fits = self.table_elements.take(current, desired);
        if !fits {
            self.hit = Some("table elements");
        }
        Ok(fits)
    }

    fn instances(&self) -> usize {
        INSTANCES as usize
    }

    fn tables(&self) -> usize {
        TABLES as usize
    }

    fn memories(&self) -> usize {
        MEMORIES as usize
    }
}
