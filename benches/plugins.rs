//! The cost of plugins inside lback's own process: compiled, loaded, called for the first time, and
//! called again.
//!
//! `cargo bench` measures lback's plugins and the smallest component of the tests, in a release
//! build. lback itself takes the time (`lback plugin bench`), so that what is measured is what
//! runs. Whole processes are compared by `cargo xtask bench`.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "its output is for a developer")]

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    // Built by `cargo xtask setup`.
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let plugins = ["guard", "slack", "metrics", "webhook"].map(|name| root.join(format!("plugins/{name}.wasm")));
    let components = ["record-policy", "record-handler"].map(|name| target.join(format!("components/{name}.wasm")));
    let mut missing = false;
    for file in plugins.iter().chain(&components) {
        if !file.is_file() {
            eprintln!("error: `{}` is not there\n\nhint: `cargo xtask setup` builds it", file.display());
            missing = true;
            continue;
        }
        let needed: &[&str] =
            if file.ends_with("webhook.wasm") { &["--set", "url=https://hooks.example.com"] } else { &[] };
        let status = Command::new(env!("CARGO_BIN_EXE_lback"))
            .args(["plugin", "bench"])
            .arg(file)
            .args(needed)
            .status()
            .expect("lback was built for this");
        missing |= !status.success();
        println!();
    }
    if missing { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
