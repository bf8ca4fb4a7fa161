//! The start of the launcher's process: the channel is its standard input, and its first message
//! says that it can do its work.

use std::process::Stdio;

use super::super::process::{Early, Invocation, Process};
use super::bypass::BypassReason;
use super::channel::{Greeting, LauncherChannel};
use super::files::Launcher;

/// Starts the launcher. The channel is its standard input, which every tool passes on to the
/// program that it runs.
pub(super) fn spawn(launcher: &Launcher, invocation: &Invocation) -> Result<(Process, LauncherChannel), BypassReason> {
    let not_started = |error: std::io::Error| BypassReason::NotStarted { why: error.to_string() };
    let (channel, end) = LauncherChannel::pair(launcher.imports()).map_err(not_started)?;
    let process = Process::spawn(invocation, Stdio::from(end)).map_err(not_started)?;
    Ok((process, channel))
}

/// Waits for the launcher's first message.
pub(super) async fn greeting(process: &mut Process, channel: &mut LauncherChannel) -> Result<(), BypassReason> {
    match process.until(channel.greeting()).await {
        Early::Ready(Some(Greeting::Hello { python })) => {
            tracing::debug!("launched by Python {python}");
            Ok(())
        }
        Early::Ready(Some(Greeting::Unable { why })) => Err(BypassReason::Unable { why }),
        Early::Ready(None) | Early::Ended => Err(BypassReason::NoWord),
    }
}
