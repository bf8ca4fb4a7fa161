//! Runs are held to the files of their plan: files that change between a plan and its run end the
//! run before its first step.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::time::SystemTime;

use super::shop::{Place, Shop};
use crate::support::{VersionScript, component, wait_for};

/// The script of the last revision, which imports modules of the project and reads a file.
const SCRIPT: &str = "migrations/versions/last.py";

/// Bodies that drop what `helpers`, `seeds.json` and a package say.
const DOWNGRADE: &str = "    import json, pathlib
    from late import LATE
    op.drop_column('orders', helpers.COLUMN)
    for table in json.loads(pathlib.Path('seeds.json').read_text()):
        op.execute('delete from ' + table)
    if LATE: op.drop_table('users')
";

/// Changes files of a project at this root.
type Change = fn(&Path);

fn script() -> String {
    format!(
        "\"\"\"last\"\"\"\nimport helpers\nimport sqlalchemy as sa\nfrom alembic import op\n\
         revision = 'last'\ndown_revision = 'add_total'\nbranch_labels = depends_on = None\n\n\
         def upgrade():\n    op.add_column('orders', sa.Column('extra', sa.Integer()))\n\n\
         def downgrade():\n{DOWNGRADE}"
    )
}

fn shop(place: Place) -> Shop {
    Shop::new(place)
        .with(|project| {
            project
                .file(SCRIPT, &script())
                .file("helpers.py", "COLUMN = 'extra'\n")
                .file("late.py", "LATE = False\n")
                .file("settings.py", "DEBUG = False\n")
                .file("seeds.json", "[\"orders\"]")
        })
        .migrated()
}

/// Runs a rollback, and changes files while a person is asked.
#[track_caller]
fn changed_while_asked(shop: &Shop, change: impl FnOnce(&Path)) -> crate::support::Done {
    let go = shop.project.path("go");
    // Of an earlier question.
    let _ = (fs::remove_file(&go), fs::remove_file(shop.project.path("go.asked")));
    let asking = shop.lback(&["rollback", "orders"]).on_a_terminal_with_patience("y", &go).start();
    wait_for(&shop.project.path("go.asked"));
    change(shop.project.root());
    fs::write(&go, "").expect("a file");
    asking.wait()
}

fn replace(root: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(root.join(file)).expect("a file");
    assert!(text.contains(from), "{file}");
    fs::write(root.join(file), text.replace(from, to)).expect("a file");
}

#[test]
fn an_unchanged_project_does_what_was_agreed_to() {
    for place in Place::BOTH {
        let shop = shop(place);
        changed_while_asked(&shop, |_| {}).exits(0);
        assert_eq!(shop.heads(), ["add_total"]);
    }
}

#[test]
fn a_file_that_changes_while_a_person_is_asked_ends_the_run() {
    let changes: [(&str, Change); 12] = [
        (SCRIPT, |root| {
            replace(root, SCRIPT, "op.drop_column('orders'", "op.drop_table('users'); op.drop_column('orders'");
        }),
        (SCRIPT, |root| replace(root, SCRIPT, "import json", "# lback: writes nothing\n    import json")),
        ("helpers.py", |root| fs::write(root.join("helpers.py"), "COLUMN = 'total'\n").expect("a file")),
        ("late.py", |root| fs::write(root.join("late.py"), "LATE = 'yes'\n").expect("a file")),
        ("seeds.json", |root| fs::write(root.join("seeds.json"), "[\"users\"]").expect("a file")),
        ("seeds.json", |root| fs::remove_file(root.join("seeds.json")).expect("a file")),
        ("migrations/env.py", |root| replace(root, "migrations/env.py", "import", "ANY = 1\nimport")),
        ("alembic.ini", |root| replace(root, "alembic.ini", "level = WARNING", "level = ERROR")),
        ("lback.toml", |root| replace(root, "lback.toml", "[project]", "[plan.writes]\nlast = []\n[project]")),
        // A package hides a module.
        ("helpers/__init__.py", |root| {
            fs::create_dir(root.join("helpers")).expect("a folder");
            fs::write(root.join("helpers/__init__.py"), "COLUMN = 'total'\n").expect("a file");
        }),
        // Another script has the revision.
        ("migrations/versions/other.py", |root| {
            fs::remove_file(root.join(SCRIPT)).expect("a file");
            let text = script().replace("op.drop_column('orders', helpers.COLUMN)", "op.drop_table('users')");
            fs::write(root.join("migrations/versions/other.py"), text).expect("a file");
        }),
        // A link takes the place of the folder.
        (SCRIPT, |root| {
            let (versions, other) = (root.join("migrations/versions"), root.join("migrations/other"));
            fs::rename(&versions, &other).expect("a folder");
            replace(root, "migrations/other/last.py", "helpers.COLUMN", "'total'");
            symlink("other", versions).expect("a link");
        }),
    ];
    for (number, (file, change)) in changes.into_iter().enumerate() {
        let place = Place::BOTH[number % 2];
        let shop = shop(place);
        let before = shop.dump();
        let done = changed_while_asked(&shop, change).exits(75);
        let done = done.stdout_has(&[&format!("`{file}`"), "changed since the plan was made; nothing was done"]);
        assert_eq!(shop.dump(), before, "{file} on {place:?}: {done}");
    }
}

