//! Runs of a small program that stands for Alembic: it has what the launcher looks at, and does
//! what a test says. The real one is run by the suite.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc;

use super::super::command_line::GlobalOptions;
use super::super::{CommandLine, EndCause, Grace, Invocation, ProcessEnd, Program, Sinks, StopRequest};
use super::launcher_process::LauncherProcess;
use super::*;
use crate::config::LockMode;

mod probing;

const LONG: Duration = Duration::from_mins(1);

/// `MigrationContext`, as far as it matters here.
const CONTEXT: &str = include_str!("context_of_tests.py");

struct Fake {
    folder: tempfile::TempDir,
    lock: LockMode,
    requests: (mpsc::Sender<StopRequest>, mpsc::Receiver<StopRequest>),
}

struct Done {
    ended: ProcessEnd,
    reports: Vec<LauncherEvent>,
}

impl Fake {
    /// `main` is what the entry point does, with `migrate(*steps)` at hand.
    fn new(main: &str) -> Self {
        Self::with_context(CONTEXT, main)
    }

    fn with_context(context: &str, main: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let fake = Self { folder, lock: LockMode::Wait, requests: mpsc::channel(1) };
        fake.file("sqlalchemy/__init__.py", "__version__ = '2.0'\n");
        fake.file("alembic/__init__.py", "__version__ = '1.20.1'\n");
        fake.file("alembic/runtime/__init__.py", "");
        fake.file("alembic/runtime/migration.py", context);
        fake.file(
            "alembic/runtime/environment.py",
            "class EnvironmentContext:\n    def __enter__(self): pass\n    def __exit__(self, *raised): pass\n",
        );
        let indented = main.replace('\n', "\n    ");
        let config = format!(
            "import os, sys, sqlalchemy\nfrom alembic.runtime.environment import EnvironmentContext\n\
             from alembic.runtime.migration import MigrationContext\n\
             def migrate(*steps):\n    with EnvironmentContext(): MigrationContext(steps).run_migrations()\n\
             def main():\n    open('begun', 'w').close()\n    {indented}\n"
        );
        fake.file("alembic/config.py", &config);
        fake.program("run", "#!/usr/bin/env python3\nfrom alembic.config import main\nmain()\n");
        fake
    }

    fn file(&self, name: &str, text: &str) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        std::fs::write(path, text).expect("a file");
    }

    fn program(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt as _;
        self.file(name, text);
        std::fs::set_permissions(self.path(name), std::fs::Permissions::from_mode(0o755)).expect("permissions");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn has_begun(&self) -> bool {
        self.path("begun").exists()
    }

    fn prepare_with(&self, launcher: &Launcher, argv: &[&str]) -> PendingRun {
        let (program, rest) = argv.split_first().expect("a program");
        let mut argv = vec![self.path(program).into_os_string()];
        argv.extend(rest.iter().map(Into::into));
        let program = Program { argv };
        let line = CommandLine::new(&program, &GlobalOptions::default(), &["upgrade".into(), "head".into()]);
        let invocation = Invocation {
            argv: Vec::new(),
            root: self.folder.path().to_owned(),
            environment: Vec::new(),
            timeout: None,
            grace: Grace { interrupt: LONG, terminate: LONG },
        };
        PendingRun::start(launcher, &program, line, invocation)
    }

    fn prepare(&self) -> PendingRun {
        self.prepare_with(&Launcher::install(Some(&self.path("cache"))), &["run"])
    }

    async fn run(&mut self, prepared: PendingRun) -> Done {
        let sinks = Sinks { stdout: tokio::io::sink(), stderr: tokio::io::sink() };
        let lock = LockSettings { mode: self.lock, timeout: LONG };
        let terms = RunConstraints {
            lock,
            limits: None,
            orders: ServerOrders::default(),
            waited_before: Duration::ZERO,
            may_retry: false,
            marks_steps: false,
            single_head: false,
            expected: None,
            environment: None,
            files: Vec::new(),
            written: None,
        };
        let mut reports = Vec::new();
        let run = prepared.run(&terms, sinks, &mut self.requests.1, |report| reports.push(report));
        let ended = tokio::time::timeout(LONG, run).await.expect("an end").expect("a start");
        Done { ended, reports }
    }
}

