//! Processes that end with exit code 0 in the middle of their work: never a success.

use crate::support::{Database, Done, Project};

use super::postgres::project_on;
use super::standing::databases;
use super::table::{logged, recorded, side_by_side};

/// Python that ends the process with exit code 0.
const WAYS: [&str; 14] = [
    "raise SystemExit(0)",
    "raise SystemExit",
    "import sys\nsys.exit()",
    "exit()",
    "quit(0)",
    "import os\nos._exit(0)",
    "import os\nos.execv('/bin/true', ['true'])",
    "import os\nos.execvp('sh', ['sh', '-c', 'exit 0'])",
    "import atexit, os\natexit.register(os._exit, 0)\nraise RuntimeError('late')",
    "import sys, os\nsys.excepthook = lambda *_: os._exit(0)\nraise RuntimeError('hooked')",
    "import threading, os, time\nthreading.Thread(target=os._exit, args=(0,)).start()\ntime.sleep(60)",
    "import signal, os, time\nsignal.signal(signal.SIGALRM, lambda *_: os._exit(0))\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\ntime.sleep(60)",
    "import ctypes\nctypes.CDLL(None).exit(0)",
    "import os\nos.kill(os.getpid(), 9)",
];

/// A project whose second step ends the process.
fn ending(project: Project, way: &str) -> Project {
    let body = format!("op.create_table('half', sa.Column('id', sa.Integer()))\n{way}");
    project.revision("two", Some("one"), &body, "pass")
}

#[track_caller]
fn is_no_success(done: &Done, way: &str) {
    let expected = if way.ends_with("9)") { 137 } else { 76 };
    assert_eq!(done.code(), Some(expected), "{way}\n{done}");
    assert!(!done.stderr.contains("applied "), "{way}\n{done}");
}

#[test]
fn a_step_that_ends_the_process_is_no_success() {
    side_by_side(4, WAYS, |way| {
        let project = ending(Project::new(), way);
        let done = project.lback(&["migrate"]).run();
        is_no_success(&done, way);
        done.stderr_has(&[
            "error: the schema may be between two revisions: the upgrade to `two` (make two) was interrupted",
        ]);
        let log = project.lback(&["log"]).exits(0);
        assert!(!log.stdout.contains("completed"), "{way}\n{log}");
    });
}

#[test]
fn a_step_on_postgres_that_ends_the_process_is_rolled_back() {
    for way in [WAYS[0], WAYS[5], WAYS[6], WAYS[8]] {
        let database = Database::postgres();
        let project = recorded(ending(project_on(&database), way));
        let done = logged(&project, &["migrate"]).run();
        is_no_success(&done, way);
        assert_eq!(databases(&done)[0]["state"], "unchanged", "{way}\n{done}");
        let done = done.stderr_has(&["everything was rolled back: the database is at base, as before"]);
        assert!(done.stderr.contains("\"signal\":\"alembic_command_failed\""), "{done}");
        assert!(done.stderr.contains("EndedEarly"), "{done}");
    }
}

/// Places in env.py, and in scripts, at which a process ends before its migrations do.
#[test]
fn an_end_between_steps_is_no_success() {
    let hook = "def ends(step, **_):\n    if step.up_revision_id == 'two':\n        raise SystemExit(0)\n";
    let environment = include_str!("../support/env.py");
    let hooked = environment.replace("url = context", &format!("{hook}\nurl = context")).replace(
        "context.configure(connection=connection,",
        "context.configure(connection=connection, on_version_apply=ends,",
    );
    let done = Project::new().file("migrations/env.py", &hooked).lback(&["migrate"]).exits(76);
    done.stderr_has(&["error: Alembic's process ended with exit code 0 before its migrations did"]);

    let before = environment.replace(
        "            context.run_migrations()",
        "            context.run_migrations()\n            __import__('os')._exit(0)",
    );
    assert_ne!(before, environment);
    let database = Database::postgres();
    let done = project_on(&database).file("migrations/env.py", &before).lback(&["migrate"]).exits(76);
    done.stderr_has(&["error: Alembic succeeded, but its work was not committed"]);
}

