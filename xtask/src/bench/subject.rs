//! A side of a comparison: a program that is run again and again, and how a run is measured.

use super::{gnu_time::GnuTime, server::CountingServer};
use crate::{
    error::{Error, Output},
    files, process,
};
use std::{
    ffi::OsString,
    path::PathBuf,
    process::{Command, Stdio},
    time::Instant,
};

pub(super) struct Subject {
    pub(super) program: PathBuf,
    pub(super) args: Vec<String>,
    pub(super) folder: PathBuf,
    /// The complete environment of the process.
    pub(super) environment: Vec<(String, OsString)>,
    /// A folder that is removed before each run, outside the measured time.
    pub(super) forget: Option<PathBuf>,
    /// The number of requests that a run sends to the local server.
    pub(super) requests: usize,
    /// A baseline that is subtracted: the same run without the part of interest. It runs right
    /// after this one.
    pub(super) without: Option<Box<Subject>>,
}

/// The measured quantity of a run.
pub(super) enum Quantity {
    /// The seconds from the start of the process to its end.
    WallTime,
    /// The largest resident set, in MiB.
    PeakMemory(GnuTime),
}

/// The output of a run.
#[derive(PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) stdout: String,
    pub(super) stderr: String,
}

impl Subject {
    /// Runs once without measuring: this fills caches, and shows whether the run does what it
    /// should.
    pub(super) fn warm_up(&self, server: &CountingServer) -> Result<Printed, Error> {
        if let Some(without) = &self.without {
            without.warm_up(server)?;
        }
        self.prepare()?;
        server.forget();
        let mut command = self.command();
        let output = command.stdin(Stdio::null()).output().map_err(|source| process::spawn_error(&command, source))?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let printed = Printed { stdout: text(&output.stdout), stderr: text(&output.stderr) };
        if !output.status.success() {
            return Err(Error::Command {
                purpose: "run what is to be measured".into(),
                command: process::line(&command),
                status: output.status,
                output: Output::tail(&format!("{}{}", printed.stdout, printed.stderr)),
                hint: None,
            });
        }
        let sent = server.heard();
        if sent == self.requests {
            return Ok(printed);
        }
        let text = format!(
            "`{}` sent {sent} requests, and {} were expected\n{}",
            process::line(&command),
            self.requests,
            printed.stderr
        );
        Err(Error::Lacking(text, "the settings of the plugins in `xtask/src/bench/plugins.rs` decide what is sent"))
    }

    /// Measures a run. Its output is discarded, so that no terminal is part of the measurement.
    pub(super) fn measure(&self, quantity: &Quantity) -> Result<f64, Error> {
        let whole = self.measure_whole(quantity)?;
        let without = self.without.as_ref().map_or(Ok(0.0), |without| without.measure_whole(quantity))?;
        Ok(whole - without)
    }

    fn measure_whole(&self, quantity: &Quantity) -> Result<f64, Error> {
        self.prepare()?;
        match quantity {
            Quantity::WallTime => {
                let mut command = self.command();
                let started = Instant::now();
                run(&mut command)?;
                Ok(started.elapsed().as_secs_f64())
            }
            Quantity::PeakMemory(time) => {
                let mut command = time.around(&self.program);
                self.dress(&mut command);
                run(&mut command)?;
                time.mebibytes()
            }
        }
    }

    fn prepare(&self) -> Result<(), Error> {
        self.forget.as_deref().map_or(Ok(()), files::remove_folder)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        self.dress(&mut command);
        command
    }

    fn dress(&self, command: &mut Command) {
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command.args(&self.args).current_dir(&self.folder).env_clear().envs(environment);
    }
}

fn run(command: &mut Command) -> Result<(), Error> {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|source| process::spawn_error(command, source))?;
    if status.success() {
        return Ok(());
    }
    Err(Error::Command {
        purpose: "measure a run".into(),
        command: process::line(command),
        status,
        output: Output::tail(""),
        hint: None,
    })
}
