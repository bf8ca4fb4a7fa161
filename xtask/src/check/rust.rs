//! The parsed Rust files of the repository's crates. Tests are left out: they may repeat
//! themselves.

use super::tree::{TextFile, Tree};
use crate::error::Error;
use syn::{Attribute, Item};

pub(super) struct RustModule {
    /// The path from the top of the repository.
    pub(super) path: String,
    /// The folder of the crate; empty for lback.
    pub(super) krate: String,
    /// The module's path in the crate; empty for the crate's root.
    pub(super) name: Vec<String>,
    pub(super) syntax: syn::File,
}

/// Parses what is in the `src` folder of each crate.
pub(super) fn parse(tree: &Tree) -> Result<Vec<RustModule>, Error> {
    let crates: Vec<&str> = (tree.files.iter())
        .filter_map(|file| file.path.strip_suffix("Cargo.toml"))
        .map(|folder| folder.trim_end_matches('/'))
        .collect();
    tree.with_extension("rs").filter_map(|file| module(file, &crates)).collect()
}

fn module(file: &TextFile, crates: &[&str]) -> Option<Result<RustModule, Error>> {
    let (krate, inner) = match file.path.strip_prefix("src/") {
        Some(inner) => ("", inner),
        None => file.path.split_once("/src/")?,
    };
    let name: Vec<String> = inner.strip_suffix(".rs")?.split('/').map(str::to_owned).collect();
    if !crates.contains(&krate) || krate.starts_with("tests/") || name.iter().any(|part| part == "tests") {
        return None;
    }
    Some(parse_file(file, krate, name))
}

fn parse_file(file: &TextFile, krate: &str, mut name: Vec<String>) -> Result<RustModule, Error> {
    if name.last().is_some_and(|last| last == "mod") || name == ["main"] || name == ["lib"] {
        name.pop();
    }
    let syntax = syn::parse_file(&file.text).map_err(|error| {
        let line = error.span().start().line;
        Error::Settings(format!("{}:{line}", file.path), error.to_string())
    })?;
    Ok(RustModule { path: file.path.clone(), krate: krate.to_owned(), name, syntax })
}

/// The items, and those in inline modules, without tests.
pub(super) fn items(items: &[Item]) -> Vec<&Item> {
    let mut found = Vec::new();
    for item in items {
        match item {
            Item::Mod(module) if is_test(&module.attrs) => {}
            Item::Mod(module) => {
                found.extend(module.content.iter().flat_map(|(_, inner)| self::items(inner)));
            }
            _ => found.push(item),
        }
    }
    found
}

/// Returns whether something is compiled for tests only.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    let is_cfg_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    };
    attributes.iter().any(|attribute| is_cfg_test(attribute) || attribute.path().is_ident("test"))
}
