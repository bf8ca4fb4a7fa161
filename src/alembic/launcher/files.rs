//! The launcher's Python, written to a folder from which the interpreter loads it.
//!
//! The folder is private and named by the digest of its content, so that compiled files are kept
//! between runs and files of another version are never used.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::fs::{DirBuilder, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use tempfile::TempDir;

use super::BypassReason;
use crate::support::digest::Digest;
use crate::support::private_file::{self, PRIVATE_FILE};
use crate::support::private_folder::{PrivateFolder, require_fixed_path};
use crate::support::read_file;
use crate::support::refused_resource::is_refusal;

const SCRIPT: &str = "lback_launcher/entry.py";

/// The folder of compiled files, in each folder of modules.
const COMPILED: &str = "__pycache__";

/// The packages, with their names in the folder. Nothing is read from elsewhere.
static PACKAGES: [(&str, Dir<'static>); 2] = [
    ("lback_launcher", include_dir!("$CARGO_MANIFEST_DIR/python/lback_launcher")),
    ("lback_planner", include_dir!("$CARGO_MANIFEST_DIR/python/lback_planner")),
];

/// Returns every Python file of the packages with its path in the folder, sorted by path.
fn files() -> BTreeMap<PathBuf, &'static [u8]> {
    fn add(folder: &'static Dir<'static>, package: &str, found: &mut BTreeMap<PathBuf, &'static [u8]>) {
        for file in folder.files().filter(|file| file.path().extension().is_some_and(|extension| extension == "py")) {
            found.insert(Path::new(package).join(file.path()), file.contents());
        }
        folder.dirs().for_each(|inner| add(inner, package, found));
    }
    let mut found = BTreeMap::new();
    for (package, folder) in &PACKAGES {
        add(folder, package, &mut found);
    }
    found
}

/// The launcher, ready to be given to an interpreter, or the reason why it isn't used.
#[derive(Debug, Clone)]
pub(crate) struct Launcher(Result<Written, BypassReason>);

#[derive(Debug, Clone)]
struct Written {
    script: PathBuf,
    /// The folder of the import cache; none if nothing is kept.
    imports: Option<PathBuf>,
    /// The folder of stored version scripts; none if nothing is kept.
    scripts: Option<PathBuf>,
    /// The folder of stored analyses; none if nothing is kept.
    plans: Option<PathBuf>,
    /// Removes a temporary folder with the last clone.
    _temporary: Option<Arc<TempDir>>,
}

impl Launcher {
    /// Returns the launcher for `launcher = false`.
    pub(crate) fn off() -> Self {
        Self(Err(BypassReason::TurnedOff))
    }

    /// Writes the launcher into this folder, unless it is there already.
    ///
    /// Without such a folder, or where it cannot be written, the launcher is written to a temporary
    /// folder, and each run compiles it again.
    pub(crate) fn install(folder: Option<&Path>) -> Self {
        if let Some(folder) = folder {
            match write_to(folder) {
                Ok(written) => return Self(Ok(written)),
                Err(why) => tracing::debug!("the launcher is not kept in `{}`: {why}", folder.display()),
            }
        }
        let temporary = std::env::temp_dir();
        let written = require_fixed_path(&temporary).map_err(io::Error::other).and_then(|()| {
            let folder = private_builder().tempdir()?;
            write_files(folder.path())?;
            Ok(Written {
                script: folder.path().join(SCRIPT),
                imports: None,
                scripts: None,
                plans: None,
                _temporary: Some(Arc::new(folder)),
            })
        });
        Self(written.map_err(|error| BypassReason::NoFolder { folder: temporary, why: error.to_string() }))
    }

    pub(super) fn script(&self) -> Result<OsString, BypassReason> {
        self.0.as_ref().map(|written| written.script.clone().into_os_string()).map_err(Clone::clone)
    }

    /// Returns the folder of the import cache, if there is one.
    pub(super) fn imports(&self) -> Option<&Path> {
        self.0.as_ref().ok()?.imports.as_deref()
    }

    /// Returns the folder of stored version scripts, if there is one.
    pub(super) fn scripts(&self) -> Option<&str> {
        self.0.as_ref().ok()?.scripts.as_deref()?.to_str()
    }

    /// Returns the folder of stored analyses, if there is one.
    pub(super) fn plans(&self) -> Option<&str> {
        self.0.as_ref().ok()?.plans.as_deref()?.to_str()
    }
}

fn write_to(folder: &Path) -> Result<Written, String> {
    // Alembic runs in the project's root, and lback elsewhere.
    let folder = std::path::absolute(folder).map_err(|error| error.to_string())?;
    let folder = PrivateFolder::open_for_cache(&folder).map_err(|error| error.to_string())?;
    let own = folder.path().join(format!("launcher-{}", &digest().hex()[..16]));
    // Python runs these files and what it has compiled of them.
    if let Err(why) = require_intact(&own) {
        if is_refusal(&why) {
            // Nothing is known of the files, and other runs use them.
            return Err(why);
        }
        tracing::debug!("the launcher in `{}` is written again: {why}", own.display());
        put(folder.path(), &own).map_err(|error| error.to_string())?;
    }
    // Stored files are executed, or decide what is executed: no other user may write to them.
    let private =
        |name| PrivateFolder::open_for_cache(&folder.path().join(name)).ok().map(|folder| folder.path().to_owned());
    Ok(Written {
        script: own.join(SCRIPT),
        imports: private("imports"),
        scripts: private("scripts"),
        plans: private("plans"),
        _temporary: None,
    })
}

