//! The packages of the JavaScript template and jco, in a cache from which the tests install them
//! without a network.

use super::stamp::{folder, is_made, made};
use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{fs, process::Command};

const LIST: &str = "tests/languages/package.json";

pub(super) fn ensure(paths: &Paths) -> Result<(), Error> {
    let mut step = Step::start("compilers, from npm");
    let list = paths.root.join(LIST);
    let wanted = fs::read_to_string(&list).map_err(Error::file("read", &list))?;
    let folder = folder(paths).join("node");
    if !is_made(&folder, &wanted)? {
        step.show("installing componentize-qjs, TypeScript and jco");
        files::copy_if_changed(&list, &folder.join("package.json"))?;
        let mut npm = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--cache"]).arg(folder.join("cache"));
        npm.current_dir(&folder);
        process::quiet(&mut step, "install npm packages", &mut npm, Some(HINT)).map_err(|error| match error {
            Error::Spawn { program, source, .. } => Error::Spawn { program, source, hint: Some(HINT) },
            other => other,
        })?;
        made(&folder, &wanted)?;
    }
    step.done("componentize-qjs, TypeScript, jco");
    Ok(())
}

const HINT: &str =
    "Node.js 20 or later with npm is needed, and npm's registry, or a mirror that `npm_config_registry` names";
