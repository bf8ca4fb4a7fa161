//! Files that aren't what they should be: folders, pipes, devices, links, and modes that let others
//! write.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use crate::support::{Done, Project, alembic, component};

/// Makes or changes what has a path.
type Change = fn(&Path);

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success());
}

/// `PATH` with the folder of Alembic.
fn path() -> String {
    format!("{}:{}", alembic().parent().expect("a folder").display(), std::env::var("PATH").unwrap_or_default())
}

/// A project in a folder below a folder without `lback.toml`, whose Alembic is in `PATH`.
fn without_config() -> Project {
    Project::bare("sqlite:///%(here)s/test.db").whole_config("").revision("one", None, "pass", "pass")
}

#[test]
fn what_has_the_name_of_lback_toml_must_be_readable() {
    let makes: [(&str, Change); 6] = [
        ("Is a directory", |path| fs::create_dir(path).expect("a folder")),
        ("a named pipe", make_pipe),
        ("a device", |path| symlink("/dev/null", path).expect("a link")),
        ("a socket", |path| drop(std::os::unix::net::UnixListener::bind(path).expect("a socket"))),
        ("No such file", |path| symlink("gone", path).expect("a link")),
        ("Too many levels of symbolic links", |path| symlink("lback.toml", path).expect("a link")),
    ];
    for (what, make) in makes {
        let project = without_config();
        make(&project.path("lback.toml"));
        for words in [&["migrate"][..], &["plan"], &["plugin", "list"], &["log"], &["alembic", "upgrade", "head"]] {
            project.lback(words).env("PATH", path()).exits(78).stderr_has(&["lback.toml", what]);
        }
        assert_eq!(project.revision_of_database(), None, "{what}");
    }
}

#[test]
fn an_empty_lback_toml_is_a_project_without_plugins() {
    let project = without_config();
    project.write("lback.toml", "");
    project.lback(&["migrate"]).env("PATH", path()).exits(0);
}

#[test]
fn traces_of_a_lost_lback_toml_are_errors() {
    for (file, said) in [("lback.lock", "no `lback.toml`"), ("LBACK.TOML", "in lower case")] {
        let project = without_config();
        project.write(file, "version = 1\n");
        project.write("below/x", "");
        project.lback(&["migrate"]).env("PATH", path()).exits(78).stderr_has(&[file, said]);
        project.lback(&["plan"]).in_folder("below").exits(78).stderr_has(&[file, said]);
        assert_eq!(project.revision_of_database(), None);
    }
}

#[test]
fn an_lback_toml_without_plugins_beside_locked_ones_is_an_error() {
    let emptied = [
        "",
        "\n\n",
        "# policies: guard\n",
        "\u{feff}",
        " \t\n# x",
        "[alembic]\n",
        "plugin = []\n",
        "[alembic]\n[journal]\n",
        "[project]\nname = \"shop\"\n",
    ];
    let lock = "version = 1\n[[plugin]]\nname = \"guard\"\nsource = \"builtin:guard\"\nversion = \"0.0.0\"\nsha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\npackage = \"lback:plugin@1.0.0\"\nexports = []\nsignals = []\npermissions = { http = [], secrets = [] }\n";
    for config in emptied {
        let project = without_config().unlocked();
        project.write("lback.toml", config);
        for (lock, code) in [("version = 1\n", 0), (lock, 78), ("not a lock", 78)] {
            project.write("lback.lock", lock);
            for words in [&["migrate", "--sql"][..], &["plan"], &["alembic", "heads"]] {
                let done = project.lback(words).env("PATH", path()).exits(code);
                let is_named = done.stderr.contains("names plugins, but `lback.toml` beside it lists none");
                assert_eq!(is_named, code != 0, "{config:?} {lock:?} {done}");
            }
        }
        project.write("lback.lock", lock);
        project.lback(&["migrate"]).env("PATH", path()).exits(78);
        assert_eq!(project.revision_of_database(), None, "{config:?}");
    }
}

