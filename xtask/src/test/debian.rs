//! Programs that the tests need and few machines have: the system's own, or those of a Debian
//! package, unpacked into the target folder together with the libraries that the machine lacks.
//! Nothing is installed.

use super::server::ServerFolder;
use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// A program to find.
pub(super) struct Wanted {
    /// The name in messages.
    pub(super) name: &'static str,
    /// The Debian package.
    pub(super) package: &'static str,
    /// The path of the program in the package.
    pub(super) file: &'static str,
    /// The names of the program on the PATH; other systems may use another name.
    pub(super) names: &'static [&'static str],
    pub(super) hint: &'static str,
}

/// A program that was found.
pub(super) struct Program {
    pub(super) file: PathBuf,
    /// The folder into which its package was unpacked; `None` for a program of the system.
    pub(super) unpacked: Option<PathBuf>,
}

impl Program {
    /// Returns a program that the servers' user may read. Where root runs the tests, that is the
    /// user `nobody`, who gets a copy.
    pub(super) fn lent_to(self, room: &ServerFolder, step: &mut Step) -> Result<Self, Error> {
        let Some(unpacked) = self.unpacked.as_ref().filter(|_| room.is_roots().unwrap_or(true)) else {
            return Ok(self);
        };
        step.show("copying");
        let copy = room.folder().join("package");
        files::copy_tree(unpacked, &copy, &|name| name != "doc" && name != "man")?;
        let file = self.file.strip_prefix(unpacked).unwrap_or(&self.file);
        Ok(Self { file: copy.join(file), unpacked: Some(copy) })
    }

    /// Returns `LD_LIBRARY_PATH` for the unpacked libraries, which are in `usr/lib` and in its
    /// folder for the machine's architecture.
    pub(super) fn library_path(&self) -> OsString {
        let libraries = self.unpacked.iter().map(|root| root.join("usr/lib"));
        let machines = libraries.clone().flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten());
        let machines = machines.map(|entry| entry.path()).filter(|path| path.is_dir());
        env::join_paths(libraries.chain(machines)).unwrap_or_default()
    }
}

impl Wanted {
    pub(super) fn find(&self, paths: &Paths) -> Result<Program, Error> {
        let mut step = Step::start(self.name);
        if let Some(file) = self.names.iter().find_map(|name| which(name)) {
            step.done(file.display());
            return Ok(Program { file, unpacked: None });
        }
        let folder = paths.target.join("tools").join(self.package);
        let program = Program { file: folder.join(self.file), unpacked: Some(folder.clone()) };
        if program.file.is_file() {
            step.done(program.file.display());
            return Ok(program);
        }
        if which("apt-get").is_none() || which("dpkg-deb").is_none() {
            return Err(self.lacking());
        }
        self.unpack(&folder, &mut step)?;
        if !program.file.is_file() {
            return Err(self.lacking());
        }
        step.done("unpacked from Debian's package");
        Ok(program)
    }

    /// Downloads and unpacks the Debian package. Where the machine has no package lists yet, root
    /// fetches them.
    fn unpack(&self, folder: &Path, step: &mut Step) -> Result<(), Error> {
        let partial = folder.with_extension("partial");
        files::remove_folder(folder)?;
        files::remove_folder(&partial)?;
        let archives = partial.join("archives");
        files::make_folder(&archives.join("partial"))?;
        step.show("downloading Debian's package");
        if self.download(&archives, step).is_err() {
            step.show("fetching Debian's package lists");
            let mut update = Command::new("apt-get");
            process::quiet(step, "fetch Debian's package lists", update.arg("update"), Some(self.hint))?;
            step.show("downloading Debian's package");
            self.download(&archives, step)?;
        }
        for entry in fs::read_dir(&archives).map_err(Error::file("list", &archives))?.flatten() {
            let package = entry.path();
            if package.extension().is_some_and(|extension| extension == "deb") {
                let mut unpack = Command::new("dpkg-deb");
                unpack.arg("--extract").arg(&package).arg(&partial);
                process::quiet(step, "unpack Debian's package", &mut unpack, None)?;
            }
        }
        files::remove_folder(&archives)?;
        // The folder appears whole or not at all, since a later run uses it as it is.
        fs::rename(&partial, folder).map_err(Error::file("rename", partial))
    }

    /// Downloads the package and its missing dependencies into this folder, without the rights to
    /// install.
    fn download(&self, archives: &Path, step: &mut Step) -> Result<String, Error> {
        let mut folder = OsString::from("Dir::Cache::archives=");
        folder.push(archives);
        let mut download = Command::new("apt-get");
        download.args(["install", "--download-only", "--yes", "--no-install-recommends"]);
        download.args(["-o", "Debug::NoLocking=true", "-o"]).arg(folder).arg(self.package);
        process::quiet(step, "download Debian's package", &mut download, Some(self.hint))
    }

    fn lacking(&self) -> Error {
        Error::Lacking(format!("the tests need a real {}, and there is none on this machine", self.name), self.hint)
    }
}

/// Finds a program, also in the folders that only root has on its PATH.
fn which(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin", "/usr/local/sbin"].map(PathBuf::from));
    folders.map(|folder| folder.join(program)).find(|path| path.is_file())
}
