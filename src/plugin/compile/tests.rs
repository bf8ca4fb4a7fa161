use proptest::prelude::*;

use super::answer::CompilerAnswer;
use super::dimension::Dimension;
use super::shape::{self, Unfit};

const DOCUMENTED: &str = include_str!("../../../docs/reference/sandbox.md");

/// Every dimension. A new one is missing in the documentation until it is here.
const DIMENSIONS: [Dimension; 36] = [
    Dimension::FunctionBytes,
    Dimension::Locals,
    Dimension::AllLocals,
    Dimension::Nesting,
    Dimension::Blocks,
    Dimension::BranchTargets,
    Dimension::LocalsInBlocks,
    Dimension::Parameters,
    Dimension::Results,
    Dimension::Types,
    Dimension::Functions,
    Dimension::Imports,
    Dimension::Exports,
    Dimension::Globals,
    Dimension::Memories,
    Dimension::Tables,
    Dimension::TableElements,
    Dimension::ElementSegments,
    Dimension::Elements,
    Dimension::DataSegments,
    Dimension::Modules,
    Dimension::Components,
    Dimension::Depth,
    Dimension::CoreInstances,
    Dimension::Instances,
    Dimension::InstanceParts,
    Dimension::Arguments,
    Dimension::Aliases,
    Dimension::ComponentTypes,
    Dimension::TypeDepth,
    Dimension::TypeParts,
    Dimension::ComponentFunctions,
    Dimension::ComponentImports,
    Dimension::ComponentExports,
    Dimension::CustomSections,
    Dimension::NameBytes,
];

fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

#[test]
fn every_limit_is_documented_with_the_largest_real_value() {
    for dimension in DIMENSIONS {
        let limit = dimension.limit();
        let row = format!("| {} | {} | {} |", limit.what, grouped(limit.largest_real), grouped(limit.most));
        assert!(DOCUMENTED.contains(&row), "docs/reference/sandbox.md lacks: {row}");
        assert!(limit.most >= 2 * limit.largest_real, "{row}");
    }
}

#[test]
fn an_answer_is_read_only_if_it_is_whole() {
    let compiled = CompilerAnswer::Compiled { bytes: 3 };
    let whole = [compiled.line(), b"\nxy".to_vec()].concat();
    assert_eq!(CompilerAnswer::read(&whole), Some((compiled, &b"\nxy"[..])));
    for length in 0..whole.len() {
        assert_eq!(CompilerAnswer::read(&whole[..length]), None, "{length}");
    }
    let invalid = CompilerAnswer::Invalid("line one\nline two".into());
    assert_eq!(CompilerAnswer::read(&invalid.line()), Some((invalid, &b""[..])));
    for not_one in [&b""[..], b"\n", b"{}\n", b"{\"compiled\":{\"bytes\":0}}\nx", b"hello\n"] {
        assert_eq!(CompilerAnswer::read(not_one), None);
    }
}

#[test]
fn a_value_above_its_limit_ends_the_survey() {
    let nested = |depth: usize| {
        let blocks = format!("{}{}", "(block ".repeat(depth), ")".repeat(depth));
        wat::parse_str(format!("(module (func {blocks}))")).expect("a module")
    };
    assert!(shape::check(&nested(100)).is_ok());
    assert!(matches!(shape::check(b"\0asm"), Err(Unfit::Unreadable(_))));
    let locals = wat::parse_str(format!("(module (func (local {})))", "i32 ".repeat(20_001))).expect("a module");
    let Err(Unfit::TooLarge { dimension, found }) = shape::check(&locals) else { panic!("it is too large") };
    assert_eq!((dimension, found), (Dimension::Locals, 20_001));
}

const POLICY: &[u8] = include_bytes!("../../../tests/compatibility/1.0.0/policy.wasm");
const HANDLER: &[u8] = include_bytes!("../../../tests/compatibility/1.0.0/handler.wasm");

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_component_with_any_bytes_changed_is_surveyed_or_refused(
        is_handler in any::<bool>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..16),
        end in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut bytes = if is_handler { HANDLER } else { POLICY }.to_vec();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if is_cut {
            bytes.truncate(end.index(bytes.len()));
        }
        let _ = shape::check(&bytes);
    }

    #[test]
    fn any_output_of_the_compiler_is_an_answer_or_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = CompilerAnswer::read(&bytes);
        let line = [&b"{\"compiled\":{\"bytes\":3}}\n"[..], &bytes].concat();
        prop_assert_eq!(CompilerAnswer::read(&line).is_some(), bytes.len() == 3);
    }
}
