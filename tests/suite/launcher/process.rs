//! What the project's code sees of its own process, and what its children get.

use super::twin::{Twin, case};

/// Shows the interpreter as env.py finds it.
const INTERPRETER: &str = r"
import atexit, gc, os, signal, sys, threading, logging, resource
def show(name, value): print(name, '=', value)
for name in ('argv', 'orig_argv', 'path', 'flags', 'executable', 'prefix', 'exec_prefix', 'base_prefix', 'warnoptions',
             '_xoptions', 'dont_write_bytecode', 'pycache_prefix', 'platlibdir', 'excepthook', 'displayhook', 'unraisablehook'):
    show(name, getattr(sys, name))
for name in ('getrecursionlimit', 'getswitchinterval', 'gettrace', 'getprofile', 'getfilesystemencoding', 'get_asyncgen_hooks'):
    show(name, getattr(sys, name)())
for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__):
    show(stream.name, (type(stream), stream.encoding, stream.errors, stream.line_buffering, stream.write_through, stream.isatty()))
show('meta_path', [getattr(finder, '__name__', type(finder)) for finder in sys.meta_path])
show('path_hooks', len(sys.path_hooks))
show('gc', (gc.isenabled(), gc.get_threshold(), gc.get_debug(), gc.callbacks))
show('threads', [(thread.name, thread.daemon) for thread in threading.enumerate()])
show('threading hooks', (threading.excepthook, threading.gettrace(), threading.getprofile()))
show('signals', [(number, str(signal.getsignal(number))) for number in sorted(signal.valid_signals())])
show('mask', signal.pthread_sigmask(signal.SIG_BLOCK, []))
show('wakeup', signal.set_wakeup_fd(-1))
show('folder', os.getcwd())
show('umask', os.umask(0))
show('limits', [resource.getrlimit(getattr(resource, name)) for name in sorted(dir(resource)) if name.startswith('RLIMIT')])
show('logging', (logging.root.handlers, logging.root.level, logging.lastResort, logging.raiseExceptions))
";

const MAIN: &str = r"
import sys
main = sys.modules['__main__']
for name, value in sorted(vars(main).items()):
    print(name, '=', value if isinstance(value, (str, type(None), bool, dict)) and name != '__builtins__' else type(value))
print(main.__name__, getattr(main, '__file__', None), getattr(main, '__spec__', None), getattr(main, '__package__', None))
print(main.__builtins__ is sys.modules['builtins'])
";

#[test]
fn interpreter_is_as_under_alembic_alone() {
    Twin::new().before_env(INTERPRETER).hearing_signals().check([
        case(&["current"]).says("argv = ['"),
        case(&["-x", "a=b", "upgrade", "head"]),
        case(&["upgrade", "head", "--sql"]),
    ]);
}

#[test]
fn main_module_is_alembics() {
    Twin::new().before_env(MAIN).check([case(&["current"]).says("__main__")]);
    Twin::new()
        .before_env("import inspect, sys\nprint(inspect.getsource(sys.modules['__main__']))")
        .check([case(&["current"]).says("from alembic.config import main")]);
    // Pickle finds what is defined in it, and pkg_resources, pytest and others look at it.
    Twin::new()
        .before_env("import runpy, sys\nprint(runpy.run_path(sys.argv[0], run_name='other')['main'])")
        .check([case(&["current"]).says("<function main")]);
}

#[test]
fn variables_of_the_interpreter_are_obeyed() {
    // Not among them is PYTHONPYCACHEPREFIX: whoever sets it gets all compiled files there, the launcher's too, and so one folder more than alone.
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
        Twin::new().before_env(&dump).env(name, value).check([case(&["current"]).says("flags = sys.flags(")]);
    }
}

/// What a child gets: all of the environment, and none of the descriptors.
#[test]
fn children_get_nothing_of_lback() {
    let list = "import json, os, stat\n\
         found = []\n\
         for name in os.listdir('/proc/self/fd'):\n    \
             try: mode = os.fstat(int(name)).st_mode\n    \
             except OSError: continue\n    \
             found.append([int(name), stat.S_IFMT(mode)])\n\
         print(sorted(found), json.dumps(dict(os.environ), sort_keys=True), flush=True)";
    let starts = [
        "subprocess.run([sys.executable, '-c', LIST], check=True)",
        "subprocess.run([sys.executable, '-c', LIST], close_fds=False, check=True)",
        "os.waitpid(os.posix_spawn(sys.executable, [sys.executable, '-c', LIST], os.environ), 0)",
        "os.system('exec ' + sys.executable + ' -c \"$LIST\"')",
        "pid = os.fork()\nif pid == 0:\n    os.execv(sys.executable, [sys.executable, '-c', LIST])\nos.waitpid(pid, 0)",
    ];
    for start in starts {
        let lines = format!("import os, subprocess, sys\nLIST = {list:?}\nos.environ['LIST'] = LIST\n{start}");
        Twin::new().before_env(&lines).check([case(&["current"]).says("PYTHONUTF8")]);
        // Also from within a migration, when everything has begun.
        Twin::new().revision("last", &lines).check([case(&["upgrade", "head"]).says("PYTHONUTF8")]);
    }
}

