//! Components that are made to keep the compiler busy, and the process that compiles.

mod limits;
mod oversized;
mod process;

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{Project, Run};

fn assemble(project: &Project, text: &str) -> PathBuf {
    let bytes = wat::parse_str(text).unwrap_or_else(|error| panic!("{error:.500}\n{text:.300}"));
    let file = project.path("evil.wasm");
    fs::write(&file, bytes).expect("a file");
    file
}

/// Inspects a file with an empty cache.
fn inspect<'a>(project: &'a Project, file: &Path) -> Run<'a> {
    let file = file.to_str().expect("UTF-8");
    project.lback(&["plugin", "inspect", file]).env("LBACK_CACHE_DIR", project.path("cache"))
}

/// Returns the peak memory of a run, in KiB, as the script `measured.py` wrote it.
fn peak(project: &Project) -> u64 {
    fs::read_to_string(project.path("peak")).expect("a peak").parse().expect("a number")
}

fn measured<'a>(project: &Project, run: Run<'a>) -> Run<'a> {
    run.through_python("sandbox/python/measured.py", &[project.path("peak").to_str().expect("UTF-8")])
}

/// Assembles a component that takes some seconds to compile. It is not a plugin.
fn slow(project: &Project) -> PathBuf {
    with_functions(project, 100)
}

/// A component with so many long functions.
fn with_functions(project: &Project, count: usize) -> PathBuf {
    let body = "local.get 0 i32.const 3 i32.mul local.get 0 i32.add local.set 0 ".repeat(3000);
    let function = format!("(func (param i32) {body})");
    assemble(project, &format!("(component (core module {}))", function.repeat(count)))
}
