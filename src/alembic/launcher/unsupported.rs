//! Where there is no channel to a process, nothing is launched.

use std::path::Path;

use tokio::io::AsyncWrite;

use super::super::command_line::CommandLine;
use super::super::locate::Program;
use super::super::process::{Ended, Invocation, Process, Sinks};
use super::{Launcher, Probe, Report, SteppedAside, Terms};
use crate::alembic::planner_client::{PlanReply, PlanRequest};
use crate::alembic::process::stop::StopRequests;
use crate::model::plan::PlanError;

#[derive(Debug)]
pub(super) enum Launched {}

pub(super) enum Ready {}

pub(super) enum Channel {}

pub(super) enum Reader {}

pub(super) enum Writer {}

impl Channel {
    pub(super) fn into_parts(self) -> (Reader, Writer) {
        match self {}
    }
}

impl Reader {
    pub(super) async fn next(&mut self) -> Option<Report> {
        match *self {}
    }

    pub(super) fn rest(self, _: Writer) -> Vec<Report> {
        match self {}
    }
}

impl Writer {
    pub(super) fn probe(&self) {
        match *self {}
    }
}

pub(super) fn spawn(_: &Launcher, _: &Invocation) -> Result<(Process, Channel), SteppedAside> {
    Err(SteppedAside::System)
}

pub(super) async fn greeting(_: &mut Process, channel: &mut Channel) -> Result<(), SteppedAside> {
    match *channel {}
}

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

    pub(super) fn change(&mut self, _: &CommandLine) {
        match *self {}
    }

    pub(super) async fn plan(
        &mut self,
        _: &PlanRequest,
        _: &Path,
    ) -> Result<Result<PlanReply, PlanError>, SteppedAside> {
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
        _: &Terms,
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
