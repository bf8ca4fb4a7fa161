use std::{fs, path::Path};

use super::super::{Config, ConfigError, FILE_NAME, discover};

#[test]
fn the_nearest_file_is_found_upwards() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("services/shop/migrations");
    fs::create_dir_all(&inner).unwrap();
    assert_eq!(discover(&inner).unwrap(), None);

    let outer_file = folder.path().join(FILE_NAME);
    fs::write(&outer_file, "").unwrap();
    assert_eq!(discover(&inner).unwrap(), Some(outer_file.clone()));
    assert_eq!(discover(folder.path()).unwrap(), Some(outer_file));

    let nearer_file = folder.path().join("services/shop").join(FILE_NAME);
    fs::write(&nearer_file, "").unwrap();
    assert_eq!(discover(&inner).unwrap(), Some(nearer_file.clone()));

    let config = Config::load(&nearer_file).unwrap();
    assert_eq!(config.root, folder.path().join("services/shop"));
    assert_eq!(config.project.name, "shop");
}

#[test]
fn a_folder_of_that_name_is_found_and_then_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(FILE_NAME), "").unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir_all(inner.join(FILE_NAME)).unwrap();
    assert_eq!(discover(&inner).unwrap(), Some(inner.join(FILE_NAME)));
    let report = Config::load(&inner.join(FILE_NAME)).unwrap_err().render(false, &inner);
    assert!(report.contains("put the file in place of the folder"), "{report}");
}

#[test]
fn a_lock_file_alone_and_other_letters_are_errors() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir_all(&inner).unwrap();
    let lock = folder.path().join("lback.lock");
    fs::write(&lock, "version = 1").unwrap();
    assert!(matches!(discover(&inner), Err(ConfigError::OnlyLockFile { path }) if path == lock));
    fs::remove_file(&lock).unwrap();
    let other = folder.path().join("Lback.toml");
    fs::write(&other, "").unwrap();
    assert!(matches!(discover(&inner), Err(ConfigError::OtherCase { path }) if path == other));
    fs::write(folder.path().join(FILE_NAME), "").unwrap();
    discover(&inner).unwrap();
}

#[test]
fn a_dangling_link_is_found_and_then_unreadable() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join(FILE_NAME);
    std::os::unix::fs::symlink("gone.toml", &link).unwrap();
    assert_eq!(discover(folder.path()).unwrap(), Some(link.clone()));
    assert!(matches!(Config::load(&link), Err(ConfigError::Unreadable { .. })));
}

#[test]
fn a_loop_of_links_is_an_error_and_not_a_project_without_policies() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join(FILE_NAME);
    std::os::unix::fs::symlink(FILE_NAME, &link).unwrap();
    assert!(matches!(discover(folder.path()), Err(ConfigError::Unreadable { path, .. }) if path == link));
}

#[test]
fn an_unreadable_file_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(FILE_NAME);
    let report = Config::load(&path).unwrap_err().render(false, folder.path());
    let (first, rest) = report.split_once('\n').unwrap();
    assert!(first.starts_with("error: can't read `lback.toml`: "), "{report}");
    assert_eq!(rest, "\nhint: check the path, or run `lback init` to make one");

    fs::create_dir(&path).unwrap();
    let report = Config::load(&path).unwrap_err().render(false, Path::new("/elsewhere"));
    assert!(report.starts_with(&format!("error: can't read `{}`: ", path.display())), "{report}");
}
