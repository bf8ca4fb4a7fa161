//! The input of inspections; each part is made once, when an inspection needs it.

use super::{python, rust, style::Style, tree::Tree};
use crate::{error::Error, paths::Paths};
use std::cell::OnceCell;

pub(super) struct Context<'a> {
    pub(super) paths: &'a Paths,
    pub(super) tree: Tree,
    pub(super) style: Style,
    rust: OnceCell<Vec<rust::RustModule>>,
    python: OnceCell<Vec<python::PythonModule>>,
}

impl<'a> Context<'a> {
    pub(super) fn read(paths: &'a Paths) -> Result<Self, Error> {
        let (tree, style) = (Tree::read(&paths.root)?, Style::read(&paths.root)?);
        Ok(Self { paths, tree, style, rust: OnceCell::new(), python: OnceCell::new() })
    }

    /// The parsed Rust files of crates, without tests.
    pub(super) fn rust(&self) -> Result<&[rust::RustModule], Error> {
        if self.rust.get().is_none() {
            self.rust.set(rust::parse(&self.tree)?).ok();
        }
        Ok(self.rust.get().map_or(&[], Vec::as_slice))
    }

    /// Facts about the Python files.
    pub(super) fn python(&self) -> Result<&[python::PythonModule], Error> {
        if self.python.get().is_none() {
            self.python.set(python::read(self.paths, &self.tree)?).ok();
        }
        Ok(self.python.get().map_or(&[], Vec::as_slice))
    }
}
