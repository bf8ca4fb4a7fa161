//! wasmtime's engine as lback sets it up, and the clock that interrupts guest code.

use std::sync::Once;

use wasmtime::{Config, Engine};

use super::limits;

/// The engine on which every plugin runs.
pub(crate) fn engine() -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        // Linear memories are 32 bits wide: what the component model's tools produce. Threads are not compiled in.
        .wasm_memory64(false)
        .epoch_interruption(true)
        .max_wasm_stack(limits::WASM_STACK)
        .async_stack_size(limits::FIBER_STACK)
        // A trap is told in words. Frames of a stripped plugin say nothing, and their tables cost load time.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false)
        // The initial memory of a Python or JavaScript plugin is mapped rather than copied.
        .memory_guaranteed_dense_image_size(16 * 1024 * 1024);
    Engine::new(&config)
}

/// Starts the clock of the engine: without it an endless loop in a guest never ends. Called before the first call of a plugin.
pub(super) fn start_epochs(engine: &Engine, once: &Once) {
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
