//! The bindings and types in `templates/`, compared with what the generators make of `wit/`.
//! `LBACK_UPDATE=1 cargo xtask test bindings` writes them.

use std::fs;
use std::path::{Path, PathBuf};

use generated_files::{Tree, assert_tree_current, tree};
use wit_bindgen_core::wit_parser::Resolve;
use wit_bindgen_core::{Files, WorldGenerator};

use crate::support::{Project, compilers};

const WIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/wit");

/// Compares the files with those of this folder in `templates/`.
#[track_caller]
fn assert_committed(folder: &str, generated: &Tree) {
    assert_tree_current(&Path::new(env!("CARGO_MANIFEST_DIR")).join("templates").join(folder), generated);
}

fn generate(mut generator: Box<dyn WorldGenerator>, kind: &str) -> Tree {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_path(WIT).expect("the contract");
    let world = resolve.select_world(&[package], Some(&format!("{kind}-plugin"))).expect("a world");
    let mut files = Files::default();
    generator.generate(&mut resolve, world, &mut files).expect("bindings");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("a text");
    files.iter().map(|(name, bytes)| (PathBuf::from(name), text(bytes))).collect()
}

#[test]
fn bindings_for_c() {
    for kind in ["policy", "handler"] {
        let options = wit_bindgen_c::Opts { no_object_file: true, ..Default::default() };
        let mut generated = generate(options.build(), kind);
        let symbol = format!("__component_type_object_force_link_{kind}_plugin");
        assert!(generated.values().any(|text| text.contains(&symbol)), "the bindings want another symbol");
        let object = format!(
            "// The bindings link an object file with the component's type where there is one. Here `lback plugin componentize` adds the type.\n\
             void {symbol}(void) {{}}\n"
        );
        generated.insert("component_type.c".into(), object);
        assert_committed(&format!("c/{kind}/bindings"), &generated);
    }
}

#[test]
fn bindings_for_go() {
    for kind in ["policy", "handler"] {
        let options = wit_bindgen_go::Opts {
            // Unformatted, because not every machine has `gofmt`.
            format: wit_bindgen_go::Format::False,
            pkg_name: Some("example.com/my-plugin/bindings".into()),
            export_pkg_name: Some("example.com/my-plugin".into()),
            ..Default::default()
        };
        assert_committed(&format!("go/{kind}/bindings"), &generate(options.build(), kind));
    }
    let module =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/go/common/go.mod.in")).expect("a file");
    let wanted = wit_bindgen_go::remote_pkg_version();
    assert!(module.contains(&format!("\nrequire {wanted}\n")), "the bindings want `{wanted}`:\n{module}");
}

#[test]
fn types_for_javascript() {
    for kind in ["policy", "handler"] {
        let room = Project::empty();
        let jco = compilers().join("node/node_modules/.bin/jco");
        let world = format!("{kind}-plugin");
        room.program(jco.as_os_str(), &["guest-types", WIT, "--world-name", &world, "--out-dir", "types"]).exits(0);
        assert_committed(&format!("javascript/{kind}/types"), &tree(&room.path("types")));
    }
}
