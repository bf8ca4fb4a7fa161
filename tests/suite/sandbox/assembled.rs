//! Components that no compiler makes, written as WebAssembly text: they take too much before any of
//! their code runs.

use super::attack::{Attack, INVALID_PLUGIN};

/// Assembles a component from core modules and instances, of which the last is named `$last` and
/// exports a function `f`. It looks like a handler, but is never called.
fn handler(core: &str) -> Vec<u8> {
    let text = format!(
        r#"(component
            {core}
            (func $f (canon lift (core func $last "f")))
            (instance $metadata (export "describe" (func $f)))
            (export "lback:plugin/metadata@1.0.0" (instance $metadata))
            (instance $handler (export "handle" (func $f)))
            (export "lback:plugin/handler@1.0.0" (instance $handler)))"#
    );
    wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}"))
}

/// Assembles one module with `count` instances.
fn instances(body: &str, count: usize) -> String {
    let others = "(core instance (instantiate $m))".repeat(count - 1);
    format!(r#"(core module $m {body} (func (export "f"))) {others} (core instance $last (instantiate $m))"#)
}

#[track_caller]
fn is_refused(core: &str, fault: &str) {
    eprintln!("{core:.200}");
    let attack = Attack::new("");
    let file = attack.project().path("evil.wasm");
    std::fs::write(&file, handler(core)).expect("a file");
    // As a handler it would otherwise only cause a warning.
    let attack = attack.plugin("evil", &file, "on-error = 'block'");
    let _ = attack.is_stopped(attack.lback(), INVALID_PLUGIN).stderr_has(&[fault]);
}

#[test]
fn memories_tables_and_instances_are_counted() {
    is_refused(&instances("(memory 1)", 17), "memory count too high at 17");
    is_refused(&instances(&"(table 1 funcref)".repeat(30), 3), "table count too high at 90");
    is_refused(&instances("", 257), "instance count too high at 257");
}

#[test]
fn the_elements_of_all_tables_are_counted_together() {
    is_refused(&instances("(table 2000000 funcref)", 1), "it ran out of table elements (limit: 1000000)");
    is_refused(&instances("(table 300000 funcref)", 4), "it ran out of table elements (limit: 1000000)");
}

#[test]
fn the_bytes_of_all_memories_are_counted_together() {
    // Half a gibibyte where `describe` gets a quarter, at once and in parts.
    is_refused(&instances("(memory 8192)", 1), "it ran out of memory (limit: 256.0 MiB)");
    is_refused(&instances("(memory 1024)", 8), "it ran out of memory (limit: 256.0 MiB)");
}

#[test]
fn memories_of_64_bits_and_shared_ones_are_no_part_of_the_machine() {
    is_refused(&instances("(memory i64 1)", 1), "it is not a WebAssembly component: ");
    is_refused(&instances("(memory 1 1 shared)", 1), "it is not a WebAssembly component: ");
}

#[test]
fn code_that_runs_on_instantiation_has_no_more_time_than_other_code() {
    is_refused(&instances("(func $endless (loop (br 0))) (start $endless)", 1), "it did not finish within 5s");
}
