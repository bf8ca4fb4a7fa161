//! `plugins/webhook`, a plugin in Python: rebuilt when its files, the contract or the compiler
//! change.

use super::python;
use crate::{error::Error, paths::Paths, process, progress::Step};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(super) fn build(paths: &Paths) -> Result<(), Error> {
    let mut step = Step::start("webhook");
    let folder = paths.plugins().join("webhook");
    let (wit, component) = (paths.root.join("wit"), paths.plugins().join("webhook.wasm"));
    let wanted = sources(&[&folder, &wit, &paths.root.join(python::REQUIREMENTS)])?;
    let stamp = paths.target.join("webhook-made.txt");
    let is_made = component.is_file() && fs::read_to_string(&stamp).is_ok_and(|present| present == wanted);
    if !is_made {
        step.show("building the component");
        let mut build = Command::new(python::program(paths, "componentize-py"));
        build.arg("--wit-path").arg(&wit).args(["--world", "handler-plugin", "componentize", "plugin", "--output"]);
        // The build reads no Python environment of the machine, and leaves no compiled files among
        // the sources.
        build.arg(&component).current_dir(&folder).env_remove("VIRTUAL_ENV").env("PYTHONDONTWRITEBYTECODE", "1");
        process::quiet(&mut step, "build plugins/webhook", &mut build, None)?;
        fs::write(&stamp, wanted).map_err(Error::file("write", stamp))?;
    }
    step.done(if is_made { "up to date" } else { "built" });
    Ok(())
}

/// Returns the texts of the files, and of the files directly in the folders.
fn sources(places: &[&Path]) -> Result<String, Error> {
    let mut found: Vec<PathBuf> = Vec::new();
    for place in places {
        if place.is_dir() {
            let entries = fs::read_dir(place).map_err(Error::file("list", *place))?;
            found.extend(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_file()));
        } else {
            found.push(place.to_path_buf());
        }
    }
    found.sort();
    let mut texts = String::new();
    for path in found {
        let text = fs::read_to_string(&path).map_err(Error::file("read", &path))?;
        texts.extend(["--- ", &path.display().to_string(), "\n", &text]);
    }
    Ok(texts)
}
