//! The real Prometheus Pushgateway: from the PATH, or out of Debian's package into the target folder, without installing it.

use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

const PACKAGE: &str = "prometheus-pushgateway";

pub(crate) fn find(paths: &Paths) -> Result<PathBuf, Error> {
    let mut step = Step::start("Pushgateway");
    let tools = paths.target.join("tools");
    let unpacked = tools.join("usr/bin").join(PACKAGE);
    if let Some(found) = on_path().or_else(|| unpacked.is_file().then(|| unpacked.clone())) {
        step.done(found.display());
        return Ok(found);
    }
    if which("apt-get").is_none() || which("dpkg-deb").is_none() {
        return Err(lacking());
    }
    unpack(&tools, &mut step)?;
    if !unpacked.is_file() {
        return Err(lacking());
    }
    step.done("unpacked from Debian's package");
    Ok(unpacked)
}

/// Downloads and unpacks Debian's package. Where the machine never fetched its package lists, root fetches them.
fn unpack(tools: &Path, step: &mut Step) -> Result<(), Error> {
    files::make_folder(tools)?;
    step.show("downloading Debian's package");
    if download(tools, step).is_err() {
        step.show("fetching Debian's package lists");
        process::quiet(step, "fetch Debian's package lists", Command::new("apt-get").arg("update"), Some(HINT))?;
        step.show("downloading Debian's package");
        download(tools, step)?;
    }
    let package = package_in(tools)?.ok_or_else(lacking)?;
    let mut unpack = Command::new("dpkg-deb");
    unpack.arg("--extract").arg(&package).arg(tools);
    process::quiet(step, "unpack the Pushgateway", &mut unpack, None)?;
    fs::remove_file(&package).map_err(Error::file("remove", package))
}

fn download(tools: &Path, step: &mut Step) -> Result<String, Error> {
    let mut download = Command::new("apt-get");
    download.args(["download", PACKAGE]).current_dir(tools);
    process::quiet(step, "download the Pushgateway", &mut download, Some(HINT))
}

fn package_in(folder: &Path) -> Result<Option<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("list", folder))?;
    Ok(entries.flatten().map(|entry| entry.path()).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(PACKAGE) && path.extension().is_some_and(|extension| extension == "deb")
    }))
}

fn on_path() -> Option<PathBuf> {
    which(PACKAGE).or_else(|| which("pushgateway"))
}

fn which(program: &str) -> Option<PathBuf> {
    env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(program)).find(|path| path.is_file())
}

fn lacking() -> Error {
    Error::Lacking("the tests need a real Prometheus Pushgateway, and there is none on this machine".into(), HINT)
}

const HINT: &str = "put `prometheus-pushgateway` (or `pushgateway`) on the PATH; on Debian and Ubuntu: `apt install prometheus-pushgateway`";
