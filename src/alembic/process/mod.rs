//! One run of Alembic: starts the process, carries its output, stops it where that is asked, and says how it ended.
//!
//! What the end means (a failure, a signal to send, an exit status of lback) is decided above.

use std::ffi::{OsStr, OsString};
use std::io::{self, Cursor};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use process_wrap::tokio::CommandWrap;
use tokio::io::{AsyncReadExt as _, AsyncWrite};
use tokio::process::{ChildStderr, ChildStdout};
use tokio::sync::watch;

use crate::alembic::process::capture::Capture;
use crate::alembic::process::group::Group;
use crate::alembic::process::pump::{Carried, carry};
use crate::alembic::process::stop::{Grace, StopRequest, StopRequests};

/// What to run, and where.
#[derive(Debug, Clone)]
pub(crate) struct Invocation {
    /// Program and arguments. The program is an absolute path.
    pub(crate) argv: Vec<OsString>,
    /// The project root, Alembic's folder.
    pub(crate) root: PathBuf,
    /// Set in addition to the environment that lback was given, which Alembic inherits.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// How long it may run.
    pub(crate) timeout: Option<Duration>,
    pub(crate) grace: Grace,
}

/// What Python needs for its output to be UTF-8 in every locale and to come as it is written; without what the user
/// has set.
pub(crate) fn python_defaults(is_set: impl Fn(&str) -> bool) -> Vec<(OsString, OsString)> {
    let wanted = ["PYTHONUTF8", "PYTHONUNBUFFERED"].into_iter().filter(|name| !is_set(name));
    wanted.map(|name| (name.into(), "1".into())).collect()
}

/// Where Alembic's output goes while it runs.
#[derive(Debug)]
pub(crate) struct Sinks<O, E> {
    pub(crate) stdout: O,
    pub(crate) stderr: E,
}

/// Why Alembic ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndCause {
    /// It came to its own end, or something else than lback ended it.
    Itself,
    TimedOut,
    Interrupted(StopRequest),
}

/// How a run ended. After a stop Alembic may still have succeeded: `cause` says what was asked, `status` what came of
/// it.
#[derive(Debug)]
pub(crate) struct ProcessEnd {
    /// None where the system didn't tell: the parent of lback made it ignore SIGCHLD.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) cause: EndCause,
    pub(crate) duration: Duration,
    pub(crate) stdout: Capture,
    pub(crate) stderr: Capture,
    /// Why the sinks didn't get all output (a broken pipe, a full disk; `TimedOut` where a sink took nothing while
    /// lback was asked to stop). The captures did.
    pub(crate) output_lost: Option<io::Error>,
}

impl ProcessEnd {
    pub(crate) fn success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// As in Python's `subprocess`: the exit status, or -N where signal N ended it.
    pub(crate) fn returncode(&self) -> Option<i32> {
        let status = self.status?;
        if let Some(signal) = status.signal() {
            return Some(-signal);
        }
        status.code()
    }
}

/// Alembic could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("the project folder `{}` is not there", .0.display())]
    NoFolder(PathBuf),
    #[error("`{}` was not found", .0.display())]
    NotFound(PathBuf),
    /// A script of a virtual environment that was moved, most often.
    #[error("`{}` is there, but the interpreter that its first line names is not", .0.display())]
    NoInterpreter(PathBuf),
    #[error("no permission to run `{}`", .0.display())]
    PermissionDenied(PathBuf),
    #[error("can't run `{}`", .program.display())]
    Other { program: PathBuf, source: io::Error },
}

impl StartError {
    /// The next step for a user, where there is one.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoFolder(_) | Self::Other { .. } => None,
            Self::NotFound(_) => {
                Some("install alembic into the project's `.venv`, or set `[alembic] command` in `lback.toml`")
            }
            Self::NoInterpreter(_) => Some("make the virtual environment anew: it can't be moved or copied"),
            Self::PermissionDenied(_) => Some("make it executable, or set `[alembic] command` in `lback.toml`"),
        }
    }

    pub(super) fn new(invocation: &Invocation, source: io::Error) -> Self {
        let program = PathBuf::from(invocation.argv.first().cloned().unwrap_or_default());
        match source.kind() {
            io::ErrorKind::NotFound if !invocation.root.is_dir() => Self::NoFolder(invocation.root.clone()),
            io::ErrorKind::NotFound if program.is_file() => Self::NoInterpreter(program),
            io::ErrorKind::NotFound => Self::NotFound(program),
            io::ErrorKind::PermissionDenied => Self::PermissionDenied(program),
            _ => Self::Other { program, source },
        }
    }
}

/// Runs Alembic to its end. Its output goes to `sinks` as it comes; its standard input is empty.
///
/// At a stop request or after the timeout it is asked to end by SIGINT, then SIGTERM, then SIGKILL (see [`Grace`]),
/// with everything that it started; a further request kills it at once. A sink that fails stops nothing. Where the
/// future is dropped, Alembic is killed.
pub(crate) async fn run<O, E>(
    invocation: &Invocation,
    sinks: Sinks<O, E>,
    requests: &mut impl StopRequests,
) -> Result<ProcessEnd, StartError>
where
    O: AsyncWrite + Unpin + Send,
    E: AsyncWrite + Unpin + Send,
{
    // Alembic wraps its messages to the width of the terminal on stdin, and nothing in it may wait for an answer.
    let process = Process::spawn(invocation, Stdio::null()).map_err(|source| StartError::new(invocation, source))?;
    Ok(process.run_to_end(invocation, sinks, requests, None, || ()).await)
}

