//! The real registry and the real minisign, which the tests start.

use super::debian::{Program, Wanted};
use crate::{error::Error, paths::Paths};

const REGISTRY: Wanted = Wanted {
    name: "OCI registry",
    package: "docker-registry",
    file: "usr/bin/docker-registry",
    names: &["docker-registry"],
    hint: "put `docker-registry` on the PATH; on Debian and Ubuntu: `apt install docker-registry`",
};

const MINISIGN: Wanted = Wanted {
    name: "minisign",
    package: "minisign",
    file: "usr/bin/minisign",
    names: &["minisign"],
    hint: "put `minisign` on the PATH; on Debian and Ubuntu: `apt install minisign`",
};

pub(super) fn registry(paths: &Paths) -> Result<Program, Error> {
    REGISTRY.find(paths)
}

pub(super) fn minisign(paths: &Paths) -> Result<Program, Error> {
    MINISIGN.find(paths)
}
