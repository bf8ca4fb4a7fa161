//! Peak memory through GNU time, which asks the kernel (`wait4`, `ru_maxrss`) for the largest resident set of a process. The value is the
//! largest of the process and of those that it waited for, so what lback starts must be smaller than lback.

use crate::error::Error;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

pub(super) const PROGRAM: &str = "/usr/bin/time";

#[derive(Clone)]
pub(super) struct GnuTime {
    report: PathBuf,
}

impl GnuTime {
    pub(super) fn new(report: PathBuf) -> Self {
        Self { report }
    }

    /// Other programs of that name don't know `-f`.
    pub(super) fn is_there(&self) -> bool {
        let mut probe = self.around(Path::new("true"));
        let status = probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success()) && self.mebibytes().is_ok()
    }

    /// A command that runs `program`; arguments are still to be added.
    pub(super) fn around(&self, program: &Path) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["-f", "%M", "-o"]).arg(&self.report).arg("--").arg(program);
        command
    }

    /// What the last run used at most.
    pub(super) fn mebibytes(&self) -> Result<f64, Error> {
        let text = fs::read_to_string(&self.report).map_err(Error::file("read", &self.report))?;
        let kibibytes: u32 = text.trim().parse().map_err(|_| {
            Error::Lacking(format!("`{PROGRAM}` said `{}`", text.trim()), "a number of KiB was expected")
        })?;
        Ok(f64::from(kibibytes) / 1024.0)
    }
}