fn put(folder: &Path, own: &Path) -> io::Result<()> {
    let new = private_builder().tempdir_in(folder)?;
    write_files(new.path())?;
    if std::fs::rename(new.path(), own).is_ok() {
        return Ok(());
    }
    // Another run was faster, or what is there isn't what lback wrote.
    match require_intact(own) {
        Ok(()) => return Ok(()),
        Err(why) if is_refusal(&why) => return Err(io::Error::other(why)),
        Err(_) => {}
    }
    let old = private_builder().tempdir_in(folder)?;
    std::fs::rename(own, old.path().join("old"))?;
    match std::fs::rename(new.path(), own) {
        Err(error) if require_intact(own).is_err() => Err(error),
        _ => Ok(()),
    }
}

/// Returns a builder of folders for this user alone, whatever the umask is.
fn private_builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".launcher-").permissions(Permissions::from_mode(0o700));
    builder
}

/// Writes the files, and the folders of their compiled forms, which Python would create with the
/// mode of the umask.
#[expect(clippy::disallowed_methods, reason = "the files are new")]
fn write_files(folder: &Path) -> io::Result<()> {
    for (name, text) in files() {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent.join(COMPILED))?;
        }
        let mut file = OpenOptions::new().write(true).create_new(true).mode(PRIVATE_FILE).open(path)?;
        file.write_all(text)?;
    }
    Ok(())
}

/// Checks that a folder has exactly the launcher's files, and that no other user can have written
/// any of them or of their compiled forms.
fn require_intact(own: &Path) -> Result<(), String> {
    let mut missing = files();
    require_intact_folder(own, Path::new(""), &mut missing)?;
    match missing.keys().next() {
        Some(name) => Err(format!("`{}` is missing", name.display())),
        None => Ok(()),
    }
}

fn require_intact_folder(
    own: &Path,
    inner: &Path,
    missing: &mut BTreeMap<PathBuf, &'static [u8]>,
) -> Result<(), String> {
    let folder = own.join(inner);
    let why = |what: &dyn Display| format!("`{}`: {what}", folder.display());
    let found = folder.symlink_metadata().map_err(|error| why(&error))?;
    let is_trusted = [0, rustix::process::geteuid().as_raw()].contains(&found.uid());
    if !found.is_dir() || !is_trusted || found.mode() & 0o022 != 0 {
        return Err(why(&"other users can write it, or it is no folder"));
    }
    for entry in std::fs::read_dir(&folder).map_err(|error| why(&error))? {
        let entry = entry.map_err(|error| why(&error))?;
        let name = inner.join(entry.file_name());
        if entry.file_type().map_err(|error| why(&error))?.is_dir() {
            require_intact_folder(own, &name, missing)?;
            continue;
        }
        let is_compiled = inner.ends_with(COMPILED);
        match private_file::require_private(&entry.path()) {
            Ok(_) => {}
            // Another Python process has just renamed the file that it compiled.
            Err(error) if is_compiled && error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(format!("`{}`: {error}", name.display())),
        }
        let is_known = match missing.remove(&name) {
            None => false,
            Some(text) => match read_file::read(&entry.path(), text.len() as u64) {
                Ok(present) => present == text,
                Err(error) => return Err(format!("`{}`: {error}", name.display())),
            },
        };
        if !is_known && !is_compiled {
            return Err(format!("`{}` is not the launcher's", name.display()));
        }
    }
    Ok(())
}

fn digest() -> Digest {
    let files = files();
    let parts = files.iter().flat_map(|(name, text)| [name.as_os_str().as_encoded_bytes(), b"\0", text, b"\0"]);
    Digest::of_parts(parts)
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
    fn every_python_file_of_the_packages_is_written() {
        fn list(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("a file").path();
                if path.is_dir() {
                    list(&path, found);
                } else if path.extension().is_some_and(|extension| extension == "py") {
                    let text = std::fs::read(&path).expect("a file");
                    found.insert(path, text);
                }
            }
        }
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("python");
        let mut there = BTreeMap::new();
        for (package, _) in &PACKAGES {
            list(&python.join(package), &mut there);
        }
        let named: BTreeMap<_, _> =
            files().into_iter().map(|(name, text)| (python.join(name), text.to_vec())).collect();
        // The compiler doesn't notice a file that is new in a folder: any change of this file makes
        // it look.
        assert_eq!(named.keys().collect::<Vec<_>>(), there.keys().collect::<Vec<_>>());
        assert!(named == there, "the embedded files are older than those in `python/`");
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
        assert_eq!(Launcher::off().script(), Err(BypassReason::TurnedOff));
    }
}
