//! The wheel of the distribution `lback-cli`, as users install it.

mod first_hour;
mod get_started;
mod gitlab;
#[cfg(target_os = "linux")]
mod pod;
mod pull_request;
mod runner;
mod service;
mod wheel;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use tempfile::TempDir;

use crate::support::{Project, Run, python};

/// Packs the program under test into a wheel, as `cargo xtask release` does.
fn pack(folder: &Path) -> PathBuf {
    let pack = concat!(env!("CARGO_MANIFEST_DIR"), "/xtask/src/release/pack.py");
    let out = folder.display().to_string();
    let room = Project::empty();
    let options = [pack, env!("CARGO_BIN_EXE_lback"), "--wheel-only", "--out", &out];
    let done = room.program(python().as_os_str(), &options).env("PYTHONDONTWRITEBYTECODE", "1").exits(0);
    PathBuf::from(done.stdout.trim())
}

/// The wheel, made once for all tests.
fn wheel() -> &'static Path {
    static WHEEL: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let wheel = pack(folder.path());
        (folder, wheel)
    });
    &WHEEL.1
}

/// A virtual environment with lback from the wheel alone, in a folder of its own.
struct Machine {
    project: Project,
    /// The folder of the virtual environment.
    environment: &'static str,
    /// More variables of each run.
    variables: Vec<(&'static str, String)>,
}

impl Machine {
    fn new() -> Self {
        let project = Project::empty();
        project.program(python().as_os_str(), &["-m", "venv", "--without-pip", "venv"]).exits(0);
        let machine = Self { project, environment: "venv", variables: Vec::new() };
        machine.pip(&["install", "--no-index", "--no-deps", &wheel().display().to_string()]);
        machine
    }

    /// A project of uv, which has made the environment and installed the wheel, without a network.
    fn of_uv() -> Self {
        let uv = python().with_file_name("uv");
        let project = Project::empty()
            .file("shop/pyproject.toml", "[project]\nname = \"shop\"\nversion = \"1\"\nrequires-python = \">=3.9\"\n");
        let variables = vec![
            ("UV_CACHE_DIR", project.path("uv").display().to_string()),
            ("UV_PYTHON", python().display().to_string()),
            ("UV_PYTHON_DOWNLOADS", "never".to_owned()),
            ("UV_OFFLINE", "1".to_owned()),
            ("UV_NO_CONFIG", "1".to_owned()),
        ];
        let machine = Self { project, environment: "shop/.venv", variables };
        let add = ["add", &wheel().display().to_string()];
        let run = machine.project.program(uv.as_os_str(), &add).in_folder("shop");
        machine.with_variables(run).exits(0);
        fs::copy(&uv, machine.venv("bin/uv")).expect("uv");
        machine
    }

    fn pip(&self, words: &[&str]) {
        let python_of_venv = self.venv("bin/python").display().to_string();
        let options = ["-m", "pip", "--python", &python_of_venv, "--disable-pip-version-check"];
        self.project.program(python().as_os_str(), &[&options, words].concat()).exits(0);
    }

    /// Adds Alembic and Flask as pip would: their programs, and the packages of the tests'
    /// environment.
    fn with_alembic(self) -> Self {
        let find = "import alembic, pathlib; print(pathlib.Path(alembic.__file__).parents[1])";
        let packages = self.project.program(python().as_os_str(), &["-c", find]).exits(0).stdout;
        let own = fs::read_dir(self.venv("lib")).expect("a folder").flatten().next().expect("a Python").path();
        fs::write(own.join("site-packages/tests.pth"), packages).expect("a file");
        let interpreter = self.venv("bin/python").display().to_string();
        for (name, module) in [("alembic", "alembic.config"), ("flask", "flask.cli")] {
            let program = format!("#!{interpreter}\nimport sys\nfrom {module} import main\nsys.exit(main())\n");
            let path = self.venv("bin").join(name);
            fs::write(&path, program).expect("a file");
            self.project.program(OsStr::new("chmod"), &["+x", &path.display().to_string()]).exits(0);
        }
        self
    }

    fn venv(&self, path: &str) -> PathBuf {
        self.project.path(self.environment).join(path)
    }

    /// Runs the installed lback in the folder `shop`, with nothing but the virtual environment in
    /// `PATH`.
    fn lback<'a>(&'a self, words: &[&str]) -> Run<'a> {
        let run = self.project.program(self.venv("bin/lback").as_os_str(), words).in_folder("shop");
        self.with_variables(run.env("PATH", self.venv("bin")))
    }

    fn with_variables<'a>(&self, run: Run<'a>) -> Run<'a> {
        let run = run.env("VIRTUAL_ENV", self.venv(""));
        self.variables.iter().fold(run, |run, (name, value)| run.env(name, value))
    }
}