#[test]
fn what_others_could_execute_is_not_for_them_to_write() {
    let through = |umask: &str| ["-c".to_owned(), format!("umask {umask}; exec \"$@\""), "sh".to_owned()];
    for umask in ["000", "002", "022", "077"] {
        let project = Project::new();
        let words = through(umask);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for typed in [
            &["init", "--manage-py"][..],
            &["man-pages", "pages/man1"],
            &["plugin", "new", "no-base", "--lang", "rust", "--dir", "plugins/no-base"],
            &["plugin", "new", "with-c", "--lang", "c"],
            &["plugin", "new", "with-python", "--lang", "python"],
        ] {
            project.lback(typed).through("sh", &words).env("PATH", path()).exits(0);
        }
        let made = ["manage.py", "lback.toml", "lback.schema.json", "pages", "plugins", "with-c", "with-python"];
        let mut paths: Vec<_> = made.iter().map(|name| project.path(name)).filter(|path| path.exists()).collect();
        assert!(paths.len() >= 6, "{paths:?}");
        while let Some(path) = paths.pop() {
            let bits = fs::symlink_metadata(&path).expect("an entry").mode();
            assert_eq!(bits & 0o022, 0, "umask {umask}, {}: {bits:o}", path.display());
            if umask == "077" && path.is_dir() {
                assert_eq!(bits & 0o077, 0, "{}: {bits:o}", path.display());
            }
            if path.is_dir() {
                paths.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            }
        }
    }
}

#[test]
fn a_configuration_of_another_project_is_named() {
    let other = Project::new();
    other.write_config();
    let ini = other.path("alembic.ini").display().to_string();
    let project = Project::new();
    for words in [
        &["migrate", "-c", &ini][..],
        &["alembic", "-c", &ini, "current"],
        &["alembic", &format!("--conf={ini}"), "current"],
    ] {
        project.lback(words).exits(0).stderr_has(&[&format!("`{}` is not used", other.path("lback.toml").display())]);
    }
    project
        .lback(&["alembic", "current"])
        .env("ALEMBIC_CONFIG", &ini)
        .exits(0)
        .stderr_has(&["lback.toml` is not used"]);
    let own = project.path("alembic.ini").display().to_string();
    project.lback(&["migrate", "-c", &own]).exits(0).output_lacks(&["is not used"]);
}

#[test]
fn a_pipe_as_lock_file_or_plugin_hangs_nothing() {
    let project = Project::new().plugin("rec", &component("record-policy"), "").unlocked();
    make_pipe(&project.path("lback.lock"));
    project.lback(&["migrate"]).exits(65).stderr_has(&["`lback.lock` can't be used", "a named pipe"]);
    let project = Project::new().unlocked();
    let pipe = project.path("plugin.wasm");
    make_pipe(&pipe);
    for file in [pipe.as_path(), Path::new("/dev/zero")] {
        let file = file.display().to_string();
        project.lback(&["plugin", "inspect", &file]).exits(65).stderr_has(&["regular files only"]);
    }
}

#[test]
fn secrets_are_regular_files_or_pipes_of_the_shell() {
    let notify = "allow = { secrets = [\"TOKEN\"] }";
    let project = Project::new().plugin("rec", &component("record-policy"), notify);
    let pipe = project.path("pipe");
    make_pipe(&pipe);
    for (file, said) in
        [(pipe.as_path(), "a named pipe"), (Path::new("/dev/zero"), "a device"), (project.root(), "Is a directory")]
    {
        project
            .lback(&["migrate"])
            .env("TOKEN_FILE", file)
            .exits(0)
            .stderr_has(&["the secret `TOKEN` counts as not set", said]);
    }
}

#[test]
fn modes_do_not_depend_on_the_umask() {
    let project = Project::new().plugin("rec", &component("record-policy"), "");
    let (cache, state) = (project.path("cache"), project.path("state"));
    for _ in 0..3 {
        project
            .lback(&["--events", "state/events", "migrate"])
            .through("sh", &["-c", "umask 000; mkdir -p -m 700 state; exec \"$@\"", "sh"])
            .env("LBACK_CACHE_DIR", &cache)
            .env("LBACK_STATE_DIR", &state)
            .exits(0);
    }
    let mut folders = vec![cache, state];
    while let Some(folder) = folders.pop() {
        let mode = fs::metadata(&folder).expect("a folder").mode();
        assert_eq!(mode & 0o077, 0, "{}: {mode:o}", folder.display());
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let mode = fs::symlink_metadata(&path).expect("an entry").mode();
            assert_eq!(mode & 0o077, 0, "{}: {mode:o}", path.display());
            if path.is_dir() {
                folders.push(path);
            }
        }
    }
}

