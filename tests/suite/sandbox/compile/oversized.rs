//! Components that are larger in one dimension than any real one.

fn times(count: usize, text: &str) -> String {
    text.repeat(count)
}

/// Assembles a component from numbered parts.
fn numbered(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect()
}

fn function(body: &str) -> String {
    format!("(component (core module (func {body})))")
}

fn module(fields: &str) -> String {
    format!("(component (core module {fields}))")
}

fn whole(parts: &str) -> String {
    format!("(component {parts})")
}

/// Components nested in each other, each of which instantiates the one before it twice.
fn doubling(levels: usize) -> String {
    let level = |n: usize| {
        let inner = if n == 0 {
            "(core module $m) (core instance (instantiate $m))".to_owned()
        } else {
            let before = n - 1;
            format!("(alias outer 1 $c{before} (component $b)) (instance (instantiate $b)) (instance (instantiate $b))")
        };
        format!("(component $c{n} {inner})")
    };
    whole(&format!("{} (instance (instantiate $c{}))", numbered(levels, level), levels - 1))
}

fn nested(depth: usize, open: &str) -> String {
    format!("{}{}", times(depth, open), times(depth, ")"))
}

fn nested_types(depth: usize) -> String {
    (1..depth).fold("(component)".to_owned(), |inner, _| format!("(component (type {inner}))"))
}

/// Rows: the component, and the dimension in lback's words.
pub(super) fn oversized() -> Vec<(String, &'static str)> {
    [of_functions(), of_modules(), of_instances(), of_types_and_names()].concat()
}

fn of_functions() -> Vec<(String, &'static str)> {
    vec![
        (function(&format!("(local {})", times(50_000, "i32 "))), " local variables in a function"),
        (function(&format!("(local {})", times(10_001, "i32 i64 "))), " local variables in a function"),
        (
            module(&times(110, &format!("(func (local {}))", times(19_000, "i32 ")))),
            " local variables in all functions",
        ),
        (function(&format!("{} {}", times(5001, "block "), times(5001, "end "))), " nested blocks in a function"),
        (function(&format!("{} {}", times(5001, "loop "), times(5001, "end "))), " nested blocks in a function"),
        (
            function(&format!("{} {}", times(5001, "i32.const 0 if "), times(5001, "end "))),
            " nested blocks in a function",
        ),
        (function(&format!("{} {}", times(5001, "try_table "), times(5001, "end "))), " nested blocks in a function"),
        (function(&times(50_001, "block end ")), " blocks in a function"),
        (function(&times(700_000, "i32.const 0 drop ")), " bytes in a function"),
        (function(&format!("i32.const 0 br_table {}", times(200_002, "0 "))), " branch targets in a function"),
        (function(&times(200_001, "i32.const 0 br_if 0 ")), " branch targets in a function"),
        (
            function(&times(1000, &format!("(try_table {})", times(201, "(catch_all 0)")))),
            " branch targets in a function",
        ),
        (
            function(&format!("(local {}) {}", times(19_000, "i64 "), times(2000, "block end "))),
            " local variables in all blocks of a function",
        ),
        (function(&format!("(param {})", times(251, "i32 "))), " parameters of a function"),
        (function(&format!("(result {}) unreachable", times(51, "i32 "))), " results of a function"),
    ]
}

fn of_modules() -> Vec<(String, &'static str)> {
    vec![
        (
            module(&numbered(10_001, |n| format!("(type (func (param {})))", times(n % 9, "i32 ")))),
            " types in a module",
        ),
        (module(&format!("(rec {})", times(10_001, "(type (func))"))), " types in a module"),
        (module(&times(100_001, "(func)")), " functions in a module"),
        (module(&times(10_001, "(import \"\" \"\" (func))")), " imports of a module"),
        (
            module(&format!("(func $f) {}", numbered(20_001, |n| format!("(export \"{n}\" (func $f))")))),
            " exports of a module",
        ),
        (module(&times(10_001, "(global i32 (i32.const 0))")), " globals in a module"),
        (module(&times(33, "(memory 0)")), " memories in a module"),
        (module(&times(129, "(table 0 funcref)")), " tables in a module"),
        (
            module(&format!("(func $f) (table 1 funcref) {}", times(1001, "(elem (i32.const 0) func $f)"))),
            " element segments in a module",
        ),
        (module(&format!("(func $f) (elem declare func {})", times(50_001, "$f "))), " elements in a module"),
        (module(&format!("(memory 1) {}", times(100_001, "(data \"\")"))), " data segments in a module"),
        (module("(table 4000001 funcref)"), " initial elements of all tables"),
        (
            module("(func $f) (elem declare func $f) (table 4000001 funcref (ref.func $f))"),
            " initial elements of all tables",
        ),
        (whole(&times(5, "(core module (table 1000000 funcref))")), " initial elements of all tables"),
    ]
}

fn of_instances() -> Vec<(String, &'static str)> {
    vec![
        (whole(&times(201, "(core module)")), " modules"),
        (whole(&times(101, "(component)")), " nested components"),
        (nested(12, "(component "), " levels of nested components"),
        (whole(&format!("(core module $m) {}", times(1001, "(core instance (instantiate $m))"))), " core instances"),
        (doubling(40), " instances with those that they bring"),
        (
            whole(&format!(
                "(core module $m {}) {}",
                times(50_000, "(func)"),
                times(101, "(core instance (instantiate $m))")
            )),
            " functions, globals and elements in all instances",
        ),
        (
            whole(&format!(
                "(core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) (alias core export $i \"f\" (core func $f)) (core instance {})",
                numbered(20_001, |n| format!("(export \"{n}\" (func $f))"))
            )),
            " arguments of instances",
        ),
        (
            whole(&format!(
                "(core instance $i) (core module $m) (core instance (instantiate $m {}))",
                numbered(20_001, |n| format!("(with \"{n}\" (instance $i))"))
            )),
            " arguments of instances",
        ),
        (
            whole(&format!(
                "(core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) {}",
                times(20_001, "(alias core export $i \"f\" (core func))")
            )),
            " aliases",
        ),
        (
            whole(&format!(
                "(core module $m (func (export \"f\"))) (core instance $i (instantiate $m)) \
                 (type $t (func)) (alias core export $i \"f\" (core func $g)) {}",
                times(5001, "(func (type $t) (canon lift (core func $g)))")
            )),
            " functions between host and modules",
        ),
    ]
}

fn of_types_and_names() -> Vec<(String, &'static str)> {
    let long = times(4097, "n");
    vec![
        (whole(&times(5001, "(type (func))")), " types of the component"),
        (whole(&format!("(type {})", nested_types(21))), " levels of nested types"),
        (whole(&times(60, &format!("(type (tuple {}))", times(900, "u8 ")))), " parts of types"),
        (whole(&numbered(1001, |n| format!("(import \"f{n}\" (func))"))), " imports of the component"),
        (
            whole(&format!("(import \"f\" (func $f)) {}", numbered(1001, |n| format!("(export \"e{n}\" (func $f))")))),
            " exports of the component",
        ),
        (module(&format!("(func (export \"{long}\"))")), " bytes in a name"),
        (whole(&format!("(import \"{long}\" (func))")), " bytes in a name"),
        (module(&times(1001, "(@custom \"x\" \"\")")), " custom sections"),
    ]
}

/// Modules of some bytes, whose memories are images of 16 MiB in compiled code.
pub(super) fn images(modules: usize) -> String {
    let module = "(core module (memory 257) (data (i32.const 0) \"x\") (data (i32.const 16777214) \"x\"))";
    whole(&times(modules, module))
}
