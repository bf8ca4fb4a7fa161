//! The launcher's Python, written where the interpreter finds it.
//!
//! It lies in a private folder under the digest of its content, so that its compiled form is kept between runs, and a file of another version
//! is never taken for it.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use super::SteppedAside;
use crate::registry::{Digest, PrivateFolder};

const SCRIPT: &str = "lback_launcher.py";

macro_rules! part {
    ($name:literal) => {
        ($name, include_str!(concat!("python/", $name)))
    };
    (plan $name:literal) => {
        (concat!("_lback_plan/", $name), include_str!(concat!("../plan/python/_lback_plan/", $name)))
    };
}

/// All files, by their names in the folder. Nothing is read from elsewhere.
const FILES: &[(&str, &str)] = &[
    part!("lback_launcher.py"),
    part!("_lback_launcher/__init__.py"),
    part!("_lback_launcher/apart.py"),
    part!("_lback_launcher/cancel.py"),
    part!("_lback_launcher/channel.py"),
    part!("_lback_launcher/codes.py"),
    part!("_lback_launcher/failure.py"),
    part!("_lback_launcher/handover.py"),
    part!("_lback_launcher/imports.py"),
    part!("_lback_launcher/inert.py"),
    part!("_lback_launcher/lock.py"),
    part!("_lback_launcher/memory.py"),
    part!("_lback_launcher/modules.py"),
    part!("_lback_launcher/mysql.py"),
    part!("_lback_launcher/observe.py"),
    part!("_lback_launcher/patterns.py"),
    part!("_lback_launcher/places.py"),
    part!("_lback_launcher/postgresql.py"),
    part!("_lback_launcher/scripts.py"),
    part!("_lback_launcher/server.py"),
    part!("_lback_launcher/settled.py"),
    part!("_lback_launcher/sqlite.py"),
    part!("_lback_launcher/strict.py"),
    part!("_lback_launcher/unread.py"),
    part!("_lback_launcher/written.py"),
    part!(plan "__init__.py"),
    part!(plan "altering.py"),
    part!(plan "analysis.py"),
    part!(plan "body.py"),
    part!(plan "cache.py"),
    part!(plan "columns.py"),
    part!(plan "consequences.py"),
    part!(plan "ddl.py"),
    part!(plan "declared.py"),
    part!(plan "dependencies.py"),
    part!(plan "direction.py"),
    part!(plan "dml.py"),
    part!(plan "forced.py"),
    part!(plan "forward.py"),
    part!(plan "functions.py"),
    part!(plan "ghost.py"),
    part!(plan "history.py"),
    part!(plan "kinds.py"),
    part!(plan "model.py"),
    part!(plan "names.py"),
    part!(plan "ops.py"),
    part!(plan "planner.py"),
    part!(plan "pretend.py"),
    part!(plan "reach.py"),
    part!(plan "reading.py"),
    part!(plan "reflection.py"),
    part!(plan "refused.py"),
    part!(plan "rows.py"),
    part!(plan "run.py"),
    part!(plan "sandbox.py"),
    part!(plan "schema.py"),
    part!(plan "settled.py"),
    part!(plan "source.py"),
    part!(plan "sql.py"),
    part!(plan "steps.py"),
    part!(plan "table.py"),
    part!(plan "tokens.py"),
    part!(plan "trace.py"),
    part!(plan "unknown.py"),
    part!(plan "worlds.py"),
];

/// The launcher, ready to be given to an interpreter, or the reason why it isn't used.
#[derive(Debug, Clone)]
pub(crate) struct Launcher(Result<Written, SteppedAside>);

#[derive(Debug, Clone)]
struct Written {
    script: PathBuf,
    /// Where it is remembered what importing Alembic takes; nowhere, if nothing stays.
    imports: Option<PathBuf>,
    /// Where the launcher remembers version scripts; nowhere, if nothing stays.
    scripts: Option<PathBuf>,
    /// Where it is remembered what they do; nowhere, if nothing stays.
    plans: Option<PathBuf>,
    /// Removed with the last clone, where the launcher lies in no folder that stays.
    _temporary: Option<Arc<TempDir>>,
}

impl Launcher {
    /// `launcher = false`.
    pub(crate) fn off() -> Self {
        Self(Err(SteppedAside::TurnedOff))
    }

    /// Writes the launcher into this folder, unless it is there. Where nothing can be kept there (a file system that is read-only, a folder
    /// of another user), or there is no such folder, it goes to a temporary one, at the cost of compiling it in each run.
    pub(crate) fn install(folder: Option<&Path>) -> Self {
        if cfg!(not(unix)) {
            return Self(Err(SteppedAside::System));
        }
        if let Some(folder) = folder {
            match write_to(folder) {
                Ok(written) => return Self(Ok(written)),
                Err(why) => tracing::debug!("the launcher is not kept in `{}`: {why}", folder.display()),
            }
        }
        let written = tempfile::tempdir().and_then(|folder| {
            write_files(folder.path())?;
            Ok(Written {
                script: folder.path().join(SCRIPT),
                imports: None,
                scripts: None,
                plans: None,
                _temporary: Some(Arc::new(folder)),
            })
        });
        Self(written.map_err(|error| SteppedAside::NoFolder { folder: std::env::temp_dir(), why: error.to_string() }))
    }

