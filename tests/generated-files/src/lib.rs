//! Compares files that are generated from code with the copies that the repository keeps.
//!
//! A test generates a file and hands it to one of the functions here. The test fails where the
//! committed copy differs. `LBACK_UPDATE=1 cargo test NAME` writes the copy instead. In CI, where
//! `CI` is set, nothing is ever written: the variable is then an error.
//!
//! Snapshots of lback's output are not generated files: `insta` compares those.

#![allow(clippy::disallowed_methods, reason = "it reads the files of this repository")]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};

/// The environment variable that makes tests write generated files instead of comparing them.
pub const UPDATE: &str = "LBACK_UPDATE";

/// The files of a folder: paths relative to it, and texts.
pub type Tree = BTreeMap<PathBuf, String>;

/// Compares the file at `path` with `current`, or writes it.
///
/// # Panics
/// If the file differs, or can't be written.
#[track_caller]
pub fn assert_current(path: &Path, current: &str) {
    if updates() {
        write(path, current);
        return;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == current, "{}", outdated(path));
}

/// Compares the part of the file at `path` between the lines `begin` and `end` with `current`, or
/// replaces that part.
///
/// # Panics
/// If the part differs, if the file lacks one of the two lines, or if it can't be written.
#[track_caller]
pub fn assert_section_current(path: &Path, (begin, end): (&str, &str), current: &str) {
    let page = fs::read_to_string(path).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()));
    let lacks = |line: &str| panic!("`{}` lacks the line `{}`", path.display(), line.trim_end());
    let (before, rest) = page.split_once(begin).unwrap_or_else(|| lacks(begin));
    let (committed, after) = rest.split_once(end).unwrap_or_else(|| lacks(end));
    if updates() {
        write(path, &format!("{before}{begin}{current}{end}{after}"));
        return;
    }
    assert!(committed == current, "{}", outdated(path));
}

/// Compares every file of `folder` with `current`, or replaces the folder. A file that `current`
/// doesn't have is a difference.
///
/// # Panics
/// If the folder differs, or can't be written.
#[track_caller]
pub fn assert_tree_current(folder: &Path, current: &Tree) {
    if updates() {
        // Files that are no longer generated must not stay.
        let _ = fs::remove_dir_all(folder);
        for (path, text) in current {
            write(&folder.join(path), text);
        }
        return;
    }
    assert!(tree(folder) == *current, "{}", outdated(folder));
}

/// Reads every file below `folder`; a folder that doesn't exist has none.
///
/// # Panics
/// If a file can't be read, or isn't UTF-8.
#[must_use]
pub fn tree(folder: &Path) -> Tree {
    let mut found = Tree::new();
    add_files(folder, folder, &mut found);
    found
}

fn add_files(root: &Path, folder: &Path, found: &mut Tree) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            add_files(root, &path, found);
        } else {
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("`{}`: {error}", path.display()));
            found.insert(path.strip_prefix(root).unwrap_or(&path).to_owned(), text);
        }
    }
}

/// Returns whether files are written instead of compared.
#[track_caller]
fn updates() -> bool {
    let asked = env::var_os(UPDATE).is_some_and(|value| !value.is_empty());
    assert!(!(asked && in_ci()), "`{UPDATE}` is set in CI, where generated files are only compared");
    asked
}

fn in_ci() -> bool {
    env::var("CI").is_ok_and(|value| ["1", "true"].contains(&&*value))
}

#[track_caller]
fn write(path: &Path, text: &str) {
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(path, text));
    written.unwrap_or_else(|error| panic!("failed to write `{}`: {error}", path.display()));
}

fn outdated(path: &Path) -> String {
    format!("`{}` is out of date: run this test again with `{UPDATE}=1`", path.display())
}
