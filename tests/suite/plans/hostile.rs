//! Careless or hostile project code while it is planned: nothing is changed, nothing hangs, and the
//! plan names what it can't know.

use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use super::shop::{Place, Shop};
use crate::support::{Done, VersionScript};

/// The shop at `make_users`, with a last revision that has this `upgrade()`.
fn doing(upgrade: &str) -> Shop {
    Shop::new(Place::Sqlite)
        .script(&VersionScript::new("bad").after(&["add_total"]).upgrade(upgrade))
        .migrated_to("make_users")
}

/// Returns the doubts of the last revision's step.
#[track_caller]
fn doubts(done: &Done) -> Vec<String> {
    let document: Value = serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"));
    let steps = document["plan"]["databases"][0]["steps"].as_array().expect("steps");
    let bad = steps.iter().find(|step| step["revision"] == "bad").expect("the revision");
    let doubts = bad["doubts"].as_array().expect("doubts");
    doubts.iter().map(|doubt| format!("{}: {}", doubt["line"], doubt["why"].as_str().unwrap_or_default())).collect()
}

/// Checks that the plan has a doubt with this text, and that no file is changed.
#[track_caller]
fn is_doubtful(upgrade: &str, why: &str) {
    let shop = doing(upgrade);
    let before = shop.project.files();
    let done = shop.lback(&["plan", "--json"]).exits(0);
    let doubts = doubts(&done);
    assert!(doubts.iter().any(|doubt| doubt.contains(why)), "{upgrade}: {doubts:?}");
    assert_eq!(done.stderr, "", "{upgrade}");
    assert!(shop.project.files() == before, "{upgrade}");
}

#[test]
fn output_of_project_code_is_not_shown() {
    let loud = include_str!("python/noise.py");
    let shop = Shop::new(Place::Sqlite)
        .script(&VersionScript::new("bad").after(&["add_total"]).head(loud).upgrade(loud).downgrade(loud));
    let env = fs::read_to_string(shop.project.path("migrations/env.py")).expect("a file");
    shop.project.write(
        "migrations/env.py",
        &format!("{loud}\nimport atexit\natexit.register(print, 'NOISE')\n{env}\nprint('NOISE')\n"),
    );
    for words in [&["plan"][..], &["plan", "--json"], &["migrate", "--dry-run"]] {
        let done = shop.lback(words).exits(0).output_lacks(&["NOISE"]);
        assert_eq!(done.stderr, "");
    }
    // A run is not a plan.
    let done = shop.lback(&["migrate"]).exits(0);
    assert!(done.stdout.contains("NOISE") && done.stderr.contains("NOISE"), "{done}");
    shop.lback(&["rollback", "orders", "--dry-run"]).exits(0).output_lacks(&["NOISE"]);
    shop.lback(&["plan", "rollback", "base"]).exits(0).output_lacks(&["NOISE"]);
}

#[test]
fn files_are_not_changed() {
    for upgrade in [
        "open('made', 'w').write('x')",
        "open('alembic.ini', 'a').write('x')",
        "import pathlib\npathlib.Path('made').touch()",
        "import os\nos.remove('alembic.ini')",
        "import os\nos.rename('alembic.ini', 'made')",
        "import os\nos.truncate('alembic.ini', 0)",
        "import os\nos.close(os.open('made', os.O_CREAT | os.O_WRONLY))",
        "import shutil\nshutil.copy('alembic.ini', 'made')",
    ] {
        is_doubtful(upgrade, "file");
    }
    is_doubtful("import os\nos.mkdir('made')", "makes a folder");
    is_doubtful("import os\nos.symlink('alembic.ini', 'made')", "makes a link");
    is_doubtful("import shutil\nshutil.rmtree('migrations')", "removes a folder");
}

#[test]
fn programs_are_not_started() {
    for upgrade in [
        "import subprocess\nsubprocess.run(['touch', 'made'])",
        "import os\nos.system('touch made')",
        "import os\nos.posix_spawn('/bin/touch', ['touch', 'made'], {})",
        "import os\nos.popen('touch made').read()",
        "import os\nos.execv('/bin/touch', ['touch', 'made'])",
    ] {
        is_doubtful(upgrade, "starts a program");
    }
    is_doubtful("import os\nif os.fork() == 0:\n    open('made', 'w')\n    os._exit(0)", "makes another process");
}

#[test]
fn no_connection_is_opened() {
    is_doubtful(
        "import sqlite3\nsqlite3.connect('test.db').execute('drop table users')",
        "opens a database connection of its own",
    );
    is_doubtful(
        "import sqlite3\nsqlite3.connect('made.db').execute('create table made (id int)')",
        "opens a database connection of its own",
    );
    is_doubtful(
        "engine = sa.create_engine('sqlite:///made.db')\nwith engine.begin() as connection:\n    connection.execute(sa.text('create table made (id int)'))",
        "connection",
    );
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("a socket");
    let port = listener.local_addr().expect("an address").port();
    is_doubtful(&format!("import socket\nsocket.create_connection(('127.0.0.1', {port}))"), "network");
    is_doubtful(&format!("import urllib.request\nurllib.request.urlopen('http://127.0.0.1:{port}/')"), "network");
    assert!(listener.accept().is_err(), "the code has connected");
}

