//! One run of lback: how it is started, and what it leaves behind.
//!
//! Every test starts lback, and programs beside it, through [`Run`]: the environment is the same
//! for all of them, and nothing of the machine that runs the tests gets into it.

use std::ffi::OsStr;
use std::fmt::Display;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::done::CommandLine;
use super::{Done, Project, python, shared_cache, suite_file};

/// The time after which a run counts as hanging: longer than any run takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A run that has not been started.
#[must_use]
pub(crate) struct Run<'a> {
    command: Command,
    project: &'a Project,
    line: CommandLine,
    collects_stdout: bool,
}

/// A run that has been started.
#[must_use]
pub(crate) struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
    line: CommandLine,
}

/// The output of a run, collected while it is written.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

impl<'a> Run<'a> {
    pub(super) fn new(project: &'a Project, args: &[&str]) -> Self {
        Self::of(env!("CARGO_BIN_EXE_lback").as_ref(), project, args)
    }

    /// A run of another program than lback, in the same environment.
    pub(super) fn of(program: &OsStr, project: &'a Project, args: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(args).current_dir(project.root()).stdin(Stdio::null());
        // Variables of the developer or the CI system must not change what a test sees.
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy();
            let kept = ["PATH", "HOME", "TMPDIR", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH"].contains(&&*name);
            if !kept {
                command.env_remove(&*name);
            }
        }
        command
            .env("LBACK_CACHE_DIR", shared_cache())
            .env("LBACK_STATE_DIR", project.path(".state"))
            .env("LBACK_DATA_DIR", project.path(".state/data"))
            .env("USER", "tester");
        let line = CommandLine::new(program, args, project);
        Self { command, project, line, collects_stdout: true }
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.line.set(name, &value.as_ref().to_string_lossy());
        self.command.env(name, value);
        self
    }

    pub(crate) fn without_env(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Starts in this folder of the project instead of its root.
    pub(crate) fn in_folder(mut self, folder: &str) -> Self {
        let folder = self.project.path(folder);
        std::fs::create_dir_all(&folder).expect("a folder");
        self.command.current_dir(folder);
        self
    }

    /// Connects stdout to `writer` instead of collecting it.
    pub(crate) fn with_stdout(mut self, writer: impl Into<Stdio>) -> Self {
        self.command.stdout(writer);
        self.collects_stdout = false;
        self
    }

    /// Changes the command itself, for what has no method here.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Command)) -> Self {
        change(&mut self.command);
        self
    }

    /// Has `program` start lback: it gets `words`, then lback's path and arguments.
    pub(crate) fn through(mut self, program: impl AsRef<OsStr>, words: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(words).arg(self.command.get_program()).args(self.command.get_args()).stdin(Stdio::null());
        if let Some(folder) = self.command.get_current_dir() {
            command.current_dir(folder);
        }
        for (name, value) in self.command.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        self.command = command;
        self
    }

    /// Runs on a terminal, where each key of `answers` answers one question. The run's stdout is
    /// everything that the terminal showed.
    #[cfg(unix)]
    pub(crate) fn on_a_terminal(self, answers: &str) -> Self {
        self.through_python("support/terminal.py", &[answers, ""]).env("TERM", "xterm")
    }

    /// Runs on a terminal as [`Run::on_a_terminal`] does, but answers late: at the first question
    /// `file` with the ending `.asked` appears, and the answers wait until `file` itself exists.
    #[cfg(unix)]
    pub(crate) fn on_a_terminal_with_patience(self, answers: &str, file: &Path) -> Self {
        let file = file.to_str().expect("a path in UTF-8");
        self.through_python("support/terminal.py", &[answers, file]).env("TERM", "xterm")
    }

    /// Restores the default handling of signals, which a shell script switches off for programs in
    /// the background, and so perhaps for the tests.
    #[cfg(unix)]
    pub(crate) fn hearing_signals(self) -> Self {
        self.through_python("support/default_signals.py", &[])
    }

