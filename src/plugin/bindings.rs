//! The generated Rust bindings of `wit/`.

wasmtime::component::bindgen!({
    path: "wit",
    world: "policy-and-handler-plugin",
    imports: { default: async },
    exports: { default: async },
});
