//! The Rust side of `wit/`, generated.

wasmtime::component::bindgen!({
    path: "wit",
    world: "policy-and-handler-plugin",
    imports: { default: async },
    exports: { default: async },
});
