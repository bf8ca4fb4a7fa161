//! `cargo xtask check`: what must hold beside the tests: formatting, lints, links. Generated files are compared by the tests, which know
//! what they are generated from.

mod links;

use crate::{error::Error, paths::Paths, process, progress, wasm};
use std::{path::Path, process::Command};

/// Checks formatting, lints and links
#[derive(clap::Args)]
pub(crate) struct Check {}

impl Check {
    #[expect(clippy::unused_self, reason = "every command is run the same way")]
    pub(crate) fn run(self, paths: &Paths) -> Result<(), Error> {
        wasm::ensure_target(paths)?;
        let mut failed = Vec::new();
        // All of them, so that one run shows everything.
        for (name, mut command) in commands(paths) {
            anstream::eprintln!(
                "\n{} {}",
                progress::paint(progress::ACCENT, "•"),
                progress::paint(progress::BOLD, &name)
            );
            if let Err(error) = process::open("pass the check", &mut command) {
                progress::report(&error);
                failed.push(name);
            }
        }
        anstream::eprintln!(
            "\n{} {}",
            progress::paint(progress::ACCENT, "•"),
            progress::paint(progress::BOLD, "links")
        );
        match links::check(&paths.root) {
            Ok(count) => anstream::eprintln!("{count} links lead somewhere"),
            Err(error) => {
                progress::report(&error);
                failed.push("links".into());
            }
        }
        if failed.is_empty() { Ok(()) } else { Err(Error::Checks(failed)) }
    }
}

fn commands(paths: &Paths) -> Vec<(String, Command)> {
    let workspaces =
        [("lback", paths.root.clone()), ("plugins", paths.plugins()), ("components", paths.component_sources())];
    let mut commands = Vec::new();
    for (name, folder) in &workspaces {
        let mut format = process::cargo(paths, folder);
        format.args(["fmt", "--all", "--check"]);
        commands.push((format!("format of {name}"), format));
    }
    let wasm = ["--target", wasm::TARGET];
    let [lback, plugins, components] = workspaces.map(|(_, folder)| folder);
    commands.push(("lints of lback".into(), clippy(paths, &lback, None, &["--all-targets"])));
    // Their tests are native; what is shipped is not.
    commands.push(("lints of plugins".into(), clippy(paths, &plugins, Some("plugins"), &["--all-targets"])));
    commands.push(("lints of plugins as wasm".into(), clippy(paths, &plugins, Some("plugins"), &wasm)));
    commands.push(("lints of components".into(), clippy(paths, &components, Some("components-build"), &wasm)));
    commands
}

fn clippy(paths: &Paths, folder: &Path, target_folder: Option<&str>, options: &[&str]) -> Command {
    let mut cargo = process::cargo(paths, folder);
    if let Some(name) = target_folder {
        cargo.env("CARGO_TARGET_DIR", paths.target.join(name));
    }
    cargo.args(["clippy", "--workspace", "--locked"]).args(options).args(["--", "-D", "warnings"]);
    cargo
}
