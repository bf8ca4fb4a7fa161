use std::path::{Path, PathBuf};

use clap::Args;

use crate::authoring::ComponentError;
use crate::authoring::component;
use crate::support::atomic_write;
use crate::support::exit::Exit;
use crate::support::io_error::FileError;
use crate::support::read_file;
use crate::support::user_error::CommandError;
use crate::support::user_error::UserError;
use crate::ui;

/// Make a component of a core WebAssembly module
///
/// For languages whose compilers produce modules for WASI preview 1, such as C and Go. The module
/// must be built with the bindings of this lback's contract, which `lback plugin new` writes.
#[derive(Args)]
pub(in crate::cli) struct Componentize {
    /// The module, as `build/core.wasm`
    module: PathBuf,

    /// The component, as `no-base.wasm`; an existing file is replaced
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Componentize {
    pub(in crate::cli) fn run(self) -> Result<Exit, CommandError> {
        let size = bytesize::ByteSize(componentize(&self.module, &self.output)?);
        ui::status("wrote", &format!("`{}`, {size}", self.output.display()));
        Ok(Exit::Success)
    }
}

/// Makes a component of a module, and returns its size in bytes.
pub(super) fn componentize(module: &Path, output: &Path) -> Result<u64, CommandError> {
    let core = read_file::read(module, read_file::WRITTEN_BY_PROGRAMS).map_err(FileError::read(module))?;
    let component = component(&core).map_err(|error| NotComponent { path: module.to_owned(), error })?;
    atomic_write::replace(output, &component).map_err(FileError::write(output))?;
    Ok(component.len() as u64)
}

/// A module that no component can be made of.
#[derive(Debug, thiserror::Error)]
#[error("cannot make a component of `{}`: {error}", .path.display())]
struct NotComponent {
    path: PathBuf,
    error: ComponentError,
}

impl UserError for NotComponent {
    fn exit(&self) -> Exit {
        Exit::InvalidPlugin
    }

    fn hint(&self) -> Option<String> {
        Some(self.error.hint().to_owned())
    }
}