impl Done {
    fn stdout(self) -> String {
        self.ended.stdout.into_text()
    }

    fn said(&self, wanted: impl Fn(&LauncherEvent) -> bool) -> bool {
        self.reports.iter().any(wanted)
    }
}

#[tokio::test]
async fn steps_are_reported() {
    let mut fake = Fake::new("migrate('one', 'two')");
    let prepared = fake.prepare();
    let done = fake.run(prepared).await;
    let heads = |head: &str| vec![head.to_owned()];
    let kinds: Vec<_> = done
        .reports
        .iter()
        .map(|report| match report {
            LauncherEvent::Versions { alembic, .. } => format!("alembic {alembic}"),
            LauncherEvent::Database { dialect, .. } => format!("database {dialect}"),
            LauncherEvent::Unlocked { .. } => "unlocked".into(),
            LauncherEvent::HeadsBefore { heads: found, .. } => format!("before {found:?}"),
            LauncherEvent::Steps { total, .. } => format!("steps {total:?}"),
            LauncherEvent::StepStarted { number, of, direction, doc, .. } => {
                format!("{direction:?} {number} {of:?} {doc:?}")
            }
            LauncherEvent::StepEnded { number, heads: found, .. } => format!("ended {number} {found:?}"),
            LauncherEvent::HeadsAfter { heads: found, .. } => format!("after {found:?}"),
            other => format!("{other:?}"),
        })
        .collect();
    let expected = [
        "alembic 1.20.1".to_owned(),
        "database nothing".into(),
        "unlocked".into(),
        format!("before {:?}", heads("zero")),
        "MigrationsBegan { printed: false }".into(),
        "steps Some(2)".into(),
        "Upgrade 1 Some(2) Some(\"make one\")".into(),
        format!("ended 1 {:?}", heads("one")),
        "Upgrade 2 Some(2) Some(\"make two\")".into(),
        format!("ended 2 {:?}", heads("two")),
        format!("after {:?}", heads("two")),
        "MigrationsEnded".into(),
        "EnvironmentEnded".into(),
    ];
    assert_eq!(kinds, expected);
    assert!(done.ended.success());
    assert_eq!(done.stdout(), "running make one\nrunning make two\n");
}

#[tokio::test]
async fn line_names_the_launcher_and_hides_what_it_hid() {
    let fake = Fake::new("pass");
    let prepared = fake.prepare();
    let line = prepared.line().redacted().to_vec();
    let run = fake.path("run").display().to_string();
    assert_eq!(line[..2], ["/usr/bin/env", "python3"]);
    assert!(Path::new(&line[2]).ends_with("lback_launcher/entry.py"), "{line:?}");
    assert_eq!(line[3..], [run.as_str(), "upgrade", "head"]);
}

#[tokio::test]
async fn nothing_begins_without_a_word() {
    let fake = Fake::new("migrate()");
    let mut launched = LauncherProcess::start(
        &Launcher::install(None),
        &Program { argv: vec![fake.path("run").into()] },
        &CommandLine::new(&Program { argv: vec![fake.path("run").into()] }, &GlobalOptions::default(), &[]),
        &Invocation {
            argv: Vec::new(),
            root: fake.folder.path().to_owned(),
            environment: Vec::new(),
            timeout: None,
            grace: Grace::default(),
        },
    )
    .expect("a launcher");
    let id = launched.greeted().await;
    drop(launched);
    let gone = async {
        while rustix::process::test_kill_process(id).is_ok() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LONG, gone).await.expect("it is killed");
    assert!(!fake.has_begun());
}

#[tokio::test]
async fn stop_before_the_beginning_keeps_it_from_beginning() {
    let mut fake = Fake::new("migrate()");
    let prepared = fake.prepare();
    fake.requests.0.send(StopRequest::Terminate).await.expect("a listener");
    let done = fake.run(prepared).await;
    assert_eq!(done.ended.cause, EndCause::Interrupted(StopRequest::Terminate));
    assert!(!fake.has_begun() && done.reports.is_empty());
}

