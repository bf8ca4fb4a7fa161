//! One run of lback: how it is started, and what came of it.

use std::ffi::OsStr;
use std::fmt::Display;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::{ANSWERING, Project, python, shared_cache};

/// No run of lback in these tests takes longer than this, on a very busy machine.
const PATIENCE: Duration = Duration::from_mins(2);

/// A run that has not been started.
#[must_use]
pub(crate) struct Run<'a> {
    command: Command,
    project: &'a Project,
}

/// A run that goes on.
#[must_use]
pub(crate) struct Running {
    child: Child,
    stdout: Stream,
    stderr: Stream,
    line: String,
}

/// What a run writes, as it comes.
struct Stream {
    bytes: Arc<Mutex<Vec<u8>>>,
    reader: JoinHandle<()>,
}

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Done {
    line: String,
    status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// stdout as it was written.
    pub(crate) stdout_bytes: Vec<u8>,
    /// stderr as it was written.
    pub(crate) stderr_bytes: Vec<u8>,
}

impl<'a> Run<'a> {
    pub(super) fn new(project: &'a Project, args: &[&str]) -> Self {
        Self::of(env!("CARGO_BIN_EXE_lback").as_ref(), project, args)
    }

    /// Another program than lback, in the same surroundings.
    pub(super) fn of(program: &OsStr, project: &'a Project, args: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.args(args).current_dir(project.root()).stdin(Stdio::null());
        // Nothing of the person or the CI that runs the tests gets in.
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
        Self { command, project }
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
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

    /// The command itself, for what has no method here.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Command)) -> Self {
        change(&mut self.command);
        self
    }

    /// Has this program start lback: it gets these words, then lback's path and arguments.
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

    /// Runs it on a terminal, where a person answers each question with one of these keys. What the terminal showed is the run's stdout.
    #[cfg(unix)]
    pub(crate) fn on_a_terminal(self, answers: &str) -> Self {
        self.through(python(), &["-c", ANSWERING, answers, ""]).env("TERM", "xterm")
    }

    /// The same. When the person is asked, `file` with the ending `.asked` appears, and the answers wait for `file` itself.
    #[cfg(unix)]
    pub(crate) fn on_a_terminal_with_patience(self, answers: &str, file: &Path) -> Self {
        let file = file.to_str().expect("a path in UTF-8");
        self.through(python(), &["-c", ANSWERING, answers, file]).env("TERM", "xterm")
    }

    /// Lets lback hear SIGINT even where the tests are run in the background of a script, which ignores it.
    #[cfg(unix)]
    pub(crate) fn hearing_signals(self) -> Self {
        let listen = "import os, signal, sys\n\
             for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP): signal.signal(name, signal.SIG_DFL)\n\
             os.execv(sys.argv[1], sys.argv[1:])";
        self.through(python(), &["-c", listen])
    }

    /// Starts it, and gives the test something to do meanwhile.
    #[track_caller]
    pub(crate) fn start(mut self) -> Running {
        let line = format!("{:?}", self.command.get_args().collect::<Vec<_>>());
        let mut child = self.command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("lback starts");
        let stdout = read(child.stdout.take().expect("it is piped"));
        let stderr = read(child.stderr.take().expect("it is piped"));
        Running { child, stdout, stderr, line }
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Done {
        self.start().wait()
    }

    /// Runs it to its end, which must be this exit code.
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
        let status = Command::new("kill").args(["-s", name, &self.id().to_string()]).status().expect("kill");
        assert!(status.success());
    }

    /// Waits until stderr has this text, and returns what it has by then.
    #[track_caller]
    pub(crate) fn until_it_says(&self, text: &str) -> String {
        let begun = Instant::now();
        loop {
            let stderr = String::from_utf8_lossy(&self.stderr.so_far()).into_owned();
            if stderr.contains(text) {
                return stderr;
            }
            assert!(begun.elapsed() < PATIENCE, "stderr lacks {text:?} after {PATIENCE:?}:\n{stderr}");
            std::thread::sleep(Duration::from_millis(5));
        }
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
                panic!("{} did not end within {PATIENCE:?}", self.line);
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let (stdout_bytes, stderr_bytes) = (self.stdout.whole(), self.stderr.whole());
        let (stdout, stderr) = (text(&stdout_bytes), text(&stderr_bytes));
        Done { line: self.line, status, stdout, stderr, stdout_bytes, stderr_bytes }
    }
}

impl Done {
    pub(crate) fn status(&self) -> ExitStatus {
        self.status
    }

    pub(crate) fn code(&self) -> Option<i32> {
        self.status.code()
    }

    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code(), Some(code), "the exit code of {self}");
        self
    }

    /// Every one of these texts is in stderr.
    #[track_caller]
    pub(crate) fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "stderr lacks {text:?}: {self}");
        }
        self
    }

    /// Every one of these texts is in stdout.
    #[track_caller]
    pub(crate) fn prints(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stdout.contains(text), "stdout lacks {text:?}: {self}");
        }
        self
    }

    /// None of these texts is in stderr or stdout.
    #[track_caller]
    pub(crate) fn never_says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(!self.stderr.contains(text) && !self.stdout.contains(text), "{text:?} was said: {self}");
        }
        self
    }
}

impl Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { line, status, stdout, stderr, .. } = self;
        write!(f, "lback {line}\n{status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// Waits until a file appears: how a script of a test says where it is.
#[track_caller]
pub(crate) fn wait_for(file: &Path) {
    until(&format!("{} appears", file.display()), || file.exists());
}

/// Waits until this is so, which `what` says in words.
#[track_caller]
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A shell script that a test runs as Alembic.
#[cfg(unix)]
pub(crate) fn script(project: &Project, name: &str, text: &str) -> PathBuf {
    use std::os::unix::fs::OpenOptionsExt as _;
    let path = project.path(name);
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o755).open(&path).expect("a script");
    write!(file, "#!/bin/sh\n{text}\n").expect("a script");
    path
}
