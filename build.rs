//! The facts of a build, for `lback --version`: the target, and the commit of a release build.

#![allow(clippy::disallowed_methods, reason = "it reads the files of this repository")]

use std::env;
use std::fs;
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=LBACK_COMMIT");
    println!("cargo:rustc-env=LBACK_BUILD_TARGET={}", env::var("TARGET").unwrap_or_default());
    println!("cargo:rustc-env=LBACK_BUILD_COMMIT={}", commit().unwrap_or_default());
}

/// Returns the commit: the one that the environment names, the one that cargo wrote into a package,
/// or the one that is checked out. Dev builds have none, so that a commit doesn't compile lback
/// again.
fn commit() -> Option<String> {
    if let Ok(commit) = env::var("LBACK_COMMIT") {
        return Some(commit);
    }
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        return None;
    }
    packaged().or_else(checked_out)
}

fn packaged() -> Option<String> {
    let text = fs::read_to_string(".cargo_vcs_info.json").ok()?;
    let (_, rest) = text.split_once("\"sha1\": \"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

fn checked_out() -> Option<String> {
    println!("cargo:rerun-if-changed={}", git(&["rev-parse", "--git-path", "logs/HEAD"])?);
    git(&["rev-parse", "HEAD"])
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