    /// Has a Python script of `tests/suite` start lback, see [`Run::through`].
    pub(crate) fn through_python(self, script: &str, words: &[&str]) -> Self {
        let script = suite_file(script);
        let script = script.to_str().expect("a path in UTF-8");
        self.through(python(), &[&[script], words].concat())
    }

    /// Starts the run, and leaves the test to do something meanwhile.
    #[track_caller]
    pub(crate) fn start(mut self) -> Running {
        if self.collects_stdout {
            self.command.stdout(Stdio::piped());
        }
        let mut child = self.command.stderr(Stdio::piped()).spawn().expect("the program starts");
        // The test's copy of the other end of a pipe must not stay open.
        drop(self.command);
        let stdout = child.stdout.take().map_or_else(|| read(std::io::empty()), read);
        let stderr = read(child.stderr.take().expect("stderr is a pipe"));
        Running { child, stdout, stderr, line: self.line }
    }

    /// Runs to the end.
    #[track_caller]
    pub(crate) fn run(self) -> Done {
        self.start().wait()
    }

    /// Runs to the end, and checks the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Done {
        self.run().exits(code)
    }
}

fn read(mut from: impl Read + Send + 'static) -> Stream {
    let bytes = Arc::<Mutex<Vec<u8>>>::default();
    let read = Arc::clone(&bytes);
    let reader = std::thread::spawn(move || {
        let mut buffer = [0; 16 * 1024];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            read.lock().expect("no test panics here").extend_from_slice(&buffer[..length]);
        }
    });
    Stream { bytes, reader }
}

impl Stream {
    fn so_far(&self) -> Vec<u8> {
        self.bytes.lock().expect("no test panics here").clone()
    }

    #[track_caller]
    fn until(&self, text: &str) -> String {
        let begun = Instant::now();
        loop {
            let output = String::from_utf8_lossy(&self.so_far()).into_owned();
            if output.contains(text) {
                return output;
            }
            assert!(begun.elapsed() < PATIENCE, "the output lacks {text:?} after {PATIENCE:?}:\n{output}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn whole(self) -> Vec<u8> {
        self.reader.join().expect("a reader");
        Arc::into_inner(self.bytes).and_then(|bytes| bytes.into_inner().ok()).expect("the reader has ended")
    }
}

impl Running {
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal to lback, and to it alone.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        assert!(signal(self.id(), name), "`{}` has ended", self.line);
    }

    /// Waits until stderr has this text, and returns all that it has by then.
    #[track_caller]
    pub(crate) fn until_stderr_has(&self, text: &str) -> String {
        self.stderr.until(text)
    }

    /// Waits until stdout has this text, which on a terminal is everything that is shown.
    #[track_caller]
    pub(crate) fn until_stdout_has(&self, text: &str) -> String {
        self.stdout.until(text)
    }

    #[track_caller]
    pub(crate) fn wait(mut self) -> Done {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("a status") {
                break status;
            }
            if begun.elapsed() > PATIENCE {
                let _ = self.child.kill();
                panic!("`{}` did not end within {PATIENCE:?}", self.line);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout_bytes, stderr_bytes) = (self.stdout.whole(), self.stderr.whole());
        let (stdout, stderr) = (text(&stdout_bytes), text(&stderr_bytes));
        Done { line: self.line, status, stdout, stderr, stdout_bytes, stderr_bytes }
    }
}

/// Sends a signal to a process, and returns whether the process exists.
#[cfg(unix)]
pub(crate) fn signal(process: impl Display, name: &str) -> bool {
    Command::new("kill").args(["-s", name, &process.to_string()]).status().expect("kill").success()
}

/// Waits until a file appears, by which a script of the test signals how far it has come.
#[track_caller]
pub(crate) fn wait_for(file: &Path) {
    until(&format!("{} appears", file.display()), || file.exists());
}

/// Waits until a condition holds; `what` describes it for the message of a failure.
#[track_caller]
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "after {PATIENCE:?} still not: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Writes a shell script that a test runs in the place of Alembic.
#[cfg(unix)]
pub(crate) fn script(project: &Project, name: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = project.path(name);
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o755).open(&path).expect("a script");
    write!(file, "#!/bin/sh\n{text}\n").expect("a script");
    path
}