#[test]
fn forked_children_of_the_project() {
    // A child that is forked and nothing more has the launcher's channel, at a number from 200 on: env.py may run its migrations in such a child,
    // and they are to be seen. It has nothing else of lback's.
    let list = "import os\ndef open_files():\n    \
         return sorted(os.readlink('/proc/self/fd/' + name).split(':')[0] for name in os.listdir('/proc/self/fd') \
         if int(name) < 200 and os.path.exists('/proc/self/fd/' + name))\n";
    let twin = Twin::new().before_env(&format!(
        "{list}\
         import multiprocessing, sys\n\
         pid = os.fork()\n\
         if pid == 0:\n    print('child', [name for name in open_files() if name == 'socket'], flush=True)\n    os._exit(0)\n\
         os.waitpid(pid, 0)\n\
         fork = multiprocessing.get_context('fork')\n\
         child = fork.Process(target=print, args=('of multiprocessing',), kwargs={{'flush': True}})\n\
         child.start(); child.join(); print(child.exitcode)\n\
         with fork.Pool(2) as pool: print(pool.map(abs, range(-3, 3)))"
    ));
    twin.check([case(&["upgrade", "head"]).says("of multiprocessing")]);
    // A child that goes the whole way on its own, to the end of the interpreter.
    let leaves = "import os, sys\n\
         if os.fork() == 0:\n    sys.exit(0)\n\
         os.wait()\nprint('parent')";
    Twin::new().before_env(leaves).check([case(&["upgrade", "head"]).says("parent")]);
    Twin::new().revision("last", leaves).check([case(&["upgrade", "head"]).says("parent")]);
}

/// A child that outlives the run, and holds none of its streams: nobody waits for it.
#[test]
fn daemons_of_the_project_are_not_waited_for() {
    let leaves = "import os, sys, time\n\
         sys.stdout.flush()\n\
         if os.fork() == 0:\n    \
             os.setsid()\n    \
             null = os.open(os.devnull, os.O_RDWR)\n    \
             for stream in (0, 1, 2): os.dup2(null, stream)\n    \
             open(os.environ['DAEMON'], 'w').write(str(os.getpid()))\n    \
             time.sleep(600)\n    os._exit(0)\n\
         while not os.path.exists(os.environ['DAEMON']): time.sleep(0.02)";
    let folder = tempfile::tempdir().expect("a temporary folder");
    let daemon = folder.path().join("daemon");
    Twin::new().before_env(leaves).env("DAEMON", &daemon).check([case(&["upgrade", "head"]).says("three")]);
    let process = std::fs::read_to_string(&daemon).expect("it said who it is");
    let status = std::process::Command::new("kill").args(["-s", "KILL", process.trim()]).status();
    // lback may have ended what its run left behind.
    let _ended = status.expect("kill");
}

/// Tenants, each migrated in a forked child of env.py.
#[test]
fn migrations_in_forked_children() {
    let env = "import multiprocessing\nfrom alembic import context\nfrom sqlalchemy import create_engine\n\
         def migrate(tenant):\n    \
             with create_engine(f'sqlite:///{tenant}.db').connect() as connection:\n        \
                 context.configure(connection=connection)\n        \
                 with context.begin_transaction():\n            \
                     context.run_migrations()\n    \
             print('done', tenant, flush=True)\n\
         for tenant in 'ab':\n    \
             child = multiprocessing.get_context('fork').Process(target=migrate, args=(tenant,))\n    \
             child.start()\n    child.join()\n    print(child.exitcode)\n";
    Twin::new().file("migrations/env.py", env).check([case(&["upgrade", "head"]).says("done b"), case(&["current"])]);
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
        Twin::new().before_env(&lines).hearing_signals().check([case(&["current"]).says("heard")]);
    }
    let alarm = "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.1)\nsignal.pause()";
    Twin::new().before_env(alarm).check([case(&["current"]).code(142)]);
}

/// lback asks Python for UTF-8 and for output as it comes, and adds nothing else.
#[test]
fn variables_that_lback_adds_are_known() {
    use std::collections::BTreeMap;
    let project = crate::support::Project::new();
    let lines = "import json, os\nprint(json.dumps(dict(os.environ)))";
    let env = std::fs::read_to_string(project.path("migrations/env.py")).expect("env.py");
    project.write("migrations/env.py", &format!("{lines}\n{env}"));
    let environment = |stdout: &str| -> BTreeMap<String, String> { serde_json::from_str(stdout).expect("JSON") };
    let alone = project.program(crate::support::alembic().as_os_str(), &["current"]).exits(0);
    let lback = project.lback(&["alembic", "current"]).exits(0);
    let mut expected = environment(&alone.stdout);
    expected.extend(["PYTHONUTF8", "PYTHONUNBUFFERED"].map(|name| (name.to_owned(), "1".to_owned())));
    assert_eq!(environment(&lback.stdout), expected);
}
