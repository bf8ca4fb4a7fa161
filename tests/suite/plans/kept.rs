//! Plans are kept from one run to the next, and made anew when anything changes that they depend
//! on.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::shop::{Place, Shop};
use crate::support::VersionScript;

/// A case: its name, the question of a script, and the change of the answer.
type Case = (&'static str, &'static str, fn(&Path));

const CASES: [Case; 16] = [
    ("attributes", "op.get_context().config.attributes.get('flag')", |root| {
        edit(root, "from alembic import context", "from alembic import context\ncontext.config.attributes['flag'] = 1");
    }),
    ("an option", "op.get_context().opts.get('my_flag')", |root| {
        edit(root, "connection=connection,", "connection=connection, my_flag=1,");
    }),
    ("the models", "op.get_context().opts['target_metadata'].tables.get('flag') is not None", |root| {
        let path = root.join("models.py");
        let text = fs::read_to_string(&path).expect("a file");
        fs::write(path, format!("{text}\nimport sqlalchemy\nsqlalchemy.Table('flag', metadata)\n")).expect("a file");
    }),
    ("a loaded module", "sys.modules['models'].__dict__.get('FLAG')", |root| {
        let path = root.join("models.py");
        let text = fs::read_to_string(&path).expect("a file");
        fs::write(path, format!("{text}\nFLAG = 1\n")).expect("a file");
    }),
    ("the time of a file", "os.stat('flag').st_mtime < 1000", |root| {
        let file = fs::File::options().write(true).open(root.join("flag")).expect("a file");
        file.set_modified(std::time::UNIX_EPOCH).expect("a time");
    }),
    ("the size of a file", "os.path.getsize('flag')", |root| put(root, "flag", "x")),
    ("a link", "os.path.lexists('new')", |root| symlink("nowhere", root.join("new")).expect("a link")),
    ("where a link leads", "os.readlink('link') == 'new'", |root| {
        fs::remove_file(root.join("link")).expect("a link");
        symlink("new", root.join("link")).expect("a link");
    }),
    ("access", "os.access('new', os.R_OK)", |root| put(root, "new", "")),
    ("a folder", "'new' in os.listdir('.')", |root| fs::create_dir(root.join("new")).expect("a folder")),
    ("a module that is looked for", "importlib.util.find_spec('new')", |root| put(root, "new.py", "")),
    ("an optional module", "optional()", |root| put(root, "optional_one.py", "")),
    ("a file in a folder", "os.read(os.open('in', os.O_RDONLY, dir_fd=os.open('seeds', os.O_RDONLY)), 9)", |root| {
        put(root, "seeds/in", "x");
    }),
    ("a module that env.py runs", "__import__('run_by_env').FLAG", |root| put(root, "run_by_env.py", "FLAG = 1\n")),
    ("a file that env.py has read", "__import__('models').WORDS", |root| put(root, "words", "x")),
    ("the raw environment", "os.environb.get(b'LBACK_TEST_FLAG') == b'1'", |_| {}),
];

const HEAD: &str = "import importlib.util, os, pathlib, sys
def optional():
    try:
        import optional_one
        return True
    except ImportError:
        return False";

fn put(root: &Path, file: &str, text: &str) {
    fs::write(root.join(file), text).expect("a file");
}

fn edit(root: &Path, from: &str, to: &str) {
    let path = root.join("migrations/env.py");
    let text = fs::read_to_string(&path).expect("a file");
    assert!(text.contains(from), "{text}");
    fs::write(path, text.replacen(from, to, 1)).expect("a file");
}

#[test]
fn a_plan_is_made_anew_when_what_it_depends_on_changes() {
    for (name, question, change) in CASES {
        let script =
            VersionScript::new("one").head(HEAD).upgrade(&format!("if {question}:\n    op.drop_table('flagged')"));
        let models = include_str!("../support/models.py");
        let models = format!("{models}\nWORDS = open('words').read()\n");
        let shop = Shop::of(Place::Sqlite, [script]).with(|project| {
            let project = project.file("models.py", &models).file("words", "").file("flag", "");
            project.file("seeds/in", "").file("run_by_env.py", "FLAG = 0\n")
        });
        symlink("old", shop.project.path("link")).expect("a link");
        let plan = |flag: &str| shop.lback(&["plan"]).env("LBACK_TEST_FLAG", flag).exits(0);
        let before = plan("0");
        assert!(!before.stdout.contains("flagged"), "{name}: {before}");
        change(shop.project.root());
        let after = plan("1");
        assert!(after.stdout.contains("drop table `flagged`"), "{name}: {after}");
    }
}
