//! The configuration of wasmtime's engine, and the clock that interrupts guest code.

use std::sync::Once;

use wasmtime::{Config, Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::plugin::host::limits;

/// Bytes of a memory, a table and a stack that are cleared for the next call rather than returned
/// to the system. Most calls use less.
const KEPT_MEMORY: usize = 1024 * 1024;
const KEPT_TABLE: usize = 64 * 1024;
const KEPT_STACK: usize = 64 * 1024;

/// Bytes that the engine may keep for an instance, beside its memories and tables. A Python
/// component's largest instance has some 200 KB.
const LARGEST_INSTANCE: usize = 4 * 1024 * 1024;

/// Creates the engine on which every plugin runs, for this many concurrent calls.
///
/// Each call has an instance of its own. Memories, tables and stacks come from a pool: one that was
/// used is cleaned and used again, which takes a few microseconds where mapping a new one takes
/// dozens. The pool is address space until it is used. Where the system doesn't give that much of
/// it, each call maps its own.
pub(in crate::plugin) fn engine(calls: u32) -> wasmtime::Result<Engine> {
    let mut config = config();
    Engine::new(config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool(calls)))).or_else(|error| {
        tracing::debug!("each call of a plugin maps memory of its own: there is no room for a pool: {error:#}");
        Engine::new(config.allocation_strategy(InstanceAllocationStrategy::OnDemand))
    })
}

/// Creates the engine of the compiler's process. Its code fits the engine on which plugins run.
pub(in crate::plugin) fn compiling_engine() -> wasmtime::Result<Engine> {
    Engine::new(&config())
}

fn config() -> Config {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        // Linear memories are 32 bits wide: what the component model's tools produce. Threads are
        // not compiled in.
        .wasm_memory64(false)
        .epoch_interruption(true)
        .max_wasm_stack(limits::WASM_STACK)
        .async_stack_size(limits::FIBER_STACK)
        // Nothing of a call is left for the next one that gets its stack.
        .async_stack_zeroing(true)
        // A trap is reported by its message. Frames of a stripped plugin say nothing, and their
        // tables cost load time.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        // The initial memory of a Python or JavaScript plugin is mapped rather than copied.
        .memory_guaranteed_dense_image_size(16 * 1024 * 1024);
    config
}

/// Returns a pool for this many calls, each at the limits of a component. The resources of a
/// component are counted at instantiation (`Limiter`), so no component takes another's share.
fn pool(calls: u32) -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(calls)
        .total_core_instances(calls.saturating_mul(limits::INSTANCES))
        .total_memories(calls.saturating_mul(limits::MEMORIES))
        .total_tables(calls.saturating_mul(limits::TABLES))
        .total_stacks(calls)
        // More than a component may have, so that the limit of components is what a module runs
        // into.
        .max_memories_per_module(2 * limits::MEMORIES)
        .max_tables_per_module(2 * limits::TABLES)
        .max_core_instance_size(LARGEST_INSTANCE)
        .max_component_instance_size(LARGEST_INSTANCE)
        .max_memory_size(1 << 32)
        .table_elements(limits::LARGEST_TABLE)
        .max_unused_warm_slots(calls.saturating_mul(limits::MEMORIES))
        .linear_memory_keep_resident(KEPT_MEMORY)
        .table_keep_resident(KEPT_TABLE)
        .async_stack_keep_resident(KEPT_STACK)
        // Linux can tell which pages of a memory were written, so that only those are cleaned.
        .pagemap_scan(Enabled::Auto);
    pool
}

/// Starts the clock of the engine: without it an endless loop in a guest never ends. Called before
/// the first call of a plugin.
pub(in crate::plugin) fn start_epochs(engine: &Engine, once: &Once) {
    once.call_once(|| {
        let engine = engine.weak();
        std::thread::spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                std::thread::sleep(limits::EPOCH_TICK);
            }
        });
    });
}
