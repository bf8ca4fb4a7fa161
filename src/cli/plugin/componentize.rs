use std::fs;
use std::path::PathBuf;

use clap::Args;

use crate::authoring::component;
use crate::cli::error::CliError;
use crate::ui::{self, Exit};

/// Make a component of a core WebAssembly module
///
/// For languages whose compilers make modules of WASI preview 1, as C and Go. The module must be built with bindings of this lback's
/// contract; `lback plugin new` writes them.
#[derive(Args)]
pub(in crate::cli) struct Componentize {
    /// The module, as `build/core.wasm`
    module: PathBuf,

    /// The component, as `no-base.wasm`; it is replaced if it is there
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

impl Componentize {
    pub(in crate::cli) fn run(self) -> Result<Exit, CliError> {
        let core = fs::read(&self.module).map_err(|cause| CliError::Read { path: self.module.clone(), cause })?;
        let component = component(&core).map_err(|error| CliError::Component { path: self.module.clone(), error })?;
        fs::write(&self.output, &component).map_err(|cause| CliError::Write { path: self.output.clone(), cause })?;
        let size = bytesize::ByteSize(component.len() as u64);
        ui::status("wrote", &format!("`{}`, {size}", self.output.display()));
        Ok(Exit::Success)
    }
}