/// A process that has been started.
#[derive(Debug)]
pub(super) struct Process {
    group: Group,
    stdout: ChildStdout,
    stderr: ChildStderr,
    /// What was read of its output before it was to be shown.
    early: (Vec<u8>, Vec<u8>),
    begun: Instant,
}

/// What a process does while it is waited for.
#[derive(Debug)]
pub(super) enum Early<T> {
    Ready(T),
    Ended,
}

impl Process {
    pub(super) fn spawn(invocation: &Invocation, stdin: Stdio) -> io::Result<Self> {
        let begun = Instant::now();
        let mut group = Group::spawn(command(invocation, stdin))?;
        let (Some(stdout), Some(stderr)) = group.output() else { unreachable!("both are piped") };
        Ok(Self { group, stdout, stderr, early: Default::default(), begun })
    }

    #[cfg(test)]
    pub(super) fn id(&self) -> Option<rustix::process::Pid> {
        self.group.id()
    }

    /// What it did until now was preparation: its time counts from here.
    pub(super) fn begins(&mut self) {
        self.begun = Instant::now();
    }

    /// Waits for something that the process does, or for its end. What it writes meanwhile is kept, for whoever gets
    /// its output. Cancel safe if `ready` is.
    pub(super) async fn until<T>(&mut self, ready: impl Future<Output = T>) -> Early<T> {
        tokio::pin!(ready);
        let (mut more_stdout, mut more_stderr) = (true, true);
        loop {
            tokio::select! {
                biased;
                ready = &mut ready => return Early::Ready(ready),
                read = self.stdout.read_buf(&mut self.early.0), if more_stdout => more_stdout = matches!(read, Ok(1..)),
                read = self.stderr.read_buf(&mut self.early.1), if more_stderr => more_stderr = matches!(read, Ok(1..)),
                _ = self.group.wait() => return Early::Ended,
            }
        }
    }

    /// Carries its output until it has ended. `stop` says that this shall be now. At the beginning of a stop,
    /// `stopping` is called.
    pub(super) async fn run_to_end<O, E>(
        self,
        invocation: &Invocation,
        sinks: Sinks<O, E>,
        requests: &mut impl StopRequests,
        stop: Option<EndCause>,
        stopping: impl Fn(),
    ) -> ProcessEnd
    where
        O: AsyncWrite + Unpin + Send,
        E: AsyncWrite + Unpin + Send,
    {
        let Self { mut group, stdout, stderr, early, begun } = self;
        let stdout = Cursor::new(early.0).chain(stdout);
        let stderr = Cursor::new(early.1).chain(stderr);

        let (tell_stopping, is_stopping) = watch::channel(None);
        let (tell_ended, ended) = watch::channel(None);
        let output = async {
            tokio::join!(
                carry(stdout, sinks.stdout, ended.clone(), is_stopping.clone()),
                carry(stderr, sinks.stderr, ended.clone(), is_stopping.clone()),
            )
        };
        tokio::pin!(output);

        let mut carried = None;
        let (cause, status) = {
            let stopping = || {
                stopping();
                tell(&tell_stopping);
            };
            let end = supervise(invocation, &mut group, requests, stop, stopping);
            tokio::pin!(end);
            loop {
                tokio::select! {
                    end = &mut end => break end,
                    done = &mut output, if carried.is_none() => carried = Some(done),
                }
            }
        };
        let duration = begun.elapsed();
        tell(&tell_ended);

        // A reader of the output may still keep lback waiting: a pager, say. Who wants to stop now is let go.
        let (stdout, stderr): (Carried, Carried) = loop {
            if let Some(done) = carried {
                break done;
            }
            tokio::select! {
                done = &mut output => carried = Some(done),
                _ = requests.next() => tell(&tell_stopping),
            }
        };
        ProcessEnd {
            status: status.inspect_err(|error| tracing::warn!(%error, "can't learn how alembic ended")).ok(),
            cause,
            duration,
            stdout: stdout.capture,
            stderr: stderr.capture,
            output_lost: stdout.lost.or(stderr.lost),
        }
    }
}

/// Waits for the end of the group and brings it about where that is asked; `stopping` is called first then.
async fn supervise(
    invocation: &Invocation,
    group: &mut Group,
    requests: &mut impl StopRequests,
    stop: Option<EndCause>,
    stopping: impl Fn(),
) -> (EndCause, io::Result<ExitStatus>) {
    let cause = if let Some(cause) = stop {
        cause
    } else {
        tokio::select! {
            biased;
            status = group.wait() => return (EndCause::Itself, status),
            request = requests.next() => EndCause::Interrupted(request),
            () = after(invocation.timeout) => EndCause::TimedOut,
        }
    };
    stopping();
    (cause, group.stop(invocation.grace, requests).await)
}

pub(super) async fn after(timeout: Option<Duration>) {
    match timeout {
        Some(timeout) => tokio::time::sleep(timeout).await,
        None => std::future::pending().await,
    }
}

/// Says that the moment is now, unless it has been before.
fn tell(moment: &watch::Sender<Option<tokio::time::Instant>>) {
    moment.send_if_modified(|moment| moment.is_none() && moment.replace(tokio::time::Instant::now()).is_none());
}

fn command(invocation: &Invocation, stdin: Stdio) -> CommandWrap {
    let (program, args) =
        invocation.argv.split_first().map_or((OsStr::new(""), &[][..]), |(program, args)| (program, args));
    CommandWrap::with_new(program, |command| {
        command
            .args(args)
            .current_dir(&invocation.root)
            .envs(invocation.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
    })
}

pub(super) mod capture;
pub(super) mod group;
pub(super) mod pump;
pub(super) mod signals;
pub(super) mod stop;
#[cfg(test)]
mod tests;
