//! Compiled plugins: a run maps what an earlier run compiled, and nothing else.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tempfile::TempDir;

use super::attack::{Attack, INVALID_PLUGIN};
use crate::support::{Done, component};

/// The number of files that one plugin has in the cache: code, description, and the settings that
/// matched its schema.
const WHOLE: usize = 3;

/// The file that remembers which plugin files are unchanged.
const KNOWN: &str = "plugin-files";

/// A project with a small handler that does nothing, and a cache of its own.
struct Cached {
    attack: Attack,
    temp: TempDir,
}

impl Cached {
    fn new() -> Self {
        let attack = Attack::new("").plugin("quiet", &component("terminal-describe"), "");
        Self { attack, temp: tempfile::tempdir().expect("a folder") }
    }

    fn folder(&self) -> PathBuf {
        self.temp.path().join("cache")
    }

    /// Runs lback to the end that Alembic's script has.
    #[track_caller]
    fn run_in(&self, folder: &Path) -> Done {
        self.attack.changes_nothing(self.attack.lback().env("LBACK_CACHE_DIR", folder))
    }

    /// Runs lback, and checks that it adds nothing to the output of Alembic's script.
    #[track_caller]
    fn runs(&self) {
        let done = self.run_in(&self.folder());
        assert_eq!(done.stderr, "alembic err\n", "{done}");
    }

    #[track_caller]
    fn entry(&self, extension: &str) -> PathBuf {
        let entries: Vec<_> = entries(&self.folder())
            .into_iter()
            .filter(|path| path.extension().is_some_and(|it| it == extension))
            .collect();
        let [entry] = &entries[..] else { panic!("one {extension} file, not {entries:?}") };
        entry.clone()
    }
}

/// Returns the files in a cache folder, without the one that remembers unchanged plugin files.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.filter(|path| !path.ends_with(KNOWN)).collect()
}

fn mode(path: &Path) -> u32 {
    path.metadata().expect("it is there").permissions().mode() & 0o777
}

#[test]
fn the_second_run_uses_what_the_first_compiled() {
    let cached = Cached::new();
    cached.runs();
    let (code, sidecar) = (cached.entry("cwasm"), cached.entry("json"));
    assert_eq!(entries(&cached.folder()).len(), WHOLE);
    assert_eq!(mode(&cached.folder()), 0o700, "other users have no access");
    assert_eq!(mode(&code) & 0o077, 0, "nor at the file");
    // Files are replaced, never written over: the same inode is the same file.
    let inodes = || [&code, &sidecar].map(|path| path.metadata().expect("it is there").ino());
    let before = inodes();
    cached.runs();
    assert_eq!(inodes(), before);
}

/// Waits until the file is old enough for lback to remember it. A change time can't be set.
fn settle(file: &Path) {
    let changed = || UNIX_EPOCH + Duration::from_secs(file.metadata().expect("it is there").ctime().cast_unsigned());
    while changed().elapsed().is_ok_and(|age| age < Duration::from_secs(4)) {
        std::thread::sleep(Duration::from_millis(100));
    }
}

#[test]
fn a_plugin_whose_file_is_known_is_refused_as_soon_as_it_changes() {
    let temp = TempDir::new().expect("a folder");
    let file = temp.path().join("quiet.wasm");
    fs::copy(component("terminal-describe"), &file).expect("a copy");
    let cached = Cached { attack: Attack::new("").plugin("quiet", &file, ""), temp };
    settle(&file);
    cached.runs();
    let known = fs::read_to_string(cached.folder().join(KNOWN)).expect("what is known");
    assert!(known.contains("quiet.wasm"), "{known}");

    let cached = Cached { attack: cached.attack.unlocked(), ..cached };
    cached.runs();
    // One byte differs, and all metadata that can be restored is restored.
    let modified = file.metadata().and_then(|file| file.modified()).expect("a time");
    let mut bytes = fs::read(&file).expect("a plugin");
    *bytes.last_mut().expect("bytes") ^= 1;
    fs::write(&file, bytes).expect("a file");
    fs::OpenOptions::new().write(true).open(&file).and_then(|file| file.set_modified(modified)).expect("a time");
    let is_refused = || {
        let run = cached.attack.lback().env("LBACK_CACHE_DIR", cached.folder());
        run.exits(INVALID_PLUGIN).stderr_has(&["its bytes are not those that `lback.lock` names"]);
    };
    is_refused();
    settle(&file);
    is_refused();
}

/// A change to an entry of the cache, given its code and its description.
type Spoil = fn(&Path, &Path);

#[test]
fn an_entry_that_does_not_fit_is_compiled_again_without_a_word() {
    let cached = Cached::new();
    cached.runs();
    let (code, sidecar) = (cached.entry("cwasm"), cached.entry("json"));
    let whole = (fs::read(&code).expect("code"), fs::read_to_string(&sidecar).expect("a sidecar"));

    let spoils: [(&str, Spoil); 10] = [
        ("code cut short", |code, _| resize(code, |len| len / 2)),
        ("empty code", |code, _| resize(code, |_| 0)),
        ("code with more at its end", |code, _| resize(code, |len| len + 1)),
        ("code that is none", |code, _| fill(code)),
        ("no code", |code, _| fs::remove_file(code).expect("it goes")),
        ("code that leads nowhere", |code, _| {
            fs::remove_file(code).expect("it goes");
            symlink("/nowhere", code).expect("a link");
        }),
        ("no sidecar", |_, sidecar| fs::remove_file(sidecar).expect("it goes")),
        ("a sidecar cut short", |_, sidecar| resize(sidecar, |len| len / 2)),
        ("a sidecar that is none", |_, sidecar| fs::write(sidecar, "[]").expect("a file")),
        ("a sidecar of a later format", |_, sidecar| {
            let text = fs::read_to_string(sidecar).expect("a sidecar");
            let later = text.replacen("\"format\":1", "\"format\":2", 1);
            assert_ne!(later, text);
            fs::write(sidecar, later).expect("a file");
        }),
    ];
    for (what, spoil) in spoils {
        eprintln!("{what}");
        spoil(&code, &sidecar);
        cached.runs();
        assert_eq!(fs::read_to_string(&sidecar).expect("a sidecar"), whole.1, "{what}: the entry is whole again");
        assert_eq!(fs::read(&code).expect("code").len(), whole.0.len(), "{what}: the entry is whole again");
        assert_eq!(entries(&cached.folder()).len(), WHOLE, "{what}: nothing is left behind");
    }
}

