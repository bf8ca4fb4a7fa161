//! Where there is no channel to a process, nothing is launched.

use std::path::Path;

use tokio::io::AsyncWrite;

use super::super::command_line::CommandLine;
use super::super::locate::Program;
use super::super::process::{Invocation, Process, ProcessEnd, Sinks};
use super::{BypassReason, Launcher, LauncherEvent, Probe, RunConstraints};
use crate::alembic::planner_client::{PlanReply, PlanRequest};
use crate::alembic::process::stop::StopRequests;
use crate::model::plan::PlanError;

#[derive(Debug)]
pub(super) enum LauncherProcess {}

pub(super) enum ReadyLauncher {}

pub(super) enum Channel {}

pub(super) enum Reader {}

pub(super) enum Writer {}

impl Channel {
    pub(super) fn into_parts(self) -> (Reader, Writer) {
        match self {}
    }
}

impl Reader {
    pub(super) async fn next(&mut self) -> Option<LauncherEvent> {
        match *self {}
    }

    pub(super) fn rest(self, _: Writer) -> Vec<LauncherEvent> {
        match self {}
    }
}

impl Writer {
    pub(super) fn probe(&self) {
        match *self {}
    }
}

pub(super) fn spawn(_: &Launcher, _: &Invocation) -> Result<(Process, Channel), BypassReason> {
    Err(BypassReason::System)
}

pub(super) async fn greeting(_: &mut Process, channel: &mut Channel) -> Result<(), BypassReason> {
    match *channel {}
}

impl LauncherProcess {
    pub(super) fn start(
        launcher: &Launcher,
        _: &Program,
        _: &CommandLine,
        _: &Invocation,
    ) -> Result<Self, BypassReason> {
        launcher.script().and(Err(BypassReason::System))
    }

    pub(super) fn line(&self) -> &CommandLine {
        match *self {}
    }

    pub(super) fn change(&mut self, _: &CommandLine) {
        match *self {}
    }

    pub(super) async fn plan(
        &mut self,
        _: &PlanRequest,
        _: &Path,
    ) -> Result<Result<PlanReply, PlanError>, BypassReason> {
        match *self {}
    }

    pub(super) fn probe(&self, _: &Invocation) -> Option<Probe> {
        match *self {}
    }

    pub(super) async fn ready(self, _: &Invocation, _: &mut impl StopRequests) -> Result<ReadyLauncher, BypassReason> {
        match self {}
    }
}

impl ReadyLauncher {
    pub(super) async fn run<O, E>(
        self,
        _: &RunConstraints,
        _: &Invocation,
        _: Sinks<O, E>,
        _: &mut impl StopRequests,
        _: impl FnMut(LauncherEvent) + Send,
    ) -> ProcessEnd
    where
        O: AsyncWrite + Unpin + Send,
        E: AsyncWrite + Unpin + Send,
    {
        match self {}
    }
}
