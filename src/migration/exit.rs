//! The exit code of a run.

use super::outcome::Outcome;
use crate::alembic::StopRequest;
use crate::dispatch::{BlockReason, Blocked};
use crate::support::exit::Exit;

impl Outcome {
    /// Returns the code that lback exits with after a run that ended like this.
    pub(crate) fn exit(&self) -> Exit {
        match self {
            Self::Completed => Exit::Success,
            Self::Failed { returncode: Some(code), .. } => Exit::alembic(*code),
            _ if self.is_alembic_missing() => Exit::AlembicNotFound,
            Self::Failed { returncode: None, .. } | Self::NotStarted(_) | Self::NotFound(_) => Exit::Unavailable,
            Self::Locked(_) | Self::Drifted(_) => Exit::Locked,
            Self::LockTimeout(_) => Exit::LockTimeout,
            Self::Lost(_) | Self::Cut(_) => Exit::WorkLost,
            Self::Ambiguous(_) => Exit::Usage,
            Self::WrongEnvironment(_) => Exit::Denied,
            Self::Blocked(blocked) => blocked_exit(blocked),
            Self::TimedOut(_) => Exit::TimedOut,
            Self::Interrupted(request) => stopped_exit(*request),
        }
    }
}

/// Returns the code of a command that was asked to stop.
pub(crate) fn stopped_exit(request: StopRequest) -> Exit {
    match request {
        StopRequest::Interrupt => Exit::Interrupted,
        StopRequest::Terminate => Exit::Terminated,
    }
}

/// Separates wrong files from policies that deny or fail when they are called: the last two count
/// as denials.
fn blocked_exit(Blocked(reasons): &Blocked) -> Exit {
    let misconfigured =
        |reason: &BlockReason| matches!(reason, BlockReason::Failed { failure, .. } if failure.is_refused_settings());
    if reasons.iter().all(misconfigured) {
        return Exit::Config;
    }
    let refused =
        |reason: &BlockReason| matches!(reason, BlockReason::Failed { failure, .. } if failure.is_refused_resource());
    if reasons.iter().all(refused) {
        return Exit::Unavailable;
    }
    let invalid =
        |reason: &BlockReason| matches!(reason, BlockReason::Failed { failure, .. } if failure.is_invalid_plugin());
    if reasons.iter().all(invalid) { Exit::InvalidPlugin } else { Exit::Denied }
}
