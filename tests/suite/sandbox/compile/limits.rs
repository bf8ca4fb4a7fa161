//! Limits of a component's dimensions, and of what the compiler makes of it.

use super::super::attack::{Attack, INVALID_PLUGIN};
use super::oversized::{images, oversized};
use super::{assemble, inspect, measured, peak};
use crate::support::{Project, component, plugin};

/// Memory that a refusal may take at its peak, lback and its compiler alike.
const REFUSAL_KIB: u64 = 300 * 1024;

#[test]
fn what_no_toolchain_makes_is_refused_before_it_is_compiled() {
    let project = Project::empty();
    for (text, dimension) in oversized() {
        eprintln!("{dimension}: {text:.100}");
        let file = assemble(&project, &text);
        let done = measured(&project, inspect(&project, &file)).exits(INVALID_PLUGIN);
        let _ = done.stderr_has(&[
            "it is too large to compile in one respect: ",
            dimension,
            "hint: no known toolchain makes such a component",
        ]);
        assert!(peak(&project) < REFUSAL_KIB, "{dimension}: {} KiB", peak(&project));
    }
}

/// The page that lists the dimensions.
const PAGE: &str = include_str!("../../../../docs/reference/sandbox.md");

#[test]
fn each_dimension_has_an_attack() {
    let (_, compiling) = PAGE.split_once("\n## Compiling\n").expect("the section");
    let rows = compiling.lines().filter_map(|line| line.strip_prefix("| ")?.split_once(" |"));
    let dimensions: Vec<_> =
        rows.map(|(dimension, _)| dimension).filter(|dimension| *dimension != "dimension").collect();
    assert!(dimensions.len() > 30, "{dimensions:?}");
    let attacked: Vec<_> = oversized().into_iter().map(|(_, dimension)| dimension.trim()).collect();
    let missing: Vec<_> = dimensions.into_iter().filter(|dimension| !attacked.contains(dimension)).collect();
    assert!(missing.is_empty(), "no attack for {missing:?}");
}

#[test]
fn what_the_compiler_would_make_of_a_small_file_is_limited() {
    let project = Project::empty();
    let file = assemble(&project, &images(190));
    let done = measured(&project, inspect(&project, &file)).exits(INVALID_PLUGIN);
    let _ = done.stderr_has(&["compiling it took more memory than 512", "hint: a smaller plugin compiles faster"]);
    assert!(peak(&project) < 800 * 1024, "{} KiB", peak(&project));
}

#[test]
fn every_command_refuses_it_alike() {
    let text = &oversized()[0].0;
    let attack = Attack::new("");
    let file = assemble(attack.project(), text);
    let name = file.to_str().expect("UTF-8").to_owned();
    let attack = attack.plugin("evil", &file, "");
    let refusal = "it is too large to compile in one respect: 50000 local variables in a function (limit: 20000)";
    for args in [
        &["plugin", "inspect", &name][..],
        &["plugin", "install", &name],
        &["plugin", "test", &name],
        &["plugin", "bench", &name],
        &["plugin", "list"],
        &["plugin", "test", "evil"],
    ] {
        let _ = attack.project().lback(args).exits(INVALID_PLUGIN).stderr_has(&[refusal]);
    }
    let _ = attack.is_stopped(attack.lback(), INVALID_PLUGIN).stderr_has(&[refusal]);
}

#[test]
fn real_components_of_every_kind_are_compiled() {
    let project = Project::empty();
    for file in [plugin("guard"), component("hostile-both"), component("recorder")] {
        let _ = inspect(&project, &file).exits(0);
    }
}

/// Types that are nested so deeply that reading them takes more stack than there is.
#[test]
fn a_component_that_crashes_the_compiler_leaves_lback_alive() {
    let project = Project::empty();
    let mut types = vec![0x01];
    types.extend([0x41, 0x01, 0x01].repeat(100_000));
    types.extend([0x41, 0x00]);
    // The header of a component, and a section of types with its length as LEB128.
    let mut bytes = b"\0asm\x0d\0\x01\0\x07".to_vec();
    let length = types.len();
    for (shift, more) in [(0, 0x80), (7, 0x80), (14, 0)] {
        bytes.push(u8::try_from((length >> shift) & 0x7f).expect("seven bits") | more);
    }
    bytes.extend(types);
    let file = project.path("evil.wasm");
    std::fs::write(&file, bytes).expect("a file");
    let done = inspect(&project, &file).exits(INVALID_PLUGIN);
    let _ = done.stderr_has(&["the compiler crashed while it compiled the plugin (stack overflow)", "hint: "]);
}
