//! One run of Alembic: starts the process, carries its output, stops it on request, and returns how
//! it ended.
//!
//! Other modules decide what the end means (a failure, a signal to send, an exit code of lback).

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

use crate::alembic::process::group::Group;
use crate::alembic::process::pump::{Carried, carry};
use crate::alembic::process::redacted_capture::RedactedCapture;
use crate::alembic::process::stop::{Grace, StopRequest, StopRequests};

/// The command to run, and its surroundings.
#[derive(Debug, Clone)]
pub(crate) struct Invocation {
    /// Program and arguments. The program is an absolute path.
    pub(crate) argv: Vec<OsString>,
    /// The project root, in which Alembic runs.
    pub(crate) root: PathBuf,
    /// Variables to set in addition to the environment of lback, which Alembic inherits.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// The time after which lback stops Alembic.
    pub(crate) timeout: Option<Duration>,
    pub(crate) grace: Grace,
}

/// Returns the variables with which Python writes UTF-8 in every locale and doesn't buffer its
/// output, without those that the user has set.
pub(crate) fn python_defaults(is_set: impl Fn(&str) -> bool) -> Vec<(OsString, OsString)> {
    let wanted = ["PYTHONUTF8", "PYTHONUNBUFFERED"].into_iter().filter(|name| !is_set(name));
    wanted.map(|name| (name.into(), "1".into())).collect()
}

/// The destinations of Alembic's output while it runs.
#[derive(Debug)]
pub(crate) struct Sinks<O, E> {
    pub(crate) stdout: O,
    pub(crate) stderr: E,
}

/// The reason why Alembic ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EndCause {
    /// Alembic ended by itself, or something other than lback ended it.
    Itself,
    TimedOut,
    Interrupted(StopRequest),
}

/// The end of a run. `cause` is what lback requested and `status` the result: Alembic may have
/// succeeded in spite of a stop request.
#[derive(Debug)]
pub(crate) struct ProcessEnd {
    /// `None` if the system doesn't report it, because lback's parent made it ignore SIGCHLD.
    pub(crate) status: Option<ExitStatus>,
    pub(crate) cause: EndCause,
    pub(crate) duration: Duration,
    pub(crate) stdout: RedactedCapture,
    pub(crate) stderr: RedactedCapture,
    /// The reason why the sink of stdout did not receive all output: a broken pipe, a full disk, or
    /// `TimedOut` for a sink that accepted nothing after a stop request. The captures are complete
    /// all the same. Messages that can't be written to stderr can't be reported there either.
    pub(crate) output_lost: Option<io::Error>,
}

impl ProcessEnd {
    pub(crate) fn success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// Returns the code as Python's `subprocess` does: the exit code, or -N if signal N ended the
    /// process.
    pub(crate) fn returncode(&self) -> Option<i32> {
        let status = self.status?;
        if let Some(signal) = status.signal() {
            return Some(-signal);
        }
        status.code()
    }
}

/// An error: Alembic could not be started.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StartError {
    #[error("the project folder `{}` is not there", .0.display())]
    NoFolder(PathBuf),
    #[error("`{}` was not found", .0.display())]
    NotFound(PathBuf),
    /// Typically a script of a virtual environment that was moved.
    #[error("`{}` is there, but the interpreter that its first line names is not", .0.display())]
    NoInterpreter(PathBuf),
    #[error("no permission to run `{}`", .0.display())]
    PermissionDenied(PathBuf),
    /// The databases of the environments could not be checked without the launcher.
    #[error("lback can't check the database against `[environments]` in `lback.toml`: {why}")]
    UncheckedEnvironment { why: String },
    /// A plan was agreed to, and the process that would compare the run with it has ended.
    #[error("the run can't be compared with its plan: {0}")]
    Unchecked(String),
    #[error("can't run `{}`", .program.display())]
    Other { program: PathBuf, source: io::Error },
}

impl StartError {
    /// Returns the next step for the user, if there is one.
    pub(crate) fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoFolder(_) | Self::Other { .. } => None,
            Self::Unchecked(_) => Some("run the command again: lback plans it anew"),
            Self::NotFound(_) => {
                Some("install alembic into the project's `.venv`, or set `[alembic] command` in `lback.toml`")
            }
            Self::NoInterpreter(_) => Some("make the virtual environment anew: it can't be moved or copied"),
            Self::UncheckedEnvironment { .. } => Some(
                "set `[alembic] command` and `launcher` in `lback.toml` so that lback can start Alembic itself, or remove the `databases` of `[environments]`",
            ),
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

/// Runs Alembic to its end. Its output goes to `sinks` as it is written; its standard input is
/// empty.
///
/// On a stop request or a time-out, lback stops Alembic and all its processes by SIGINT, then
/// SIGTERM, then SIGKILL (see [`Grace`]); a second request kills it at once. A failing sink stops
/// nothing. Dropping the future kills Alembic.
pub(crate) async fn run<O, E>(
    invocation: &Invocation,
    sinks: Sinks<O, E>,
    requests: &mut impl StopRequests,
) -> Result<ProcessEnd, StartError>
where
    O: AsyncWrite + Unpin + Send,
    E: AsyncWrite + Unpin + Send,
{
    // Alembic wraps its messages to the width of the terminal on stdin, and nothing in Alembic may
    // wait for an answer.
    let process = Process::spawn(invocation, Stdio::null()).map_err(|source| StartError::new(invocation, source))?;
    Ok(process.run_to_end(invocation, sinks, requests, None, || ()).await)
}

/// A started process.
#[derive(Debug)]
pub(super) struct Process {
    group: Group,
    stdout: ChildStdout,
    stderr: ChildStderr,
    /// The output that was read before a destination was known.
    early: (Vec<u8>, Vec<u8>),
    begun: Instant,
}

/// The result of waiting for something that a process does.
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

    /// Starts the measured time: everything before this call was preparation.
    pub(super) fn begins(&mut self) {
        self.begun = Instant::now();
    }

    /// Waits for something that the process does, or for its end. Output meanwhile is kept for its
    /// later destination. Cancel safe if `ready` is.
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

    /// Carries the output until the process has ended. `stop` requests an immediate stop;
    /// `stopping` is called when a stop begins.
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

        // A reader of the output, such as a pager, may still block lback. A stop request ends that
        // wait.
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
            output_lost: stdout.lost,
        }
    }
}

/// Waits for the end of the group, and stops it on request or after the time-out. Calls `stopping`
/// first.
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

/// Records the current moment, once.
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
pub(super) mod redacted_capture;
pub(super) mod signals;
pub(super) mod stop;
mod suspend;
#[cfg(test)]
mod tests;
