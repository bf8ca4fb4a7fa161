//! Projects in a known state with the recorder, and many runs at a time.

use std::path::Path;
use std::sync::{LazyLock, Mutex};

use crate::support::{Project, Run, component};

/// The database at the beginning of a run.
#[derive(Clone, Copy, Debug)]
pub(super) enum Database {
    /// No database.
    Absent,
    /// A database at the revision `three`, the head.
    AtHead,
}

impl Database {
    /// Puts the database into the project.
    pub(super) fn put(self, project: Project) -> Project {
        static AT_HEAD: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let project = Project::new();
            project.alembic(&["-q", "upgrade", "head"]).exits(0);
            std::fs::read(project.path("test.db")).expect("a database")
        });
        match self {
            Self::Absent => {}
            Self::AtHead => std::fs::write(project.path("test.db"), &*AT_HEAD).expect("a database"),
        }
        project
    }
}

/// Adds the recorder in both roles, under the name `rec`.
pub(super) fn recorded(project: Project) -> Project {
    recorded_with(project, "")
}

/// Adds the recorder with these lines for its `[[plugin]]` table.
pub(super) fn recorded_with(project: Project, more: &str) -> Project {
    project.plugin("rec", &component("recorder"), more)
}

/// A run whose records are logged.
pub(super) fn logged<'a>(project: &'a Project, typed: &[&str]) -> Run<'a> {
    project.lback(&[&["--log", "plugin=info"], typed].concat())
}

/// Calls `act` with each item, `width` at a time. The first failure is the test's.
pub(super) fn side_by_side<T: Send>(width: usize, items: impl IntoIterator<Item = T>, act: impl Fn(T) + Sync) {
    let items = Mutex::new(items.into_iter().collect::<Vec<_>>().into_iter());
    let next = || items.lock().expect("the lock is not held in a test").next();
    std::thread::scope(|scope| {
        for _ in 0..width {
            scope.spawn(|| {
                while let Some(item) = next() {
                    act(item);
                }
            });
        }
    });
}

/// Python that creates the file `inside` and then hangs.
pub(super) fn stuck(project: &Project) -> String {
    format!("import pathlib, time\npathlib.Path({:?}).touch()\ntime.sleep(600)\n", text(&project.path("inside")))
}

pub(super) fn text(path: &Path) -> String {
    path.to_str().expect("a path in UTF-8").to_owned()
}
