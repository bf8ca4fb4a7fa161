//! The process as the project's code sees it, and what its children inherit.

use super::twin::{Twin, case};
use crate::support::signal;

/// Prints the state of the interpreter in env.py.
const INTERPRETER: &str = include_str!("python/show_interpreter.py");

const MAIN: &str = include_str!("python/show_main_module.py");

#[test]
fn interpreter_is_as_under_alembic_alone() {
    Twin::new().before_env(INTERPRETER).hearing_signals().check([
        case(&["current"]).outputs("argv = ['"),
        case(&["-x", "a=b", "upgrade", "head"]),
        case(&["upgrade", "head", "--sql"]),
    ]);
}

#[test]
fn main_module_is_alembics() {
    Twin::new().before_env(MAIN).check([case(&["current"]).outputs("__main__")]);
    Twin::new()
        .before_env("import inspect, sys\nprint(inspect.getsource(sys.modules['__main__']))")
        .check([case(&["current"]).outputs("from alembic.config import main")]);
    // Pickle finds what is defined in it, and pkg_resources, pytest and others look at it.
    Twin::new()
        .before_env("import runpy, sys\nprint(runpy.run_path(sys.argv[0], run_name='other')['main'])")
        .check([case(&["current"]).outputs("<function main")]);
}

#[test]
fn variables_of_the_interpreter_are_obeyed() {
    // Not among them is PYTHONPYCACHEPREFIX: with it Python writes all compiled files there, the
    // launcher's too, and so one folder more than alone.
    for (name, value) in [
        ("PYTHONSAFEPATH", "1"),
        ("PYTHONDONTWRITEBYTECODE", "1"),
        ("PYTHONOPTIMIZE", "2"),
        ("PYTHONHASHSEED", "0"),
        ("PYTHONNOUSERSITE", "1"),
        ("PYTHONFAULTHANDLER", "1"),
        ("PYTHONPATH", "models:/nowhere"),
        ("PYTHONIOENCODING", "latin-1:replace"),
        ("PYTHONINTMAXSTRDIGITS", "5000"),
        ("PYTHONWARNINGS", "ignore::DeprecationWarning"),
        ("PYTHONBREAKPOINT", "0"),
    ] {
        let dump =
            format!("{INTERPRETER}\nprint(hash('a') if sys.flags.hash_randomization == 0 else '', __debug__, 'ä')");
        Twin::new().before_env(&dump).env(name, value).check([case(&["current"]).outputs("flags = sys.flags(")]);
    }
}

/// Children inherit all of the environment, and no descriptor.
#[test]
fn children_get_nothing_of_lback() {
    let list = include_str!("python/show_descriptors.py");
    let starts = [
        "subprocess.run([sys.executable, '-c', LIST], check=True)",
        "subprocess.run([sys.executable, '-c', LIST], close_fds=False, check=True)",
        "os.waitpid(os.posix_spawn(sys.executable, [sys.executable, '-c', LIST], os.environ), 0)",
        "os.system('exec ' + sys.executable + ' -c \"$LIST\"')",
        "pid = os.fork()\nif pid == 0:\n    os.execv(sys.executable, [sys.executable, '-c', LIST])\nos.waitpid(pid, 0)",
    ];
    for start in starts {
        let lines = format!("import os, subprocess, sys\nLIST = {list:?}\nos.environ['LIST'] = LIST\n{start}");
        Twin::new().before_env(&lines).check([case(&["current"]).outputs("PYTHONUTF8")]);
        // In a migration too, when everything has started.
        Twin::new().revision("last", &lines).check([case(&["upgrade", "head"]).outputs("PYTHONUTF8")]);
    }
}

#[test]
fn forked_children_of_the_project() {
    // A forked child keeps the launcher's channel, at a number from 200 on, because env.py may run
    // migrations in the child, and lback must see them. It keeps nothing else of lback's.
    let twin = Twin::new().before_env(include_str!("python/forked_children.py"));
    twin.check([case(&["upgrade", "head"]).outputs("of multiprocessing")]);
    // A child that runs to the end of the interpreter.
    let leaves = "import os, sys\n\
         if os.fork() == 0:\n    sys.exit(0)\n\
         os.wait()\nprint('parent')";
    Twin::new().before_env(leaves).check([case(&["upgrade", "head"]).outputs("parent")]);
    Twin::new().revision("last", leaves).check([case(&["upgrade", "head"]).outputs("parent")]);
}

/// A child may outlive the run. lback doesn't wait for it, because it holds none of the run's
/// streams.
#[test]
fn daemons_of_the_project_are_not_waited_for() {
    let leaves = include_str!("python/leave_daemon.py");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let daemon = folder.path().join("daemon");
    Twin::new().before_env(leaves).env("DAEMON", &daemon).check([case(&["upgrade", "head"]).outputs("three")]);
    let process = std::fs::read_to_string(&daemon).expect("it said who it is");
    // lback may have ended the child already.
    let _exists = signal(process.trim(), "KILL");
}

/// Tenants, each migrated in a forked child of env.py.
#[test]
fn migrations_in_forked_children() {
    let env = include_str!("python/migrate_in_children.py");
    Twin::new()
        .file("migrations/env.py", env)
        .check([case(&["upgrade", "head"]).outputs("done b"), case(&["current"])]);
}

#[test]
fn signal_handlers_of_the_project() {
    for name in ["SIGINT", "SIGTERM", "SIGUSR1", "SIGHUP", "SIGALRM", "SIGCHLD", "SIGPIPE"] {
        let lines = format!(
            "import os, signal\n\
             print(signal.getsignal(signal.{name}))\n\
             signal.signal(signal.{name}, lambda number, frame: print('heard', number, flush=True))\n\
             os.kill(os.getpid(), signal.{name})"
        );
        Twin::new().before_env(&lines).hearing_signals().check([case(&["current"]).outputs("heard")]);
    }
    let alarm = "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.1)\nsignal.pause()";
    Twin::new().before_env(alarm).check([case(&["current"]).code(142)]);
}

/// lback asks Python for UTF-8 and unbuffered output, and sets no other variable.
#[test]
fn variables_that_lback_adds_are_known() {
    use std::collections::BTreeMap;
    let project = crate::support::Project::new();
    let lines = "import json, os\nprint(json.dumps(dict(os.environ)))";
    let env = std::fs::read_to_string(project.path("migrations/env.py")).expect("env.py");
    project.write("migrations/env.py", &format!("{lines}\n{env}"));
    let environment = |stdout: &str| -> BTreeMap<String, String> { serde_json::from_str(stdout).expect("JSON") };
    let alone = project.alembic(&["current"]).exits(0);
    let lback = project.lback(&["alembic", "current"]).exits(0);
    let mut expected = environment(&alone.stdout);
    expected.extend(["PYTHONUTF8", "PYTHONUNBUFFERED"].map(|name| (name.to_owned(), "1".to_owned())));
    assert_eq!(environment(&lback.stdout), expected);
}
