//! Paths in this repository and in cargo's target folder.

use crate::error::Error;
use std::{
    env,
    path::{Path, PathBuf},
};

#[derive(Debug)]
pub(crate) struct Paths {
    /// The root of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder.
    pub(crate) target: PathBuf,
}

impl Paths {
    pub(crate) fn find() -> Result<Self, Error> {
        // Cargo sets the variable at run time: clones that share a target folder share this program
        // too.
        let xtask = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&xtask).parent().unwrap_or(Path::new("/")).to_path_buf();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => std::path::absolute(&folder).map_err(Error::file("resolve", folder))?,
            None => root.join("target"),
        };
        Ok(Self { root, target })
    }

    pub(crate) fn plugins(&self) -> PathBuf {
        self.root.join("plugins")
    }

    pub(crate) fn component_sources(&self) -> PathBuf {
        self.root.join("tests/components")
    }

    /// Returns the folder of the built test components.
    pub(crate) fn components(&self) -> PathBuf {
        self.target.join("components")
    }

    pub(crate) fn venv(&self) -> PathBuf {
        self.root.join(".venv")
    }

    pub(crate) fn python(&self) -> PathBuf {
        self.venv().join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" })
    }
}
