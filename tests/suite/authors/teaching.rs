//! Errors about files that can't be plugins: the reason, the right file, and the fix in the
//! author's toolchain.

use crate::support::{Project, component, plugin};

const INVALID: i32 = 65;

/// Makes a component that looks like a plugin of this role, with these imports.
fn assembled(role: &str, imports: &str, version: &str) -> Vec<u8> {
    let function = if role == "policy" { "evaluate" } else { "handle" };
    let text = format!(
        r#"(component
            {imports}
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $metadata (export "describe" (func $f)))
            (export "lback:plugin/metadata@{version}" (instance $metadata))
            (instance $role (export "{function}" (func $f)))
            (export "lback:plugin/{role}@{version}" (instance $role)))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn import(name: &str) -> String {
    format!(r#"(import "{name}" (instance (export "f" (func))))"#)
}

/// Checks that `inspect`, `test` and a blocked run report this reason.
#[track_caller]
fn is_told(bytes: &[u8], said: &str, hint: &str) {
    let project = Project::new();
    std::fs::write(project.path("plugin.wasm"), bytes).expect("a file");
    let project = project.plugin("odd", std::path::Path::new("plugin.wasm"), "on-error = 'block'");
    for command in ["inspect", "test", "bench"] {
        let done = project.lback(&["plugin", command, "./plugin.wasm"]).exits(INVALID);
        assert_eq!(done.stdout, "", "{done}");
        done.stderr_has(&["error: the plugin `./plugin.wasm` is not valid: ", said, "\n\nhint: ", hint]);
    }
    project.lback(&["history"]).exits(INVALID).stderr_has(&["odd failed: ", said, hint]);
}

#[test]
fn an_import_that_is_for_handlers_only() {
    for (name, said) in [
        (
            "wasi:http/outgoing-handler@0.2.3",
            "it is a policy and imports `wasi:http/outgoing-handler`, which only a handler may import",
        ),
        ("lback:plugin/http@1.0.0", "it is a policy and imports `lback:plugin/http`, which only a handler may import"),
    ] {
        is_told(&assembled("policy", &import(name), "1.0.0"), said, "move what needs this into a handler");
    }
}

#[test]
fn the_hint_is_for_the_toolchain_that_made_it() {
    let http = import("wasi:http/outgoing-handler@0.2.3");
    for (mark, hint) in [
        ("componentize-py", "componentize-py componentize --stub-wasi"),
        ("ComponentizeJS", "disableFeatures: [\"http\", \"fetch-event\"]"),
        ("rustc", "`cargo tree -i wasip2`"),
    ] {
        let bytes = assembled("policy", &format!("{http} (core module (@custom \"producers\" \"{mark}\"))"), "1.0.0");
        is_told(&bytes, "which only a handler may import", hint);
    }
    for (mark, hint) in [
        ("rustc", "cargo build --release --target wasm32-wasip2"),
        ("TinyGo", "-target=wasip2"),
        ("", "`wasm32-wasip2`"),
    ] {
        let module = wat::parse_str(format!("(module (@custom \"producers\" \"{mark}\"))")).expect("a module");
        is_told(&module, "it is a core WebAssembly module, not a component", hint);
    }
}

#[test]
fn an_import_that_does_not_exist() {
    for (name, why, hint) in [
        (
            "wasi:keyvalue/store@0.2.0",
            "plugins may use the imports of their world and WASI 0.2 (`cli`, ",
            "without the code that needs this import",
        ),
        (
            "wasi:http/incoming-handler@0.2.0",
            "of `wasi:http`, lback provides only `outgoing-handler`, to handlers",
            "without the code that needs this import",
        ),
        ("wasi:cli/environment@0.3.0", "lback provides WASI 0.2", "without the code that needs this import"),
        ("lback:plugin/imagined@1.0.0", "this version of lback doesn't define it", "update lback"),
    ] {
        let said = format!("it imports `{name}`, which lback doesn't provide: {why}");
        is_told(&assembled("handler", &import(name), "1.0.0"), &said, hint);
    }
}

#[test]
fn another_world_names_what_it_exports() {
    let bytes = std::fs::read(component("wrong-world")).expect("a component");
    is_told(
        &bytes,
        "it exports neither `lback:plugin/policy` nor `lback:plugin/handler`, but `test:greeting/greeting",
        "call `export!`, and build a `cdylib`",
    );
    let program = wat::parse_str(
        r#"(component
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $run (export "run" (func $f)))
            (export "wasi:cli/run@0.2.0" (instance $run)))"#,
    );
    is_told(&program.expect("a component"), "but `wasi:cli/run@0.2.0`", "`policy-plugin`");
    is_told(&wat::parse_str("(component)").expect("a component"), "it has no exports", "`policy-plugin`");
}

#[test]
fn exports_that_are_missing_or_of_another_shape() {
    let bytes = assembled("policy", "", "1.0.0");
    is_told(&bytes, "its exports don't match its world: ", "bindings that are generated from the `wit/`");
    let without = wat::parse_str(
        r#"(component
            (core module $m (func (export "f")))
            (core instance $i (instantiate $m))
            (func $f (canon lift (core func $i "f")))
            (instance $role (export "handle" (func $f)))
            (export "lback:plugin/handler@1.0.0" (instance $role)))"#,
    );
    is_told(&without.expect("a component"), "it exports no `lback:plugin/metadata`", "`policy-plugin`");
}

#[test]
fn another_version_of_the_package() {
    for (version, hint) in [
        ("2.0.0", "update lback, or use an older build of the plugin"),
        ("1.1.0", "update lback, or use an older build of the plugin"),
        ("0.9.0", "rebuild the plugin, or ask its author for a newer build"),
    ] {
        let said = format!("it is built for `lback:plugin@{version}`, but this lback supports 1.0.0");
        is_told(&assembled("handler", "", version), &said, hint);
    }
}

#[test]
fn imports_of_toolchains_are_available() {
    // Rust's standard library imports `wasi:cli`, `wasi:io` and the like, whatever the world says.
    let done = Project::empty().lback(&["plugin", "inspect", &plugin("guard").display().to_string()]).exits(0);
    assert!(done.stdout.contains("wasi:cli@0.2"), "{done}");
}
