//! The revision that git has checked out.
//!
//! An ordinary branch is read from git's own files, in the form of gitrepository-layout(5), which
//! takes microseconds instead of the milliseconds of a git process. Every other case is left to
//! git: other stores of references, a repository named by the environment, a branch without a
//! commit.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::support::read_file;

/// The time that Git may take to answer.
const TIME_LIMIT: Duration = Duration::from_secs(10);

/// The state of HEAD.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// The commit; none before the first one.
    pub(crate) commit: Option<String>,
    /// The branch; none where HEAD is detached.
    pub(crate) branch: Option<String>,
}

/// Returns HEAD, or nothing where `root` is in no repository or git is needed and missing.
/// `is_elsewhere` says that the environment names another repository.
pub(crate) async fn head(root: &Path, is_elsewhere: bool) -> Head {
    let Some(entry) = root.ancestors().map(|folder| folder.join(".git")).find(|entry| entry.exists()) else {
        return Head::default();
    };
    if !is_elsewhere && let Some(head) = read(&entry) {
        return head;
    }
    // Git opens files that may be pipes. It ends when nothing waits for it any more.
    tokio::time::timeout(TIME_LIMIT, ask(root)).await.unwrap_or_default()
}

/// Reads HEAD from git's files, or returns none in every case that is not ordinary.
fn read(entry: &Path) -> Option<Head> {
    let folder = if entry.is_dir() { entry.to_owned() } else { linked(entry)? };
    let head = folder.join("HEAD");
    if head.is_symlink() {
        // Old versions of git used links: read through the link, the branch would look like a
        // commit.
        return None;
    }
    let head = read_file::read_text(&head, read_file::SMALL).ok()?;
    let head = head.trim_end();
    let Some(reference) = head.strip_prefix("ref: ") else {
        return is_commit(head).then(|| Head { commit: Some(head.to_owned()), branch: None });
    };
    let branch = reference.strip_prefix("refs/heads/")?;
    // A worktree has its own HEAD and shares the branches.
    let common = match read_file::read_text(&folder.join("commondir"), read_file::SMALL) {
        Ok(common) => folder.join(common.trim_end()),
        Err(_) => folder,
    };
    // A loose reference takes precedence over a packed one.
    let commit = match read_file::read_text(&common.join(reference), read_file::SMALL) {
        Ok(text) => text.trim_end().to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => packed(&common, reference)?,
        Err(_) => return None,
    };
    is_commit(&commit).then(|| Head { commit: Some(commit), branch: Some(branch.to_owned()) })
}

/// Returns the folder that a `.git` file names, as in worktrees and submodules.
fn linked(file: &Path) -> Option<PathBuf> {
    let text = read_file::read_text(file, read_file::SMALL).ok()?;
    Some(file.parent()?.join(text.strip_prefix("gitdir: ")?.trim_end()))
}

fn packed(common: &Path, reference: &str) -> Option<String> {
    let text = read_file::read_text(&common.join("packed-refs"), read_file::WRITTEN_BY_PROGRAMS).ok()?;
    let of =
        |line: &str| line.split_once(' ').filter(|(_, name)| *name == reference).map(|(commit, _)| commit.to_owned());
    text.lines().find_map(of)
}

/// Returns `true` for an object name in SHA-1 or SHA-256.
fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Returns the files below `root` that are new since the common ancestor with a reference,
/// committed or not, relative to `root`; or Git's own reason why it can't tell.
pub(crate) fn added_since(root: &Path, reference: &str) -> Result<BTreeSet<String>, String> {
    if reference.starts_with('-') {
        return Err("a reference doesn't begin with `-`".to_owned());
    }
    let base = answer(root, &["merge-base", reference, "HEAD"])?;
    let changed = ["diff", "--name-only", "--no-renames", "--no-ext-diff", "--diff-filter=A", "--relative", "-z"];
    let committed = answer(root, &[&changed[..], &[base.trim(), "--", "."]].concat())?;
    let untracked = answer(root, &["ls-files", "--others", "--exclude-standard", "-z", "--", "."])?;
    let files = committed.split('\0').chain(untracked.split('\0')).filter(|file| !file.is_empty());
    Ok(files.map(str::to_owned).collect())
}