#[test]
fn exceptions_that_scripts_catch_do_not_hide_it() {
    is_doubtful("try:\n    open('made', 'w')\nexcept Exception:\n    pass", "writes a file");
    is_doubtful("try:\n    open('made', 'w')\nexcept BaseException:\n    pass", "writes a file");
    is_doubtful("try:\n    open('made', 'w')\nfinally:\n    op.drop_table('users')", "writes a file");
}

#[test]
fn endless_loops_are_stopped() {
    for upgrade in [
        "while True: pass",
        "while op.get_bind().execute(sa.text('select 1')) is not None: pass",
        "import threading\nthreading.Event().wait()",
    ] {
        let shop = doing(upgrade);
        let done = shop.lback(&["plan", "--json"]).exits(0);
        let doubts = doubts(&done);
        assert!(!doubts.is_empty(), "{upgrade}: {done}");
    }
}

#[test]
fn a_pause_takes_no_time() {
    let shop = doing("import time\ntime.sleep(600)\nop.drop_table('users')");
    let done = shop.lback(&["plan", "--json"]).exits(0);
    assert_eq!(doubts(&done), Vec::<String>::new());
}

#[test]
fn code_that_cannot_be_interrupted_is_killed_at_the_limit() {
    let shop = doing("while True:\n    try:\n        while True: pass\n    except BaseException: pass")
        .with(|project| project.config("\n[plan]\ntimeout = '9s'"));
    let done = shop.lback(&["plan"]).exits(69);
    done.stderr_has(&[
        "error: the plan was not ready in time\n",
        "hint: `[plan] timeout` in `lback.toml` gives it more time",
    ]);
}

#[test]
fn a_process_that_exits_ends_only_the_plan() {
    let ended = "the project's code ended the process in which it was looked at";
    for (upgrade, why) in [
        ("import os\nos._exit(0)", Some("env.py connected to no database")),
        ("import os\nos._exit(3)", Some(&*format!("{ended} (exit code 3)"))),
        ("import os\nos.abort()", Some(&*format!("{ended} (signal 6)"))),
        ("import os\nos.closerange(0, 200)\nos._exit(4)", Some(&*format!("{ended} (exit code 4)"))),
        ("import os\nos.closerange(0, 200)", None),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", None),
    ] {
        let shop = doing(upgrade);
        let before = shop.project.files();
        let done = shop.lback(&["plan"]).run();
        match why {
            Some(why) => drop(done.exits(69).stderr_has(&[why])),
            // Nothing prevents the plan.
            None => drop(done.exits(0)),
        }
        assert!(shop.project.files() == before, "{upgrade}");
        // A migration that doesn't reach the revision works as ever.
        shop.lback(&["migrate", "make_orders"]).exits(0);
        assert_eq!(shop.heads(), ["make_orders"]);
    }
}

#[test]
fn an_upgrade_that_always_fails_is_doubtful() {
    for (upgrade, why) in [
        ("import sys\nsys.exit(3)", "SystemExit: 3"),
        ("raise SystemExit('not here')", "SystemExit: not here"),
        ("quit()", "SystemExit"),
        ("raise RuntimeError('not today')", "RuntimeError: not today"),
        ("op.drop_table('users')\nassert False, 'never'", "AssertionError: never"),
    ] {
        is_doubtful(upgrade, why);
    }
}

#[test]
fn changes_of_a_script_to_its_process_do_not_reach_the_next_script() {
    let first = "import os, sys, builtins\nos.environ['LEFT'] = '1'\nos.chdir('/')\nbuiltins.LEFT = 1\nsys.path.clear()\nop.create_table('left_table')";
    let second = "import os, json.tool\nassert 'LEFT' not in os.environ\nassert os.getcwd() != '/'\nop.create_table('right_table')";
    let shop = Shop::of(
        Place::Sqlite,
        [VersionScript::new("first").upgrade(first), VersionScript::new("second").after(&["first"]).upgrade(second)],
    );
    shop.lback(&["plan"]).exits(0).stdout_has(&["create table `left_table`", "create table `right_table`"]);
}

#[test]
fn side_effects_of_a_plan_do_not_reach_the_run() {
    let strange = "import sys\nif 'spoilt' in sys.modules: raise RuntimeError('spoilt')\nsys.modules['spoilt'] = sys\nop.create_table('made', sa.Column('id', sa.Integer()))";
    let shop = Shop::of(Place::Sqlite, [VersionScript::new("bad").upgrade(strange).downgrade("op.drop_table('made')")])
        .with(|project| {
            project.plugin("rec", &crate::support::component("record-policy"), "[plugin.settings]\nplan = true")
        });
    shop.lback(&["migrate"]).exits(0);
    assert_eq!(shop.heads(), ["bad"]);
    shop.lback(&["rollback", "made", "--yes"]).exits(0);
    assert!(shop.heads().is_empty());
}
