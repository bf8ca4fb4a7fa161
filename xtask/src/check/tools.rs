//! Checks that other programs make: rustfmt, clippy, ruff, mypy, mkdocs, and cargo-deny where it is
//! installed. Each prints what it finds.

use super::context::Context;
use crate::{error::Error, paths::Paths, process, progress, venv, wasm};
use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// The names of these checks; cargo-deny belongs to `dependencies`.
pub(super) const NAMES: &[&str] = &["format", "lints", "python", "plugins", "site"];

pub(super) struct Tool {
    pub(super) title: String,
    command: Command,
}

impl Tool {
    fn new(title: impl Into<String>, command: Command) -> Self {
        Self { title: title.into(), command }
    }

    /// Runs the program in the open, and returns whether it found nothing.
    pub(super) fn passes(&self) -> bool {
        anstream::eprintln!(
            "\n{} {}",
            progress::paint(progress::ACCENT, "•"),
            progress::paint(progress::BOLD, &self.title)
        );
        let mut command = Command::new(self.command.get_program());
        command.args(self.command.get_args());
        command.envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(self.command.get_current_dir().unwrap_or(Path::new(".")));
        match process::open("pass the check", &mut command) {
            Ok(()) => true,
            Err(error) => {
                progress::report(&error);
                false
            }
        }
    }
}

/// The workspaces of this repository, each with its lock file.
pub(super) fn workspaces(paths: &Paths) -> [(&'static str, PathBuf); 3] {
    [("lback", paths.root.clone()), ("plugins", paths.plugins()), ("components", paths.component_sources())]
}

pub(super) fn all(context: &Context<'_>, wants: &dyn Fn(&str) -> bool) -> Result<Vec<Tool>, Error> {
    let mut tools = Vec::new();
    if wants("format") {
        tools.extend(format(context.paths));
    }
    if wants("lints") {
        wasm::ensure_target(context.paths)?;
        tools.extend(lints(context.paths));
    }
    if wants("python") {
        tools.extend(python(context.paths)?);
    }
    if wants("plugins") {
        // Compares the plugins in lback's program with their sources.
        tools.push(own("built-in plugins", context.paths, &["plugins", "--check"])?);
    }
    if wants("site") {
        tools.push(own("documentation site", context.paths, &["docs"])?);
    }
    if wants("dependencies") {
        tools.extend(cargo_deny(context.paths));
    }
    Ok(tools)
}

fn format(paths: &Paths) -> Vec<Tool> {
    let formats = workspaces(paths).map(|(name, folder)| {
        let mut format = process::cargo(paths, &folder);
        format.args(["fmt", "--all", "--check"]);
        Tool::new(format!("format of {name}"), format)
    });
    formats.into()
}

fn lints(paths: &Paths) -> Vec<Tool> {
    let wasm = ["--target", wasm::TARGET];
    let [lback, plugins, components] = workspaces(paths).map(|(_, folder)| folder);
    vec![
        Tool::new("lints of lback", clippy(paths, &lback, &["--all-targets"])),
        // Their tests are native; what is shipped is not.
        Tool::new("lints of plugins", clippy(paths, &plugins, &["--all-targets"])),
        Tool::new("lints of plugins as wasm", clippy(paths, &plugins, &wasm)),
        Tool::new("lints of components", clippy(paths, &components, &wasm)),
    ]
}

fn clippy(paths: &Paths, folder: &Path, options: &[&str]) -> Command {
    let mut cargo = process::cargo(paths, folder);
    cargo.args(["clippy", "--workspace", "--locked"]).args(options).args(["--", "-D", "warnings"]);
    cargo
}

/// Returns another command of this program as a check.
fn own(title: &str, paths: &Paths, args: &[&str]) -> Result<Tool, Error> {
    let program = env::current_exe().map_err(Error::file("find", "xtask"))?;
    let mut command = Command::new(program);
    command.args(args).env("CARGO_TARGET_DIR", &paths.target).current_dir(&paths.root);
    Ok(Tool::new(title, command))
}

/// ruff and mypy, as `python/pyproject.toml` configures them.
fn python(paths: &Paths) -> Result<Vec<Tool>, Error> {
    let folder = paths.root.join("python");
    if !folder.join("pyproject.toml").is_file() {
        return Ok(Vec::new());
    }
    venv::ensure(paths, &[venv::EXAMPLE, venv::TESTS, venv::TOOLS])?;
    let tool = |title: &str, args: &[&str]| {
        let mut command = Command::new(paths.python());
        command.arg("-m").args(args).current_dir(&folder);
        Tool::new(title, command)
    };
    Ok(vec![
        tool("lints of Python", &["ruff", "check", "--no-cache"]),
        tool("format of Python", &["ruff", "format", "--no-cache", "--check"]),
        tool("types of Python", &["mypy"]),
    ])
}

/// cargo-deny, where it is installed: with advisories where their database can be fetched.
fn cargo_deny(paths: &Paths) -> Vec<Tool> {
    let deny = |folder: &Path, args: &[&str]| {
        let mut cargo = process::cargo(paths, folder);
        cargo.arg("deny").args(args);
        cargo
    };
    let runs = |args: &[&str]| {
        let mut command = deny(&paths.root, args);
        command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
    };
    if !runs(&["--version"]) {
        anstream::eprintln!("  advisories were not checked: cargo-deny is not installed");
        return Vec::new();
    }
    let args: &[&str] =
        if runs(&["fetch", "db"]) { &["check"] } else { &["--offline", "check", "bans", "licenses", "sources"] };
    let config = paths.root.join("deny.toml");
    let tools = workspaces(paths).map(|(name, folder)| {
        let mut command = deny(&folder, args);
        command.arg("--config").arg(&config);
        Tool::new(format!("dependencies of {name}"), command)
    });
    tools.into()
}
