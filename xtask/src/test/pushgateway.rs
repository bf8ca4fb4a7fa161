//! The real Prometheus Pushgateway. Each test starts its own.

use super::debian::Wanted;
use crate::{error::Error, paths::Paths};
use std::path::PathBuf;

const PUSHGATEWAY: Wanted = Wanted {
    name: "Pushgateway",
    package: "prometheus-pushgateway",
    file: "usr/bin/prometheus-pushgateway",
    names: &["prometheus-pushgateway", "pushgateway"],
    hint: "put `prometheus-pushgateway` (or `pushgateway`) on the PATH; on Debian and Ubuntu: `apt install prometheus-pushgateway`",
};

pub(super) fn find(paths: &Paths) -> Result<PathBuf, Error> {
    Ok(PUSHGATEWAY.find(paths)?.file)
}
