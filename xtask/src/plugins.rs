//! `cargo xtask plugins`: the components of lback's own plugins that are part of lback's program.
//!
//! The components are committed in `builtin/`, compressed, so that a build of lback needs neither
//! the wasm target nor the plugins' sources. The same sources give the same bytes on every machine:
//! `wasm` replaces the paths that a compiler writes into them. `cargo xtask check plugins` builds
//! them again and compares.

use crate::{error::Error, files, lback, paths::Paths, process, progress::Step, wasm};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Builds lback's own plugins, and writes them to `builtin`
#[derive(clap::Args)]
pub(crate) struct Plugins {
    /// Compare instead, and fail if a committed plugin isn't what its source gives
    #[arg(long)]
    check: bool,
}

/// The text of `builtin/index.json`.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Index {
    plugins: Vec<Entry>,
}

/// A plugin, as a list shows it; `src/registry/builtin.rs` reads it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    name: String,
    version: String,
    summary: String,
    roles: Vec<String>,
    digest: String,
    bytes: u64,
}

/// The most effort, which is spent once.
const LEVEL: u8 = 10;

impl Plugins {
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        wasm::ensure_target(paths)?;
        let names = wasm::build_plugins(paths)?;
        let lback = lback::build(paths)?;
        let mut step = Step::start("built-in plugins");
        let entries: Result<Vec<_>, _> = names.iter().map(|name| entry(paths, &mut step, &lback, name)).collect();
        let index = Index { plugins: entries? };
        if self.check {
            compare(paths, &index)?;
            step.done("as their sources give them");
        } else {
            write(paths, &index)?;
            step.done(names.into_iter().collect::<Vec<_>>().join(", "));
        }
        Ok(())
    }
}

/// Returns what the plugin says about itself.
fn entry(paths: &Paths, step: &mut Step, lback: &Path, name: &str) -> Result<Entry, Error> {
    let mut inspect = Command::new(lback);
    inspect.args(["plugin", "inspect", "--json"]).arg(component(paths, name)).current_dir(&paths.target);
    let document = process::quiet(step, "inspect a plugin", &mut inspect, None)?;
    serde_json::from_str(&document).map_err(|error| Error::Settings(name.to_owned(), error.to_string()))
}

fn write(paths: &Paths, index: &Index) -> Result<(), Error> {
    files::make_folder(&folder(paths))?;
    for Entry { name, .. } in &index.plugins {
        let bytes = read(&component(paths, name))?;
        // Another version of the compressor may give other bytes for the same plugin.
        if unpacked(paths, name).is_none_or(|present| present != bytes) {
            let packed = miniz_oxide::deflate::compress_to_vec_zlib(&bytes, LEVEL);
            fs::write(packed_file(paths, name), packed).map_err(Error::file("write", packed_file(paths, name)))?;
        }
    }
    let text = serde_json::to_string_pretty(index).map_err(|error| Error::Settings(INDEX.into(), error.to_string()))?;
    fs::write(folder(paths).join(INDEX), text + "\n").map_err(Error::file("write", folder(paths).join(INDEX)))
}

/// Fails unless the committed plugins are those of the sources.
fn compare(paths: &Paths, index: &Index) -> Result<(), Error> {
    let mut differing = Vec::new();
    for Entry { name, .. } in &index.plugins {
        if unpacked(paths, name) != Some(read(&component(paths, name))?) {
            differing.push(format!("`builtin/{name}.wasm.zz`"));
        }
    }
    let text = fs::read_to_string(folder(paths).join(INDEX)).unwrap_or_default();
    if serde_json::from_str::<Index>(&text).ok().as_ref() != Some(index) {
        differing.push(format!("`builtin/{INDEX}`"));
    }
    if differing.is_empty() { Ok(()) } else { Err(Error::Outdated(differing)) }
}

fn unpacked(paths: &Paths, name: &str) -> Option<Vec<u8>> {
    miniz_oxide::inflate::decompress_to_vec_zlib(&fs::read(packed_file(paths, name)).ok()?).ok()
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(Error::file("read", path))
}

fn component(paths: &Paths, name: &str) -> PathBuf {
    paths.plugins().join(format!("{name}.wasm"))
}

fn packed_file(paths: &Paths, name: &str) -> PathBuf {
    folder(paths).join(format!("{name}.wasm.zz"))
}

fn folder(paths: &Paths) -> PathBuf {
    paths.root.join("builtin")
}

const INDEX: &str = "index.json";