#[test]
fn a_launcher_that_others_changed_is_written_again() {
    let project = Project::new();
    let cache = project.path("cache");
    let migrate = || project.lback(&["migrate"]).env("LBACK_CACHE_DIR", &cache).exits(0);
    migrate();
    let launcher = fs::read_dir(&cache)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("launcher-")))
        .expect("the launcher");
    let planted = project.path("planted");
    let plant = format!("open({:?}, 'w').close()\n", planted.to_string_lossy());
    let entry = launcher.join("lback_launcher/entry.py");
    let own = fs::read_to_string(&entry).expect("a file");
    // Another text, another file, a module in the place of another, and a folder open to others.
    fs::write(&entry, format!("{plant}{own}")).expect("a file");
    migrate();
    assert_eq!(fs::read_to_string(&entry).expect("a file"), own);
    fs::write(launcher.join("logging.py"), &plant).expect("a file");
    migrate();
    assert!(!launcher.join("logging.py").exists());
    fs::set_permissions(launcher.join("lback_launcher/__pycache__"), fs::Permissions::from_mode(0o777))
        .expect("a mode");
    migrate();
    let mode = fs::metadata(launcher.join("lback_launcher/__pycache__")).expect("a folder").mode();
    assert_eq!(mode & 0o077, 0);
    assert!(!planted.exists(), "code of another user ran");
}

#[test]
fn a_cache_that_others_could_replace_is_not_used() {
    let project = Project::new();
    let above = project.path("above");
    fs::create_dir(&above).expect("a folder");
    fs::set_permissions(&above, fs::Permissions::from_mode(0o777)).expect("a mode");
    project.lback(&["migrate"]).env("LBACK_CACHE_DIR", above.join("cache")).exits(0);
    let left: Vec<_> = fs::read_dir(above.join("cache")).map(Iterator::collect).unwrap_or_default();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_pipe_or_a_device_as_configuration_of_alembic_hangs_nothing() {
    let makes: [(&str, Change); 2] =
        [("a named pipe", make_pipe), ("a device", |path| symlink("/dev/zero", path).expect("a link"))];
    for (what, make) in makes {
        let project = Project::new();
        make(&project.path("other.ini"));
        for words in [
            &["migrate", "-c", "other.ini"][..],
            &["alembic", "-c", "other.ini", "current"],
            &["status", "-c", "other.ini"],
        ] {
            project.lback(words).exits(78).stderr_has(&["other.ini` as Alembic's configuration", what, "hint: "]);
        }
        for words in [&["plan"][..], &["history"], &["alembic", "upgrade", "head"]] {
            project.lback(words).env("ALEMBIC_CONFIG", "other.ini").exits(78).stderr_has(&["other.ini", what]);
        }
        fs::remove_file(project.path("alembic.ini")).expect("a file");
        make(&project.path("alembic.ini"));
        for words in [&["migrate"][..], &["plan"], &["status"], &["rollback", "base"], &["alembic", "heads"]] {
            project.lback(words).exits(78).stderr_has(&["alembic.ini", what]);
        }
    }
}

/// Alembic writes its own errors to stdout.
fn says(done: &Done, text: &str) {
    assert!(done.stdout.contains(text) || done.stderr.contains(text), "{done}");
}

#[test]
fn a_pipe_or_a_device_as_script_hangs_nothing() {
    let makes: [(&str, Change); 2] =
        [("a named pipe", make_pipe), ("a device", |path| symlink("/dev/zero", path).expect("a link"))];
    for (what, make) in makes {
        let project = Project::new();
        project.lback(&["migrate"]).exits(0);
        make(&project.path("migrations/versions/another.py"));
        for words in [&["migrate"][..], &["plan"], &["history"], &["rollback", "base"]] {
            says(&project.lback(words).exits(255), &format!(" is {what}, and scripts must be regular files"));
        }
        fs::remove_file(project.path("migrations/versions/another.py")).expect("a file");
        // A script whose facts are stored.
        let stored = fs::read_dir(project.path("migrations/versions"))
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .find(|path| path.extension().is_some_and(|end| end == "py"))
            .expect("a script");
        let text = fs::read(&stored).expect("a script");
        for (file, code) in [(stored.clone(), 255), (project.path("migrations/env.py"), 69)] {
            let kept = fs::read(&file).expect("a script");
            fs::remove_file(&file).expect("a file");
            make(&file);
            for (words, code) in [(&["migrate"][..], 255), (&["plan"], code)] {
                says(&project.lback(words).exits(code), &format!(" is {what}, and scripts must be regular files"));
            }
            fs::remove_file(&file).expect("a file");
            fs::write(&file, kept).expect("a script");
        }
        assert_eq!(fs::read(&stored).expect("a script"), text);
        project.lback(&["migrate"]).exits(0);
    }
}
