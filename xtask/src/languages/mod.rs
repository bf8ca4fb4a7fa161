//! Compilers of languages other than Rust, for the templates of `lback plugin new` and for
//! tutorials. They come from package registries into the target folder; nothing is installed on
//! the machine.

mod go_modules;
mod node;
mod python;
mod rust;
mod stamp;

use crate::{error::Error, paths::Paths};
pub(crate) use stamp::folder;

/// Installs the compilers.
pub(crate) fn ensure(paths: &Paths) -> Result<(), Error> {
    python::ensure(paths)?;
    node::ensure(paths)?;
    go_modules::ensure(paths)?;
    rust::ensure(paths)
}