    pub(super) fn script(&self) -> Result<OsString, SteppedAside> {
        self.0.as_ref().map(|written| written.script.clone().into_os_string()).map_err(Clone::clone)
    }

    /// The folder in which it is remembered what importing Alembic takes, if there is one.
    pub(super) fn imports(&self) -> Option<&Path> {
        self.0.as_ref().ok()?.imports.as_deref()
    }

    /// The folder in which version scripts are remembered from run to run, if there is one.
    pub(super) fn scripts(&self) -> Option<&str> {
        self.0.as_ref().ok()?.scripts.as_deref()?.to_str()
    }

    /// The folder in which it is remembered what version scripts do, if there is one.
    pub(super) fn plans(&self) -> Option<&str> {
        self.0.as_ref().ok()?.plans.as_deref()?.to_str()
    }
}

fn write_to(folder: &Path) -> Result<Written, String> {
    // Alembic runs in the project's root, and lback elsewhere.
    let folder = std::path::absolute(folder).map_err(|error| error.to_string())?;
    let folder = PrivateFolder::open(&folder).map_err(|error| error.to_string())?;
    let own = folder.path().join(format!("launcher-{}", &digest().hex()[..16]));
    // It appeared as a whole.
    if !own.join(SCRIPT).is_file() {
        put(folder.path(), &own).map_err(|error| error.to_string())?;
    }
    // What is remembered is run, or decides what is: nobody else may write it.
    let private = |name| PrivateFolder::open(&folder.path().join(name)).ok().map(|folder| folder.path().to_owned());
    Ok(Written {
        script: own.join(SCRIPT),
        imports: private("imports"),
        scripts: private("scripts"),
        plans: private("plans"),
        _temporary: None,
    })
}

fn put(folder: &Path, own: &Path) -> io::Result<()> {
    let new = tempfile::Builder::new().prefix(".launcher-").tempdir_in(folder)?;
    write_files(new.path())?;
    match std::fs::rename(new.path(), own) {
        // It is there now, where another run was faster.
        Err(error) if !own.join(SCRIPT).is_file() => Err(error),
        _ => Ok(()),
    }
}

fn write_files(folder: &Path) -> io::Result<()> {
    for (name, text) in FILES {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)?;
    }
    Ok(())
}

fn digest() -> Digest {
    Digest::of_parts(FILES.iter().flat_map(|(name, text)| [*name, "\0", *text, "\0"]))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn it_is_written_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("cache");
        let script = PathBuf::from(Launcher::install(Some(&folder)).script().expect("a script"));
        assert!(script.starts_with(&folder) && script.is_file());
        let written = script.metadata().and_then(|file| file.modified()).expect("a time");
        let again = Launcher::install(Some(&folder)).script().expect("a script");
        assert_eq!(again, script.as_os_str());
        assert_eq!(script.metadata().and_then(|file| file.modified()).expect("a time"), written);
        assert_eq!(
            std::fs::read_dir(&folder).expect("a folder").count(),
            4,
            "beside the folders of imports, scripts and plans, nothing else is left there"
        );
    }

    #[test]
    fn every_file_of_the_folder_is_written() {
        let alembic = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/alembic");
        let list = |own: &str, folder: &str| {
            let files = std::fs::read_dir(alembic.join(own).join(folder)).expect("a folder");
            let files = files.map(|file| format!("{folder}{}", file.expect("a file").file_name().to_string_lossy()));
            files.filter(|name| Path::new(name).extension().is_some_and(|kind| kind == "py")).collect::<Vec<_>>()
        };
        let launcher = "launcher/python";
        let mut there =
            [list(launcher, ""), list(launcher, "_lback_launcher/"), list("plan/python", "_lback_plan/")].concat();
        let mut named: Vec<_> = FILES.iter().map(|(name, _)| (*name).to_owned()).collect();
        there.sort();
        named.sort();
        assert_eq!(named, there);
    }

    #[test]
    fn without_a_folder_it_is_temporary() {
        let launcher = Launcher::install(None);
        let script = PathBuf::from(launcher.script().expect("a script"));
        assert!(script.is_file());
        let clone = launcher.clone();
        drop(launcher);
        assert!(script.is_file());
        drop(clone);
        assert!(!script.exists());
    }

    #[test]
    fn one_that_is_turned_off_says_so() {
        assert_eq!(Launcher::off().script(), Err(SteppedAside::TurnedOff));
    }
}