#[test]
fn a_script_that_ends_the_process_when_it_is_loaded_is_no_success() {
    let script = "\"\"\"ends\"\"\"\nraise SystemExit(0)\nrevision = 'four'\ndown_revision = 'three'\n\ndef upgrade():\n    pass\n";
    let project = Project::new().file("migrations/versions/four.py", script);
    let done = project.lback(&["migrate"]).exits(76);
    done.stderr_has(&[
        "error: Alembic's process ended with exit code 0 before its migrations did",
        "note: no migration began: the database is at base",
    ]);
}

#[test]
fn a_script_of_sql_that_is_cut_off_is_no_success() {
    side_by_side(4, WAYS, |way| {
        let done = ending(Project::new(), way).lback(&["migrate", "--sql"]).run();
        is_no_success(&done, way);
        if !way.ends_with("9)") {
            let done = done.stderr_has(&["ended with exit code 0"]);
            assert!(done.stdout.contains("CREATE TABLE"), "{way}\n{done}");
        }
    });
}

#[test]
fn env_py_that_ends_the_process_before_a_script_of_sql_is_complete() {
    let environment = include_str!("../support/env.py");
    let cut = environment.replacen(
        "        context.run_migrations()",
        "        context.run_migrations()\n        raise SystemExit(0)",
        1,
    );
    assert_ne!(cut, environment);
    let project = Project::on("postgresql+psycopg://app@localhost/shop").file("migrations/env.py", &cut);
    let done = project.lback(&["migrate", "--sql"]).exits(76);
    done.stderr_has(&[
        "error: Alembic's process ended with exit code 0 before the script was complete",
        "hint: discard what was written",
    ]);
}

#[test]
fn env_py_that_ends_after_its_work_is_a_success() {
    let environment = format!("{}\nraise SystemExit(0)\n", include_str!("../support/env.py"));
    let project = Project::new().file("migrations/env.py", &environment);
    project.lback(&["migrate"]).exits(0);
    assert_eq!(project.revision_of_database().as_deref(), Some("three"));
    project.lback(&["migrate"]).exits(0);
    project.lback(&["migrate", "--sql"]).exits(0);
}

/// Environments that end the process before a database is read.
const BEFORE: [&str; 6] = [
    "raise SystemExit(0)",
    "import sys\nsys.exit()",
    "import os\nos._exit(0)",
    "import os\nos.execv('/bin/true', ['true'])",
    "import threading, os, time\nthreading.Thread(target=os._exit, args=(0,)).start()\ntime.sleep(60)",
    "import ctypes\nctypes.CDLL(None).exit(0)",
];

#[test]
fn env_py_that_ends_before_a_database_is_read_is_no_success() {
    side_by_side(4, BEFORE, |way| {
        let environment = format!("{way}\n{}", include_str!("../support/env.py"));
        let project = Project::new().file("migrations/env.py", &environment);
        for command in [&["migrate"][..], &["rollback"], &["migrate", "--sql"], &["upgrade", "head"], &["stamp", "two"]]
        {
            let done = project.lback(command).exits(76);
            done.stderr_has(&[
                "error: Alembic's process ended with exit code 0 before it read a database",
                "hint: find what calls `sys.exit()`",
            ]);
        }
        assert!(project.lback(&["log"]).exits(0).output_lacks(&["completed"]).stdout.contains("76"), "{way}");
    });
}

#[test]
fn env_py_that_has_nothing_to_migrate_is_a_success() {
    let project = Project::new().file("migrations/env.py", "from alembic import context\n");
    project.lback(&["migrate"]).exits(0);
    for help in [&["upgrade", "--help"][..], &["alembic", "--help", "upgrade", "head"], &["stamp", "-h"]] {
        project.lback(help).exits(0).stdout_has(&["usage: "]);
    }
}
