//! Components: the wasm target of the toolchain, and the workspaces that are built for it.

use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(crate) const TARGET: &str = "wasm32-wasip2";

/// Adds the target to the toolchain where it is missing.
pub(crate) fn ensure_target(paths: &Paths) -> Result<(), Error> {
    let mut step = Step::start(TARGET);
    if has_target(paths, &mut step)? {
        step.done("installed");
        return Ok(());
    }
    step.show("adding it to the toolchain");
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", TARGET]).current_dir(&paths.root);
    process::quiet(&mut step, "add the wasm target", &mut rustup, Some(TARGET_HINT)).map_err(|error| match error {
        Error::Spawn { .. } => {
            Error::Lacking(format!("this Rust toolchain has no standard library for `{TARGET}`"), TARGET_HINT)
        }
        other => other,
    })?;
    step.done("added");
    Ok(())
}

fn has_target(paths: &Paths, step: &mut Step) -> Result<bool, Error> {
    let mut rustc = Command::new("rustc");
    rustc.args(["--print", "target-libdir", "--target", TARGET]).current_dir(&paths.root);
    let folder = process::quiet(step, "ask rustc for its targets", &mut rustc, None)?;
    Ok(fs::read_dir(folder.trim()).is_ok_and(|mut entries| entries.next().is_some()))
}

/// Builds lback's own plugins, puts them beside their sources, and returns their names.
pub(crate) fn build_plugins(paths: &Paths) -> Result<BTreeSet<String>, Error> {
    let mut step = Step::start("plugins");
    let names = build(paths, &mut step, &paths.plugins(), &paths.plugins())?;
    step.done(names.iter().cloned().collect::<Vec<_>>().join(", "));
    Ok(names)
}

/// Builds the tests' components, the hostile ones too.
pub(crate) fn build_components(paths: &Paths) -> Result<(), Error> {
    let mut step = Step::start("test components");
    let names = build(paths, &mut step, &paths.component_sources(), &paths.components())?;
    remove_others(&paths.components(), &names)?;
    step.done(format!("{} components", names.len()));
    Ok(())
}

/// Builds a workspace, puts its components into `to`, and returns their names.
fn build(paths: &Paths, step: &mut Step, workspace: &Path, to: &Path) -> Result<BTreeSet<String>, Error> {
    let mut fetch = process::cargo(paths, workspace);
    process::quiet(step, "fetch the crates", fetch.args(["fetch", "--locked"]), None)?;
    let mut cargo = process::cargo(paths, workspace);
    cargo
        .env("CARGO_ENCODED_RUSTFLAGS", same_paths(paths)?)
        .args(["build", "--workspace", "--release", "--locked", "--target", TARGET])
        .args(["--message-format", "json-render-diagnostics"]);
    let messages = process::quiet(step, "build the components", &mut cargo, None)?;

    files::make_folder(to)?;
    let mut names = BTreeSet::new();
    for artifact in artifacts(&messages) {
        let name = artifact.file_stem().unwrap_or_default().to_string_lossy().replace('_', "-");
        files::copy_if_changed(&artifact, &to.join(format!("{name}.wasm")))?;
        names.insert(name);
    }
    Ok(names)
}

/// Returns options of the compiler that replace the paths of this machine, which panics name, so
/// that the same sources give the same bytes everywhere.
fn same_paths(paths: &Paths) -> Result<String, Error> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let crates = home.or_else(|| Some(env::home_dir()?.join(".cargo"))).unwrap_or_default().join("registry/src");
    // A folder for each registry, named by its address: a mirror has another one.
    let registries = fs::read_dir(&crates).map_err(Error::file("list", &crates))?.flatten();
    let mut places: Vec<(PathBuf, &str)> = registries.map(|registry| (registry.path(), "/crates")).collect();
    // The last one that fits counts, and the target folder may be inside the repository.
    places.extend([(paths.root.clone(), "/lback"), (paths.target.clone(), "/target")]);
    let options = places.iter().map(|(from, to)| format!("--remap-path-prefix={}={to}", from.display()));
    Ok(options.collect::<Vec<_>>().join("\u{1f}"))
}

/// Returns the components among the files that cargo reports.
fn artifacts(messages: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok()) {
        if message["reason"] == "compiler-artifact" {
            let files = message["filenames"].as_array().into_iter().flatten().filter_map(|file| file.as_str());
            found.extend(files.map(PathBuf::from).filter(|file| is_component(file)));
        }
    }
    found
}

fn is_component(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "wasm")
}

/// Removes components whose source is gone, so that no test finds them.
fn remove_others(folder: &Path, names: &BTreeSet<String>) -> Result<(), Error> {
    for entry in fs::read_dir(folder).map_err(Error::file("list", folder))? {
        let path = entry.map_err(Error::file("list", folder))?.path();
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        if is_component(&path) && !names.contains(&*stem) {
            fs::remove_file(&path).map_err(Error::file("remove", &path))?;
        }
    }
    Ok(())
}

const TARGET_HINT: &str =
    "with rustup and a network: `rustup target add wasm32-wasip2`; a distribution's Rust has a package for it";