#[tokio::test]
async fn alembic_that_lacks_what_is_observed_runs_all_the_same() {
    let context =
        "class MigrationContext:\n    def __init__(self, steps): pass\n    def run_migrations(self): print('ran')\n";
    let mut fake = Fake::with_context(context, "migrate()\nsys.exit(3)");
    let prepared = fake.prepare();
    let done = fake.run(prepared).await;
    assert!(
        done.said(|report| matches!(report, LauncherEvent::Blind { why } if why.contains("_migrations_fn"))),
        "{:?}",
        done.reports
    );
    assert_eq!(done.ended.returncode(), Some(3));
    assert_eq!(done.stdout(), "ran\n");
}

#[tokio::test]
async fn old_alembic_is_not_observed() {
    let mut fake = Fake::new("migrate('one')");
    fake.file("alembic/__init__.py", "__version__ = '1.12.1'\n");
    let prepared = fake.prepare();
    let done = fake.run(prepared).await;
    assert!(
        done.said(|report| matches!(report, LauncherEvent::Blind { why } if why.contains("1.12.1"))),
        "{:?}",
        done.reports
    );
    assert_eq!(done.stdout(), "running make one\n");
}

#[tokio::test]
async fn what_ended_alembic_is_reported_without_passwords() {
    let mut fake = Fake::new("raise KeyError('postgresql://app:secret@db/shop')");
    let prepared = fake.prepare();
    let done = fake.run(prepared).await;
    let Some(LauncherEvent::Error { error, cause: None, message, disconnected: false, .. }) = done.reports.last()
    else {
        panic!("{:?}", done.reports)
    };
    assert_eq!((error.as_str(), message.as_str()), ("KeyError", "'postgresql://app:***@db/shop'"));
    let stderr = done.ended.stderr.into_text();
    assert!(stderr.starts_with("Traceback (most recent call last):\n") && !stderr.contains("lback"), "{stderr}");
}

#[tokio::test]
async fn child_left_behind_does_not_hold_up_the_end() {
    // A fork has the channel too, and stays.
    let main = "import time
child = os.fork()
if child == 0:
    os.close(1)
    os.close(2)
    time.sleep(600)
print(child, flush=True)
migrate('one')";
    let mut fake = Fake::new(main);
    let prepared = fake.prepare();
    let done = fake.run(prepared).await;
    assert!(done.said(|report| matches!(report, LauncherEvent::HeadsAfter { .. })), "{:?}", done.reports);
    let stdout = done.stdout();
    let child = stdout.lines().find_map(|line| line.parse().ok()).and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(child.expect("a process"), rustix::process::Signal::KILL).expect("it is there");
}

#[tokio::test]
async fn launcher_that_is_turned_off_leaves_the_command_as_it_is() {
    let mut fake = Fake::new("migrate('one')");
    let prepared = fake.prepare_with(&Launcher::off(), &["run"]);
    assert!(prepared.probe().is_none());
    assert_eq!(prepared.line().argv(), [fake.path("run").as_os_str(), "upgrade".as_ref(), "head".as_ref()]);
    let done = fake.run(prepared).await;
    assert_eq!(done.reports, [LauncherEvent::Bypassed { why: BypassReason::TurnedOff, changes_database: true }]);
    assert_eq!(done.stdout(), "running make one\n");
}

#[tokio::test]
async fn tool_that_can_not_start_the_launcher_runs_what_is_configured() {
    let cases = [
        ("echo noise; exit 3", BypassReason::NoWord),
        // The interpreter that the tool finds is another one than that of the script.
        (
            "exec env PATH=\"$PWD/bin\" \"$(python3 -c 'import sys; print(sys.executable)')\" \"$@\"",
            BypassReason::Unable { why: "`alembic` was not found in `PATH`".into() },
        ),
    ];
    for (instead, why) in cases {
        let mut fake = Fake::new("pass");
        let tool = format!(
            "#!/bin/sh\nshift\nif test \"$1\" = alembic; then echo as configured; exit 4; fi\nshift\n{instead}\n"
        );
        fake.program("uv", &tool);
        let launcher = Launcher::install(Some(&fake.path("cache")));
        let prepared = fake.prepare_with(&launcher, &["uv", "run", "alembic"]);
        let done = fake.run(prepared).await;
        assert_eq!(done.reports, [LauncherEvent::Bypassed { why, changes_database: true }]);
        assert_eq!(done.ended.returncode(), Some(4));
        assert_eq!(done.stdout(), "as configured\n");
    }
}
