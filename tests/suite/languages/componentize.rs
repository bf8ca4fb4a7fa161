//! `lback plugin componentize`: its inputs, and its errors for others. The tests of the templates
//! show that its outputs work.

use crate::support::{Project, component};

#[test]
fn a_file_that_is_no_module_is_refused_with_a_hint() {
    let module = |text: &str| wat::parse_str(text).expect("a module");
    let project = Project::empty().file("text.wasm", "not wasm");
    std::fs::write(project.path("nothing.wasm"), module("(module)")).expect("a file");
    let wrong = r#"(module (func (export "lback:plugin/policy@1.0.0#evaluate")))"#;
    std::fs::write(project.path("wrong.wasm"), module(wrong)).expect("a file");
    std::fs::copy(component("recorder"), project.path("component.wasm")).expect("a file");
    for (file, texts) in [
        ("text.wasm", ["it is not a WebAssembly module", "hint: name the `.wasm` file that the compiler made"]),
        ("component.wasm", ["it is a component already", "hint: no conversion is needed"]),
        ("nothing.wasm", ["it exports neither `lback:plugin/policy@1.0.0#evaluate`", "hint: compile the bindings"]),
        (
            "wrong.wasm",
            ["it does not fit the world `policy-plugin`", "hint: make the bindings from the `wit/` of this lback"],
        ),
    ] {
        let done = project.lback(&["plugin", "componentize", file, "-o", "made.wasm"]).exits(65);
        assert!(!project.path("made.wasm").exists(), "{done}");
        done.stderr_has(&texts);
    }
    project
        .lback(&["plugin", "componentize", "missing.wasm", "-o", "made.wasm"])
        .exits(69)
        .stderr_has(&["cannot read `missing.wasm`"]);
}
