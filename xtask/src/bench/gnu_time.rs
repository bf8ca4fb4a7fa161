//! Peak memory through GNU time, which asks the kernel (`wait4`, `ru_maxrss`) for the largest
//! resident set of a process. The value is the largest among the process and its children, so a
//! child of lback must be smaller than lback.

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

    /// Returns whether the program is GNU time: others of that name don't know `-f`.
    pub(super) fn is_there(&self) -> bool {
        let mut probe = self.around(Path::new("true"));
        let status = probe.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
        status.is_ok_and(|status| status.success()) && self.mebibytes().is_ok()
    }

    /// Returns a command that runs `program`; the caller adds the arguments.
    pub(super) fn around(&self, program: &Path) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(["-f", "%M", "-o"]).arg(&self.report).arg("--").arg(program);
        command
    }

    /// Returns the peak memory of the last run.
    pub(super) fn mebibytes(&self) -> Result<f64, Error> {
        let text = fs::read_to_string(&self.report).map_err(Error::file("read", &self.report))?;
        let kibibytes: u32 = text.trim().parse().map_err(|_| {
            Error::Lacking(format!("`{PROGRAM}` said `{}`", text.trim()), "a number of KiB was expected")
        })?;
        Ok(f64::from(kibibytes) / 1024.0)
    }
}