/// A way in which code depends on files that it doesn't open: its file, the beginning of the
/// script, its downgrade, and what changes.
type Look = (&'static str, &'static str, &'static str, Change);

#[test]
fn what_is_looked_at_without_reading_is_compared_too() {
    let optional = "try:\n    import optional\nexcept ImportError:\n    optional = None";
    let looks: [Look; 10] = [
        ("optional.py", optional, "if optional: op.drop_table('users')", |root| put(root, "optional.py", "")),
        ("shared/__init__.py", "from shared import thing", "pass", |root| put(root, "shared/__init__.py", "")),
        ("data.csv", "import os", "if os.path.getsize('data.csv') > 9: op.drop_table('users')", |root| {
            put(root, "data.csv", "0123456789");
        }),
        ("data.csv", "import os", "if os.path.islink('data.csv'): op.drop_table('users')", |root| {
            fs::rename(root.join("data.csv"), root.join("other.csv")).expect("a file");
            symlink("other.csv", root.join("data.csv")).expect("a link");
        }),
        ("data.csv", "import os", "if os.access('data.csv', os.X_OK): op.drop_table('users')", |root| {
            fs::set_permissions(root.join("data.csv"), fs::Permissions::from_mode(0o755)).expect("a file");
        }),
        ("data.csv", "import pathlib", "if pathlib.Path('data.csv').is_dir(): op.drop_table('users')", |root| {
            fs::remove_file(root.join("data.csv")).expect("a file");
            fs::create_dir(root.join("data.csv")).expect("a folder");
        }),
        ("seeds/data.sql", "import os", IN_FOLDER, |root| put(root, "seeds/data.sql", "drop table users")),
        ("seeds", "import os", "os.listdir(os.open('seeds', os.O_RDONLY))", |root| put(root, "seeds/new", "")),
        ("words.py", "import runpy", "op.execute(runpy.run_path('words.py')['WORD'])", |root| {
            put(root, "words.py", "WORD = 'drop table users'");
        }),
        ("setting.py", "import settings", "if settings.SETTING: op.drop_table('users')", |root| {
            put(root, "setting.py", "SETTING = True");
        }),
    ];
    for (file, head, downgrade, change) in looks {
        let script = VersionScript::new("last").after(&["add_total"]).adds_column("orders", "extra").head(head);
        let shop = Shop::new(Place::Sqlite)
            .script(&script.downgrade(&format!("op.drop_column('orders', 'extra')\n{downgrade}")));
        let shop = shop.with(|project| {
            project
                .file("shared/thing.py", "")
                .file("data.csv", "")
                .file("seeds/data.sql", "delete from users")
                .file("words.py", "WORD = 'delete from users'")
                .file("setting.py", "SETTING = False")
                .file("settings.py", "names = {}\nexec(open('setting.py').read(), names)\nSETTING = names['SETTING']")
        });
        let shop = shop.migrated();
        changed_while_asked(&shop, |_| {}).exits(0);
        let shop = shop.migrated();
        let before = shop.dump();
        let done = changed_while_asked(&shop, change).exits(75);
        let done = done.stdout_has(&["changed since the plan was made; nothing was done", file]);
        assert_eq!(shop.dump(), before, "{file}: {done}");
    }
}

const IN_FOLDER: &str = "folder = os.open('seeds', os.O_RDONLY)
file = os.open('data.sql', os.O_RDONLY, dir_fd=folder)
op.execute(os.read(file, 99).decode())";

fn put(root: &Path, file: &str, text: &str) {
    fs::write(root.join(file), text).expect("a file");
}

#[test]
fn caches_within_the_project_are_no_change() {
    let shop = shop(Place::Sqlite);
    for _ in 0..2 {
        shop.lback(&["rollback", "orders", "--yes"]).env("LBACK_CACHE_DIR", "cache").exits(0);
        assert_eq!(shop.heads(), ["add_total"]);
        shop.lback(&["migrate"]).env("LBACK_CACHE_DIR", "cache").exits(0);
    }
}

/// Replaces a text by one of the same length, and keeps the size and the time of the file, as a
/// compiled file of it records them.
fn replace_unseen(path: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let time = fs::metadata(path).and_then(|file| file.modified()).expect("a time");
    let text = fs::read_to_string(path).expect("a file").replace(from, to);
    fs::write(path, text).expect("a file");
    fs::File::options().write(true).open(path).and_then(|file| file.set_modified(time)).expect("a time");
}

#[test]
fn compiled_files_hide_no_change() {
    // The source changes, and its compiled file still seems to belong to it.
    for (file, from, to) in [(SCRIPT, "drop_column('orders'", "drop_column('ordins'"), ("helpers.py", "extra", "total")]
    {
        let shop = shop(Place::Sqlite);
        let before = shop.dump();
        let done = changed_while_asked(&shop, |root| replace_unseen(&root.join(file), from, to)).exits(75);
        done.stdout_has(&[&format!("`{file}` has changed since the plan was made")]);
        assert_eq!(shop.dump(), before);
    }
    // A compiled file of other code is put in the place of one; the source stays.
    for file in [SCRIPT, "helpers.py"] {
        let shop = shop(Place::Sqlite);
        let done = changed_while_asked(&shop, |root| {
            let path = root.join(file);
            let (from, to) = if file == SCRIPT { ("helpers.COLUMN", "'total'       ") } else { ("extra", "total") };
            let text = fs::read_to_string(&path).expect("a file");
            replace_unseen(&path, from, to);
            let compile = format!("import py_compile; py_compile.compile({:?})", path.to_string_lossy());
            let python = crate::support::python();
            assert!(std::process::Command::new(python).args(["-c", &compile]).status().expect("python").success());
            let time = fs::metadata(&path).and_then(|file| file.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            fs::write(&path, text).expect("a file");
            fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(time)).expect("a time");
        });
        done.exits(0);
        let columns = shop.dump();
        assert!(columns.contains("total") && !columns.contains("extra"), "the source ran: {columns}");
    }
}

/// Lines at the beginning of env.py that change files once the plan was made and the run begins.
fn meddling(lines: &str) -> String {
    format!("import pathlib\nmark = pathlib.Path('mark')\nif mark.exists():\n    {lines}\nmark.touch()\n")
}

#[test]
fn a_policy_holds_a_migrate_to_its_plan() {
    for place in Place::BOTH {
        let shop = Shop::new(place).script(&VersionScript::new("last").after(&["add_total"]).adds_column("users", "x"));
        let shop = shop.migrated_to("add_total");
        let env = fs::read_to_string(shop.project.path("migrations/env.py")).expect("a file");
        let edit = "[path.write_text(path.read_text().replace(\"'x'\", \"'y'\")) for path in pathlib.Path('migrations/versions').glob('last*.py')]";
        shop.project.write("migrations/env.py", &format!("{}{env}", meddling(edit)));
        let shop =
            shop.with(|project| project.plugin("rec", &component("record-policy"), "[plugin.settings]\nplan = true"));
        let before = shop.dump();
        let done = shop.lback(&["migrate"]).exits(75);
        let done = done.stderr_has(&["changed since the plan was made; nothing was done"]);
        assert_eq!(shop.dump(), before, "{done}");
    }
}

#[test]
fn a_run_without_a_plan_is_compared_with_nothing() {
    let shop = shop(Place::Sqlite);
    replace(shop.project.root(), "helpers.py", "extra", "total");
    shop.lback(&["rollback", "-1"]).exits(0);
    assert_eq!(shop.heads(), ["add_total"]);
}