/// Runs Git, and returns what it prints, or its first line about a failure.
fn answer(root: &Path, args: &[&str]) -> Result<String, String> {
    let output = Command::new("git").args(args).current_dir(root).stdin(Stdio::null()).output();
    let output = output.map_err(|error| format!("git can't be started: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let why = said.lines().next().unwrap_or("the histories have no common ancestor");
    Err(why.trim_start_matches("fatal: ").to_owned())
}

/// Returns the author of the latest commit that changed a file; none outside of a repository.
pub(crate) fn author(root: &Path, file: &str) -> Option<String> {
    git(root, &["-c", "log.showSignature=false", "log", "-1", "--format=%an", "--", file])
}

async fn ask(root: &Path) -> Head {
    let git = async |args: &[&str]| {
        let mut command = tokio::process::Command::from(quiet(root, args));
        shown(&command.kill_on_drop(true).output().await.ok()?)
    };
    // One process answers both questions.
    match git(&["rev-parse", "HEAD", "--symbolic-full-name", "HEAD"]).await {
        Some(both) => {
            let (commit, name) = both.split_once('\n').unwrap_or((&both, ""));
            Head { commit: Some(commit.to_owned()), branch: name.strip_prefix("refs/heads/").map(str::to_owned) }
        }
        None => Head { commit: None, branch: git(&["symbolic-ref", "--short", "--quiet", "HEAD"]).await },
    }
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    shown(&quiet(root, args).output().ok()?)
}

/// Returns a call of Git whose messages are dropped.
fn quiet(root: &Path, args: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(args).current_dir(root).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    command
}

/// Returns what a call printed, if it succeeded and printed something.
fn shown(output: &Output) -> Option<String> {
    let text = std::str::from_utf8(&output.stdout).ok()?.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn now<T>(work: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
    }

    struct Repository(tempfile::TempDir);

    impl Repository {
        /// Creates a repository with one commit on `main`.
        fn new(options: &[&str]) -> Self {
            let repository = Self(tempfile::tempdir().unwrap());
            repository.git(&[&["init", "--quiet", "--initial-branch", "main"], options].concat());
            repository.commit();
            repository
        }

        fn root(&self) -> &Path {
            self.0.path()
        }

        #[track_caller]
        fn git(&self, args: &[&str]) {
            let who = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
            let status = Command::new("git").args(who).args(args).current_dir(self.root()).status().unwrap();
            assert!(status.success(), "{args:?}");
        }

        fn commit(&self) {
            self.git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
        }
    }

    /// Asserts that the files and git give the same answer.
    #[track_caller]
    fn is_read_as_git_says(root: &Path) -> Head {
        let asked = now(ask(root));
        assert!(asked.commit.is_some());
        assert_eq!(read(&root.join(".git")).as_ref(), Some(&asked));
        asked
    }

    #[test]
    fn branches_and_detached_heads_are_read_as_git_says() {
        let repository = Repository::new(&[]);
        let root = repository.root();
        let first = is_read_as_git_says(root);
        assert_eq!(first.branch.as_deref(), Some("main"));
        repository.git(&["checkout", "--quiet", "-b", "feature/a-b"]);
        repository.commit();
        let second = is_read_as_git_says(root);
        assert_eq!(second.branch.as_deref(), Some("feature/a-b"));
        assert_ne!(second.commit, first.commit);
        repository.git(&["pack-refs", "--all"]);
        assert!(!root.join(".git/refs/heads/main").exists());
        assert_eq!(is_read_as_git_says(root), second);
        // The reference is loose again, and the packed one is older.
        repository.commit();
        assert_ne!(is_read_as_git_says(root), second);
        repository.git(&["checkout", "--quiet", "--detach"]);
        assert_eq!(is_read_as_git_says(root).branch, None);
    }

    #[test]
    fn worktrees_and_folders_within_are_read_as_git_says() {
        let repository = Repository::new(&[]);
        let tree = repository.root().join("trees/other");
        repository.git(&["worktree", "add", "--quiet", "-b", "other", tree.to_str().unwrap()]);
        assert_eq!(is_read_as_git_says(&tree).branch.as_deref(), Some("other"));
        let within = tree.join("a/b");
        fs::create_dir_all(&within).unwrap();
        assert_eq!(now(head(&within, false)), now(ask(&tree)));
        assert_eq!(now(head(&within, true)), now(ask(&tree)));
    }

    #[test]
    fn what_is_not_ordinary_is_left_to_git() {
        let unborn = Repository(tempfile::tempdir().unwrap());
        unborn.git(&["init", "--quiet", "--initial-branch", "main"]);
        assert_eq!(read(&unborn.root().join(".git")), None);
        assert_eq!(now(head(unborn.root(), false)), Head { commit: None, branch: Some("main".to_owned()) });

        let repository = Repository::new(&[]);
        let entry = repository.root().join(".git");
        fs::write(entry.join("HEAD"), "ref: refs/heads/.invalid\n").unwrap();
        assert_eq!(read(&entry), None, "as where references are kept in tables");
        fs::write(entry.join("HEAD"), "ref: refs/remotes/origin/main\n").unwrap();
        assert_eq!(read(&entry), None);
        fs::write(entry.join("HEAD"), "x".repeat(40)).unwrap();
        assert_eq!(read(&entry), None);

        // A symbolic reference that was packed as an ordinary branch.
        fs::write(entry.join("HEAD"), "ref: refs/heads/main\n").unwrap();
        repository.git(&["pack-refs", "--all"]);
        fs::write(entry.join("refs/heads/main"), "ref: refs/heads/other\n").unwrap();
        assert_eq!(read(&entry), None);
    }

    #[test]
    fn a_head_that_is_a_link_is_left_to_git() {
        let repository = Repository::new(&[]);
        let entry = repository.root().join(".git");
        fs::remove_file(entry.join("HEAD")).unwrap();
        std::os::unix::fs::symlink("refs/heads/main", entry.join("HEAD")).unwrap();
        assert_eq!(read(&entry), None);
        assert_eq!(now(head(repository.root(), false)).branch.as_deref(), Some("main"));
    }

    #[test]
    fn digests_of_sha_256_are_read_as_git_says() {
        let repository = Repository::new(&["--object-format", "sha256"]);
        let head = is_read_as_git_says(repository.root());
        assert_eq!(head.commit.map(|commit| commit.len()), Some(64));
    }

    #[test]
    fn outside_of_repositories_there_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(now(head(folder.path(), false)), Head::default());
    }
}
