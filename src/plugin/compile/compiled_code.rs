//! Code that the compiler's process has made.

use wasmtime::Engine;
use wasmtime::component::Component;

/// Compiled code, as the compiler's process wrote it. Only `Compiler` makes one.
pub(in crate::plugin) struct CompiledCode(pub(super) Vec<u8>);

impl CompiledCode {
    pub(in crate::plugin) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Loads the code.
    pub(in crate::plugin) fn component(&self, engine: &Engine) -> wasmtime::Result<Component> {
        // SAFETY: the bytes are what `Engine::precompile_component` returned in a process of this
        // same program, which wrote them to a pipe that no other process has: its end and its exit
        // code say that they are whole. wasmtime itself checks that the code was made by this
        // version with these settings.
        #[expect(unsafe_code, reason = "the code was compiled in another process; see the safety comment")]
        unsafe {
            Component::deserialize(engine, &self.0)
        }
    }
}