fn resize(file: &Path, to: fn(u64) -> u64) {
    let file = fs::OpenOptions::new().write(true).open(file).expect("a file");
    let len = file.metadata().expect("a length").len();
    file.set_len(to(len)).expect("a length");
}

fn fill(file: &Path) {
    let len = fs::read(file).expect("a file").len();
    fs::write(file, vec![b'#'; len]).expect("a file");
}

#[test]
fn the_code_of_another_plugin_is_not_taken_for_it() {
    let cached = Cached::new();
    cached.runs();
    let code = cached.entry("cwasm");
    let other = Attack::new("").plugin("other", &component("record-handler"), "");
    let elsewhere = cached.temp.path().join("other");
    let _ = other.changes_nothing(other.lback().env("LBACK_CACHE_DIR", &elsewhere));
    let foreign = entries(&elsewhere).into_iter().find(|path| path.extension().is_some_and(|it| it == "cwasm"));
    fs::copy(foreign.expect("code"), &code).expect("a copy");
    cached.runs();
}

#[test]
fn a_plugin_whose_file_changes_is_another_plugin() {
    let attack = Attack::new("");
    let file = attack.project().path("plugin.wasm");
    let attack = attack.plugin("evil", &file, "settings.attack = 'panic'");
    fs::copy(component("hostile-handler"), &file).expect("a copy");
    let _ = attack
        .changes_nothing(attack.lback())
        .stderr_has(&["the plugin `evil` failed at alembic_command_started: it trapped"]);
    fs::copy(component("bad-describe"), &file).expect("a copy");
    let _ = attack.changes_nothing(attack.lback()).stderr_has(&["its description is invalid"]);
}

#[test]
fn a_folder_that_others_could_write_to_is_not_used() {
    let cached = Cached::new();
    let shared = cached.temp.path().join("shared");
    fs::create_dir(&shared).expect("a folder");
    fs::set_permissions(&shared, fs::Permissions::from_mode(0o777)).expect("a mode");
    let private = cached.temp.path().join("private");
    fs::create_dir(&private).expect("a folder");
    let link = cached.temp.path().join("link");
    symlink(&private, &link).expect("a link");
    let file = cached.temp.path().join("file");
    fs::write(&file, "").expect("a file");

    for (folder, fault) in [
        (&shared, "can be written by other users (its mode is 777)"),
        (&link, "is not a folder"),
        (&file, "is not a folder"),
    ] {
        let _ = cached.run_in(folder).stderr_has(&["warning: ", "plugins are compiled again in each run: ", fault]);
    }
    assert!(entries(&shared).is_empty() && entries(&private).is_empty(), "nothing was put there");
}

/// Root can write to every folder of an ordinary file system, but not to those of `/proc`: this one
/// belongs to the process.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_cannot_be_written_to_is_no_error() {
    let _ = Cached::new()
        .run_in(Path::new("/proc/self/task"))
        .stderr_has(&["warning: ", "the compiled plugin `quiet` is not kept: "]);
}

#[test]
fn two_runs_at_once_with_an_empty_folder_both_succeed() {
    let (one, two) = (Cached::new(), Cached::new());
    let folder = one.folder();
    let start = |cached: &Cached| cached.attack.lback().env("LBACK_CACHE_DIR", &folder).start();
    let running = [start(&one), start(&two), start(&one)];
    for running in running {
        let done = running.wait().exits(3);
        assert_eq!((&*done.stdout, &*done.stderr), ("alembic out\n", "alembic err\n"), "{done}");
    }
    assert_eq!(entries(&folder).len(), WHOLE, "one entry, and nothing left behind");
}

/// Sets the time at which a file was written, in days before now.
fn age(path: &Path, days: u64) {
    let then = SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
    fs::OpenOptions::new().write(true).open(path).and_then(|file| file.set_modified(then)).expect("a time");
}

#[test]
fn what_no_run_has_used_for_long_is_removed() {
    let cached = Cached::new();
    cached.runs();
    let (code, sidecar) = (cached.entry("cwasm"), cached.entry("json"));
    let compile = |name: &str| {
        let other = Attack::new("").plugin("other", &component(name), "");
        other.lback().env("LBACK_CACHE_DIR", cached.folder()).run();
    };
    age(&code, 100);
    age(&sidecar, 100);
    // A run uses it.
    cached.runs();
    compile("record-handler");
    assert!(code.exists() && sidecar.exists());
    age(&sidecar, 100);
    compile("record-policy");
    assert!(!code.exists() && !sidecar.exists());
    assert_eq!(
        entries(&cached.folder()).iter().filter(|path| path.extension().is_some_and(|it| it == "cwasm")).count(),
        2
    );
}
