//! The Go module that the Go template requires, as a module proxy of files, so that the tests need
//! no proxy on the network. The module comes with the generator of the bindings, a crate that
//! lback's tests use.

use super::stamp::{folder, is_made, made};
use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const MODULE: &str = "go.bytecodealliance.org/pkg";
const TEMPLATE: &str = "templates/go/common/go.mod.in";

pub(super) fn ensure(paths: &Paths) -> Result<(), Error> {
    let mut step = Step::start("Go modules");
    let source = source(paths, &mut step)?;
    let template = paths.root.join(TEMPLATE);
    let text = fs::read_to_string(&template).map_err(Error::file("read", &template))?;
    let version = version(&text).ok_or_else(|| {
        Error::Lacking(format!("`{TEMPLATE}` requires no `{MODULE}`"), "the bindings' runtime is in that module")
    })?;
    let folder = folder(paths).join("go-modules");
    let wanted = format!("{}\n{version}\n", source.display());
    if !is_made(&folder, &wanted)? {
        make(paths, &source, version, &folder, &mut step)?;
        made(&folder, &wanted)?;
    }
    step.done(format!("{MODULE} {version}"));
    Ok(())
}

/// Returns the version in a `go.mod`.
fn version(text: &str) -> Option<&str> {
    text.lines().find_map(|line| line.strip_prefix("require ")?.strip_prefix(MODULE)).map(str::trim)
}

/// Returns the folder of the module in cargo's copy of the generator.
fn source(paths: &Paths, step: &mut Step) -> Result<PathBuf, Error> {
    let mut cargo = process::cargo(paths, &paths.root);
    cargo.args(["metadata", "--locked", "--format-version", "1"]);
    let metadata = process::quiet(step, "ask cargo for its packages", &mut cargo, None)?;
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap_or_default();
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    packages
        .find(|package| package["name"] == "wit-bindgen-go")
        .and_then(|package| Some(Path::new(package["manifest_path"].as_str()?).parent()?.join("src/pkg")))
        .filter(|folder| folder.join("go.mod").is_file())
        .ok_or_else(|| Error::Lacking("`wit-bindgen-go` has no Go module".into(), "lback's tests depend on this crate"))
}

/// Writes the files of the module proxy protocol (`go help goproxy`).
fn make(paths: &Paths, source: &Path, version: &str, folder: &Path, step: &mut Step) -> Result<(), Error> {
    let proxy = folder.join(MODULE).join("@v");
    let stage = folder.join("stage").join(format!("{MODULE}@{version}"));
    files::make_folder(&proxy)?;
    files::copy_tree(source, &stage, &|name| name != "docs")?;
    let write = |name: String, text: String| {
        let path = proxy.join(name);
        fs::write(&path, text).map_err(Error::file("write", path))
    };
    write("list".into(), format!("{version}\n"))?;
    write(format!("{version}.info"), format!("{{\"Version\": \"{version}\"}}\n"))?;
    files::copy_if_changed(&source.join("go.mod"), &proxy.join(format!("{version}.mod")))?;
    // Only files: Go rejects an archive with entries for folders.
    let zip = "import pathlib, sys, zipfile\n\
               root = pathlib.Path(sys.argv[1])\n\
               with zipfile.ZipFile(sys.argv[2], 'w') as archive:\n \
               for path in sorted(root.rglob('*')):\n  \
               if path.is_file(): archive.write(path, path.relative_to(root))";
    let mut python = Command::new(paths.python());
    python.args(["-c", zip]).arg(folder.join("stage")).arg(proxy.join(format!("{version}.zip")));
    process::quiet(step, "pack a Go module", &mut python, None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_required_one() {
        assert_eq!(version("module a\n\nrequire go.bytecodealliance.org/pkg v0.2.2\n"), Some("v0.2.2"));
        assert_eq!(version("module a\n"), None);
    }
}
