//! The ends of runs: exceptions and their hooks, exits, signals, and code that runs at the end.

use super::twin::{Case, Twin, case};

fn upgrade() -> Case {
    case(&["upgrade", "head"])
}

/// Checks rows of lines before those of env.py, the exit code, and a text of the output.
#[track_caller]
fn before(cases: &[(&str, i32, &str)]) {
    for (lines, code, says) in cases {
        Twin::new().before_env(lines).hearing_signals().check([upgrade().code(*code).outputs(says)]);
    }
}

#[test]
fn env_py_raises() {
    before(&[
        ("raise RuntimeError('at import')", 1, "RuntimeError: at import"),
        ("import nosuch", 1, "ModuleNotFoundError: No module named 'nosuch'"),
        ("def broken(:", 1, "SyntaxError"),
        ("from alembic.util import CommandError\nraise CommandError('own')", 255, "FAILED: own"),
        (
            "try:\n    1 / 0\nexcept Exception as cause:\n    raise LookupError('from it') from cause",
            1,
            "The above exception was the direct cause",
        ),
        (
            "try:\n    1 / 0\nexcept Exception:\n    {}['key']",
            1,
            "During handling of the above exception, another exception occurred",
        ),
        ("raise ExceptionGroup('group', [ValueError('a'), KeyError('b')])", 1, "ExceptionGroup: group"),
        ("error = ValueError('with')\nerror.add_note('a note')\nraise error", 1, "a note"),
        ("class Odd(Exception):\n    def __str__(self): raise TypeError\nraise Odd", 1, "<exception str() failed>"),
        // The traceback is left out, because the launcher has a few frames below it.
        (
            "def deep(): deep()\ntry: deep()\nexcept RecursionError as error: raise error.with_traceback(None)",
            1,
            "RecursionError",
        ),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt"),
        ("class Base(BaseException): pass\nraise Base('base')", 1, "Base: base"),
    ]);
}

#[test]
fn env_py_exits() {
    before(&[
        ("raise SystemExit('some words')", 1, "some words\n"),
        ("raise SystemExit(7)", 7, ""),
        ("import sys\nsys.exit(300)", 300 % 256, ""),
        ("import sys\nsys.exit(['a', 'list'])", 1, "['a', 'list']"),
        ("import os\nprint('last', flush=True)\nos._exit(9)", 9, "last"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", 137, ""),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGTERM)", 143, ""),
        ("import os\nos.abort()", 134, ""),
    ]);
}

#[test]
fn code_that_runs_at_the_end() {
    before(&[
        ("import atexit\natexit.register(print, 'at exit')", 0, "at exit"),
        ("import atexit\natexit.register(print, 'at exit')\nraise ValueError('and before')", 1, "at exit"),
        ("import atexit\natexit.register(lambda: 1 / 0)", 0, "ZeroDivisionError"),
        ("import atexit, os\natexit.register(os._exit, 5)", 5, ""),
        (
            "import threading\n\
             def later():\n    threading.main_thread().join()\n    print('a thread at the end')\n\
             threading.Thread(target=later).start()",
            0,
            "a thread at the end",
        ),
        ("import threading, time\nthreading.Thread(target=time.sleep, args=(600,), daemon=True).start()", 0, "upgrade"),
        ("import threading\nthreading.Thread(target=lambda: 1 / 0, name='own').start()", 0, "Exception in thread own"),
        ("class Last:\n    def __del__(self): print('deleted')\nlast = Last()", 0, "deleted"),
        ("class Last:\n    def __del__(self): 1 / 0\nLast()", 0, "Exception ignored in"),
        ("async def never(): pass\nnever()", 0, "was never awaited"),
        ("import sys\nsys.stdout.close()", 0, "upgrade"),
        ("import os\nos.close(1)", 0, "upgrade"),
        ("import sys\nsys.stderr = None", 0, ""),
        ("import concurrent.futures as c\nc.ThreadPoolExecutor().submit(print, 'in a pool')", 0, "in a pool"),
    ]);
}

#[test]
fn hooks_for_exceptions() {
    const SHOWS: &str = include_str!("python/excepthook.py");
    before(&[
        (&format!("{SHOWS}sys.excepthook = hook\nraise ValueError('own')"), 1, "hook ValueError own"),
        (&format!("{SHOWS}sys.excepthook = hook\nprint(sys.excepthook is hook)"), 0, "True"),
        (
            "import sys\ndef hook(*error):\n    print('before')\n    sys.__excepthook__(*error)\nsys.excepthook = hook\n1 / 0",
            1,
            "before",
        ),
        (
            "import sys\ndef hook(*error): raise LookupError\nsys.excepthook = hook\n1 / 0",
            1,
            "Error in sys.excepthook:",
        ),
        ("import sys\nsys.excepthook = None\n1 / 0", 1, ""),
        (
            "import sys\nprint(sys.excepthook is sys.__excepthook__, sys.excepthook)",
            0,
            "True <built-in function excepthook>",
        ),
        ("import sys\nsys.tracebacklimit = 2\n1 / 0", 1, "ZeroDivisionError"),
        (
            "import atexit, sys, traceback\n\
             atexit.register(lambda: print(''.join(traceback.format_exception(sys.last_value))))\n1 / 0",
            1,
            "ZeroDivisionError",
        ),
    ]);
}

/// Revisions that fail or exit after three that succeed.
#[test]
fn migration_fails() {
    let cases = [
        ("raise RuntimeError('in the middle')", 1, "RuntimeError: in the middle"),
        (
            "op.create_table('half', sa.Column('id', sa.Integer()))\nop.execute('select * from nowhere')",
            1,
            "no such table: nowhere",
        ),
        ("from alembic.util import CommandError\nraise CommandError('not today')", 255, "FAILED: not today"),
        ("raise SystemExit('enough')", 1, "enough"),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt"),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGINT)", 130, "KeyboardInterrupt"),
    ];
    for (body, code, says) in cases {
        Twin::new().revision("bad", body).hearing_signals().check([upgrade().code(code).outputs(says)]);
    }
    for (body, code) in [("os._exit(3)", 3), ("os.kill(os.getpid(), 9)", 137)] {
        let twin = Twin::new().revision("bad", &format!("import os\n{body}"));
        twin.check([upgrade().code(code).outputs("three -> bad").leaves("shop/test.db-lback-lock")]);
    }
    let twin = Twin::new().revision("bad", "raise RuntimeError('in the middle')");
    twin.check([case(&["--raiseerr", "upgrade", "head"]).code(1), case(&["upgrade", "head", "--sql"]).code(1)]);
}

/// Tracebacks that env.py sees have no frame of lback.
#[test]
fn env_py_catches_what_a_migration_raised() {
    for show in [
        "import traceback; traceback.print_exc()",
        "import logging; logging.exception('caught')",
        "print([frame.name for frame in __import__('traceback').extract_tb(error.__traceback__)])",
    ] {
        let twin = Twin::new().revision("bad", "raise RuntimeError('in the middle')");
        let env =
            std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/suite/support/env.py")).expect("it");
        let body = env.replace(
            "            context.run_migrations()",
            &format!(
                "            try:\n                context.run_migrations()\n            \
                 except RuntimeError as error:\n                {show}\n"
            ),
        );
        assert_ne!(env, body);
        twin.file("migrations/env.py", &body).check([upgrade().outputs("upgrade").warns()]);
    }
}
