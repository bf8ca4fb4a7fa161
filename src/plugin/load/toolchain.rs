//! The toolchain that made a component, guessed from its bytes. Only hints use it.

use memchr::memmem;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Toolchain {
    Python,
    JavaScript,
    Go,
    Rust,
    C,
}

/// The marks that toolchains leave in components. Interpreters come first, because they contain
/// parts made with Rust and C.
const MARKS: [(&[u8], Toolchain); 10] = [
    (b"componentize-py", Toolchain::Python),
    (b"componentize_py", Toolchain::Python),
    (b"StarlingMonkey", Toolchain::JavaScript),
    (b"ComponentizeJS", Toolchain::JavaScript),
    (b"componentize-js", Toolchain::JavaScript),
    (b"TinyGo", Toolchain::Go),
    (b"Go build ID", Toolchain::Go),
    (b"rustc", Toolchain::Rust),
    (b"wit-bindgen-c", Toolchain::C),
    (b"clang version", Toolchain::C),
];

impl Toolchain {
    pub(in crate::plugin) fn of(bytes: &[u8]) -> Option<Self> {
        MARKS.iter().find(|(mark, _)| memmem::find(bytes, mark).is_some()).map(|(_, toolchain)| *toolchain)
    }

    /// Returns the hint for a core module that isn't a component.
    pub(in crate::plugin) fn component(toolchain: Option<Self>) -> &'static str {
        match toolchain {
            Some(Self::Rust) => {
                "build it for the target `wasm32-wasip2`, which makes components: `cargo build --release --target wasm32-wasip2`"
            }
            Some(Self::Go) => {
                "TinyGo makes components with `-target=wasip2`; what Go makes becomes one by `wasm-tools component embed` and `wasm-tools component new --adapt`"
            }
            Some(Self::C) => {
                "make it a component: `wasm-tools component embed wit --world policy-plugin`, then `wasm-tools component new --adapt`"
            }
            _ => {
                "build it as a component: for Rust, with the target `wasm32-wasip2`; for others, `wasm-tools component new` makes one of it: see \
                 `docs/guide/write-a-plugin.md`"
            }
        }
    }

    /// Returns the hint for building for a world of `lback:plugin`.
    pub(in crate::plugin) fn world(toolchain: Option<Self>) -> &'static str {
        match toolchain {
            Some(Self::Rust) => {
                "generate bindings for a world of `lback:plugin`, for instance `policy-plugin`, call `export!`, and build a `cdylib`, not a program"
            }
            Some(Self::Python) => {
                "name a world of `lback:plugin`, as `componentize-py --wit-path wit --world policy-plugin componentize app -o plugin.wasm`"
            }
            Some(Self::JavaScript) => {
                "name a world of `lback:plugin`, as `worldName: \"policy-plugin\"` of `componentize`, or `--world-name policy-plugin` of `jco componentize`"
            }
            Some(Self::Go) => {
                "generate bindings for a world of `lback:plugin`, for instance `policy-plugin`, and name the same world where the component is made"
            }
            Some(Self::C) => {
                "name a world of `lback:plugin`, as `wit-bindgen c --world policy-plugin wit`, and the same world in `wasm-tools component embed`"
            }
            None => "build it for a world of the package `lback:plugin`, for instance `policy-plugin`",
        }
    }

    /// Returns the hint for avoiding the imports that only a handler may have.
    pub(in crate::plugin) fn without_http(toolchain: Option<Self>) -> &'static str {
        match toolchain {
            Some(Self::JavaScript) => {
                "a policy has no side effects, and its imports prove it: leave `fetch` out with `disableFeatures: [\"http\", \"fetch-event\"]` of \
                 `componentize`, or `--disable http fetch-event` of `jco componentize`; or export a handler as well"
            }
            Some(Self::Python) => {
                "a policy has no side effects, and its imports prove it: leave WASI's imports out with `componentize-py componentize --stub-wasi`, \
                 or move what needs this into a handler"
            }
            Some(Self::Rust) => {
                "a policy has no side effects, and its imports prove it: move what needs this into a handler; `cargo tree -i wasip2` may show \
                 which crate brings it"
            }
            Some(Self::Go | Self::C) | None => {
                "a policy has no side effects, and its imports prove it: move what needs this into a handler"
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interpreter_is_told_from_what_it_is_made_of() {
        assert_eq!(Toolchain::of(b"..rustc..clang version 19..componentize-py.."), Some(Toolchain::Python));
        assert_eq!(Toolchain::of(b"..clang version 19../rustc/abc/.."), Some(Toolchain::Rust));
        assert_eq!(Toolchain::of(b"\0asm"), None);
    }
}
