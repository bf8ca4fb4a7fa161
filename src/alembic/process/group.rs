//! Alembic's process and all its children: one process group that is signalled, awaited and killed
//! as a whole.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

use process_wrap::tokio::{ChildWrapper, CommandWrap, KillOnDrop, ProcessGroup};
use rustix::process::{Pid, Signal};
use tokio::process::{ChildStderr, ChildStdout};

use super::stop::{Grace, StopRequests};
use super::suspend::SuspendedGroup;

/// A running group. Dropping it before `wait` or `stop` has finished kills it.
#[derive(Debug)]
pub(in crate::alembic) struct Group {
    child: Box<dyn ChildWrapper>,
    id: Option<Pid>,
    over: bool,
    /// Ctrl-Z suspends the group as long as any of its processes may be there.
    suspended_too: Option<SuspendedGroup>,
}

impl Group {
    pub(in crate::alembic) fn spawn(mut command: CommandWrap) -> io::Result<Self> {
        command.wrap(KillOnDrop);
        // A separate group also shields Alembic from a terminal's Ctrl-C: it receives one
        // interrupt, from lback.
        command.wrap(ProcessGroup::leader());
        let child = command.spawn()?;
        let id = child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?));
        Ok(Self { id, child, over: false, suspended_too: id.map(SuspendedGroup::new) })
    }

    #[cfg(test)]
    pub(in crate::alembic) fn id(&self) -> Option<Pid> {
        self.id
    }

    /// Returns the child's stdout and stderr, once.
    pub(in crate::alembic) fn output(&mut self) -> (Option<ChildStdout>, Option<ChildStderr>) {
        (self.child.stdout().take(), self.child.stderr().take())
    }

    /// Waits for the end of the process itself, whatever it left behind. Cancel safe.
    pub(in crate::alembic) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let status = self.wait_for_leader().await;
        self.end();
        status
    }

    async fn wait_for_leader(&mut self) -> io::Result<ExitStatus> {
        // The wrapper's own `wait` would also wait for orphans if lback must reap them, as the
        // first process of a container.
        self.child.inner_mut().wait().await
    }

    fn end(&mut self) {
        self.suspended_too = None;
        self.over = true;
    }

    /// Stops the group: SIGINT, then SIGTERM, then SIGKILL, each after its grace period. A further
    /// request kills the group at once.
    pub(in crate::alembic) async fn stop(
        &mut self,
        grace: Grace,
        requests: &mut impl StopRequests,
    ) -> io::Result<ExitStatus> {
        for (signal, grace) in [(Signal::INT, grace.interrupt), (Signal::TERM, grace.terminate)] {
            tracing::debug!(?signal, "stopping alembic");
            self.signal(signal);
            tokio::select! {
                biased;
                status = self.wait_for_all() => return status,
                request = requests.next() => {
                    tracing::debug!(?request, "asked to stop again");
                    break;
                }
                () = tokio::time::sleep(grace) => {}
            }
        }
        self.kill();
        self.wait().await
    }

    /// Waits until no process of the group remains. Cancel safe.
    ///
    /// The migration may run in a child of the configured command, so the grace period must not end
    /// with the command itself.
    async fn wait_for_all(&mut self) -> io::Result<ExitStatus> {
        use rustix::process::{WaitOptions, test_kill_process_group, waitpgid};

        let status = self.wait_for_leader().await?;
        while let Some(id) = self.id {
            // Reaps lback's orphans, only after the process itself, whose status this call would
            // otherwise consume.
            while let Ok(Some(_)) = waitpgid(id, WaitOptions::NOHANG) {}
            if test_kill_process_group(id).is_err() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.end();
        Ok(status)
    }

    fn signal(&self, signal: Signal) {
        let Some(id) = self.id else { return };
        // The group may have ended. A suspended process (one that waits for a terminal, for
        // example) must continue to receive the signal.
        for signal in [signal, Signal::CONT] {
            if let Err(error) = rustix::process::kill_process_group(id, signal) {
                tracing::debug!(?signal, %error, "can't signal alembic");
            }
        }
    }

    fn kill(&mut self) {
        tracing::debug!("killing alembic");
        if let Err(error) = self.child.start_kill() {
            tracing::debug!(%error, "can't kill alembic");
        }
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if !self.over {
            self.kill();
        }
    }
}
