//! A project as `lback plugin new` writes it, tested with the commands of its README. A policy is
//! also built with these, a handler with `lback plugin build`.
//! Slow builds are kept in the target folder, until a file of the project or a compiler changes.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::support::{Project, Run, compilers};

/// The name of the plugins in these tests, which differs from that of the templates.
const NAME: &str = "keep-safe";

pub(super) const LANGUAGES: [&str; 5] = ["rust", "python", "javascript", "go", "c"];

/// The components that were built in this run of the tests, each once.
static BUILT: LazyLock<Mutex<HashMap<String, Arc<OnceLock<PathBuf>>>>> = LazyLock::new(Mutex::default);

/// Returns the component of this language's template.
#[track_caller]
pub(super) fn component(language: &str, kind: &str) -> PathBuf {
    let key = format!("{language}-{kind}");
    let built = Arc::clone(BUILT.lock().expect("no test panics here").entry(key).or_default());
    built.get_or_init(|| build(language, kind)).clone()
}

/// Returns the cache of compiled plugins of these tests, which is kept because compiling Python
/// takes long.
pub(super) fn cache() -> PathBuf {
    compilers().join("compiled")
}

/// Puts the compilers before those of the machine, and keeps every tool off the network.
pub(super) fn with_compilers(run: Run<'_>) -> Run<'_> {
    let compilers = compilers();
    let lback = Path::new(env!("CARGO_BIN_EXE_lback")).parent().expect("a folder");
    let own = [compilers.join("python/bin"), lback.to_path_buf()];
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(own.into_iter().chain(std::env::split_paths(&path))).expect("a PATH");
    run.env("PATH", path)
        .env("LBACK_CACHE_DIR", cache())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("CARGO_NET_OFFLINE", "true")
        .env("npm_config_cache", compilers.join("node/cache"))
        .env("npm_config_offline", "true")
        .env("npm_config_audit", "false")
        .env("npm_config_update_notifier", "false")
        .env("GOPROXY", format!("file://{}", compilers.join("go-modules").display()))
        // The checksum database is on the network too.
        .env("GONOSUMDB", "*")
        .env("GOFLAGS", "-modcacherw")
        .env("GOTOOLCHAIN", "local")
        .env("GOMODCACHE", compilers.join("go/modules"))
        .env("GOCACHE", compilers.join("go/cache"))
        .env("GOPATH", compilers.join("go/path"))
        .env("ZIG_GLOBAL_CACHE_DIR", compilers.join("zig"))
        .env("ZIG_LOCAL_CACHE_DIR", compilers.join("zig"))
}

/// The one target folder of all Rust projects, because their dependencies take long to build. All
/// of them build a file of the same name, so that each holds this lock.
pub(super) fn rust_target() -> (PathBuf, MutexGuard<'static, ()>) {
    static TARGET: Mutex<()> = Mutex::new(());
    let guard = TARGET.lock().unwrap_or_else(PoisonError::into_inner);
    let target = compilers().join("rust");
    fs::create_dir_all(&target).expect("a folder");
    (target, guard)
}

/// Returns the commands of a README under `## Build`.
fn commands(page: &str) -> Vec<&str> {
    let (_, build) = page.split_once("\n## Build\n").expect("a heading");
    let (_, block) = build.split_once("```console\n").expect("commands");
    let (block, _) = block.split_once("```").expect("an end");
    block.lines().filter_map(|line| line.strip_prefix("$ ")).collect()
}

fn build(language: &str, kind: &str) -> PathBuf {
    // Before the project is made: to cargo, the projects are one package, and files that are older
    // than the last build of the other one are up to date.
    let target = (language == "rust").then(rust_target);
    let room = Project::empty();
    let done = room.lback(&["plugin", "new", NAME, "--lang", language, "--kind", kind]).exits(0);
    let project = room.path(NAME);
    let kept = compilers().join("built").join(format!("{language}-{kind}.wasm"));
    let stamp = kept.with_extension("txt");
    let wanted = everything(&room, language);
    // What `lback` itself had a hand in, and what is quick, is always made anew.
    let keeps = matches!(language, "python" | "javascript");
    if keeps && kept.is_file() && fs::read_to_string(&stamp).is_ok_and(|present| present == wanted) {
        return kept;
    }
    if let Some((target, _)) = &target {
        symlink(target, project.join("target")).expect("a link");
    }
    let readme = fs::read_to_string(project.join("README.md")).expect("a README");
    let by_lback = kind == "handler";
    for command in commands(&readme) {
        assert!(done.stderr.contains(command), "`{command}` isn't shown: {done}");
        if by_lback && builds(command) {
            continue;
        }
        let run = room.program("sh".as_ref(), &["-c", command]).in_folder(NAME);
        with_compilers(run).exits(0);
    }
    if by_lback {
        let done = with_compilers(room.lback(&["plugin", "build", NAME])).exits(0);
        assert_eq!(done.stdout, "");
        done.stderr_has(&["running `", "built `keep-safe/keep-safe.wasm`, ", "`keep-safe` 0.1.0"]);
    }
    let component = if by_lback { project.join("keep-safe.wasm") } else { component_of(language, &project) };
    fs::create_dir_all(kept.parent().expect("a folder")).expect("a folder");
    fs::copy(component, &kept).expect("a component");
    fs::write(stamp, wanted).expect("a stamp");
    kept
}

/// Returns whether a command of a README is a part of the build.
fn builds(command: &str) -> bool {
    command == "make" || [" build", "componentize"].iter().any(|part| command.contains(part))
}

/// Returns the component that the commands built.
fn component_of(language: &str, project: &Path) -> PathBuf {
    match language {
        "rust" => project.join("target/wasm32-wasip2/release/keep_safe.wasm"),
        _ => project.join(format!("{NAME}.wasm")),
    }
}

/// Returns every file of the new project, and the versions of the compilers.
fn everything(room: &Project, language: &str) -> String {
    let mut text = String::new();
    for (path, content) in room.files() {
        let name = path.strip_prefix(room.root()).expect("it is in the room").display().to_string();
        text.extend(["--- ", &name, "\n", &String::from_utf8_lossy(&content)]);
    }
    let compilers = match language {
        "javascript" => compilers().join("node/package.json"),
        _ => compilers().join("python/lback-made.txt"),
    };
    text + &fs::read_to_string(compilers).unwrap_or_default()
}
