//! The folder of the measurements, with lback's cache and state, and one environment for every
//! process. It is removed afterwards.

use super::{gnu_time::GnuTime, server::CountingServer, subject::Subject};
use crate::{error::Error, files, paths::Paths, process, progress::Step};
use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

pub(super) struct Room {
    root: PathBuf,
    pub(super) lback: PathBuf,
    pub(super) python: PathBuf,
    pub(super) alembic: PathBuf,
    /// The folders of lback's own plugins and of the test components.
    pub(super) plugins: PathBuf,
    pub(super) components: PathBuf,
    pub(super) server: CountingServer,
    pub(super) time_tool: GnuTime,
    venv: PathBuf,
}

impl Room {
    pub(super) fn prepare(paths: &Paths, lback: PathBuf) -> Result<Self, Error> {
        let folder = paths.target.join("bench");
        files::remove_folder(&folder)?;
        files::make_folder(&folder)?;
        let python = paths.python();
        let room = Self {
            alembic: python.with_file_name(format!("alembic{}", env::consts::EXE_SUFFIX)),
            python,
            lback,
            plugins: paths.plugins(),
            components: paths.components(),
            server: CountingServer::start()?,
            time_tool: GnuTime::new(folder.join("peak-memory")),
            venv: paths.venv(),
            root: folder,
        };
        room.make_repository()?;
        Ok(room)
    }

    /// Makes a new folder in this one.
    pub(super) fn folder(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.root.join(name);
        files::make_folder(&folder)?;
        Ok(folder)
    }

    /// Makes a new folder with this `lback.toml`.
    pub(super) fn configure(&self, name: &str, config: &str) -> Result<PathBuf, Error> {
        let folder = self.folder(name)?;
        let file = folder.join("lback.toml");
        fs::write(&file, config).map_err(Error::file("write", file))?;
        if config.contains("[[plugin]]") {
            self.install(&folder)?;
        }
        Ok(folder)
    }

    /// Locks the plugins that `lback.toml` lists, and compiles them.
    fn install(&self, folder: &Path) -> Result<(), Error> {
        let mut step = Step::start("plugins");
        let mut install = Command::new(&self.lback);
        install.args(["plugin", "install"]).current_dir(folder).env_clear().envs(self.environment());
        process::quiet(&mut step, "install the plugins to measure", &mut install, None)?;
        step.done(format!("installed in {}", folder.file_name().unwrap_or_default().to_string_lossy()));
        Ok(())
    }

    /// Returns the folder in which lback keeps compiled plugins, and what it knows about scripts.
    pub(super) fn cache(&self) -> PathBuf {
        self.root.join("cache")
    }

    /// Returns the environment of the measured processes: no variable of the caller may change the
    /// result.
    pub(super) fn environment(&self) -> Vec<(String, OsString)> {
        let kept = ["PATH", "HOME", "USER", "TMPDIR", "SYSTEMROOT", "TEMP", "USERPROFILE"];
        let mut environment: Vec<(String, OsString)> =
            kept.iter().filter_map(|name| Some(((*name).to_owned(), env::var_os(name)?))).collect();
        environment.extend([
            ("LANG".to_owned(), "C.UTF-8".into()),
            ("VIRTUAL_ENV".to_owned(), self.venv.clone().into()),
            ("LBACK_CACHE_DIR".to_owned(), self.cache().into()),
            ("LBACK_STATE_DIR".to_owned(), self.root.join("state").into()),
            // A key of 32 bytes in base64, as Standard Webhooks demands.
            ("WEBHOOK_SECRET".to_owned(), "whsec_bGJhY2stYmVuY2htYXJrLWtleS1vZi0zMi1ieXRlcyE=".into()),
            ("SLACK_WEBHOOK_URL".to_owned(), format!("{}/slack", self.server.origin).into()),
        ]);
        environment
    }

    pub(super) fn lback(&self, folder: &Path, args: &[&str]) -> Subject {
        self.subject(&self.lback, folder, args)
    }

    /// Returns lback with a compiled cache that is empty at each start.
    pub(super) fn lback_for_the_first_time(&self, folder: &Path, args: &[&str]) -> Subject {
        let cache = self.root.join("cold-cache");
        let mut subject = self.lback(folder, args);
        // Of two variables of one name, the later one counts.
        subject.environment.push(("LBACK_CACHE_DIR".to_owned(), cache.clone().into()));
        Subject { forget: Some(cache), ..subject }
    }

    pub(super) fn subject(&self, program: &Path, folder: &Path, args: &[&str]) -> Subject {
        Subject {
            program: program.to_path_buf(),
            args: args.iter().map(ToString::to_string).collect(),
            folder: folder.to_path_buf(),
            environment: self.environment(),
            forget: None,
            requests: 0,
            without: None,
        }
    }

    /// Makes the folder a Git repository, as projects are: lback looks up commit and branch.
    fn make_repository(&self) -> Result<(), Error> {
        let mut step = Step::start("repository");
        let who = ["-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false"];
        for args in [&["init", "--quiet"][..], &["commit", "--quiet", "--allow-empty", "--message", "start"]] {
            let mut git = Command::new("git");
            git.args(who).args(args).current_dir(&self.root).env_clear().envs(self.environment());
            process::quiet(&mut step, "make a repository to measure in", &mut git, None)?;
        }
        step.done("made");
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        files::remove_folder(&self.root).ok();
    }
}
