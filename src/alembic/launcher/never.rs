//! Where there is no channel to a process, nothing is launched.

use tokio::io::AsyncWrite;

use super::super::command_line::CommandLine;
use super::super::locate::Program;
use super::super::process::{Ended, Invocation, Process, Sinks};
use super::super::stop::StopRequests;
use super::{Launcher, Lock, Probe, Report, SteppedAside};

#[derive(Debug)]
pub(super) enum Launched {}

pub(super) enum Ready {}

pub(super) enum Channel {}

impl Launched {
    pub(super) fn start(
        launcher: &Launcher,
        _: &Program,
        _: &CommandLine,
        _: &Invocation,
    ) -> Result<Self, SteppedAside> {
        launcher.script().and(Err(SteppedAside::System))
    }

    pub(super) fn line(&self) -> &CommandLine {
        match *self {}
    }

    pub(super) fn probe(&self, _: &Invocation) -> Option<Probe> {
        match *self {}
    }

    pub(super) async fn ready(self, _: &Invocation, _: &mut impl StopRequests) -> Result<Ready, SteppedAside> {
        match self {}
    }
}

impl Ready {
    pub(super) async fn run<O, E>(
        self,
        _: &Lock,
        _: &Invocation,
        _: Sinks<O, E>,
        _: &mut impl StopRequests,
        _: impl FnMut(Report) + Send,
    ) -> Ended
    where
        O: AsyncWrite + Unpin + Send,
        E: AsyncWrite + Unpin + Send,
    {
        match self {}
    }
}
