//! What `git` says of the checked-out revision.

use std::path::Path;
use std::process::{Command, Stdio};

/// Where HEAD is.
#[derive(Default)]
pub(super) struct Head {
    /// None before the first commit.
    pub(super) commit: Option<String>,
    /// None where HEAD is detached.
    pub(super) branch: Option<String>,
}

/// Nothing where `root` is in no repository, or where there is no `git`.
pub(super) fn head(root: &Path) -> Head {
    // Spares the start of `git` where it would find nothing.
    if !root.ancestors().any(|folder| folder.join(".git").exists()) {
        return Head::default();
    }
    // One process for both answers: each costs some milliseconds.
    match git(root, &["rev-parse", "HEAD", "--symbolic-full-name", "HEAD"]) {
        Some(both) => {
            let (commit, name) = both.split_once('\n').unwrap_or((&both, ""));
            Head { commit: Some(commit.to_owned()), branch: name.strip_prefix("refs/heads/").map(str::to_owned) }
        }
        None => Head { commit: None, branch: git(root, &["symbolic-ref", "--short", "--quiet", "HEAD"]) },
    }
}

fn git(root: &Path, args: &[&str]) -> Option<String> {
    let output =
        Command::new("git").args(args).current_dir(root).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    let text = text.trim();
    (output.status.success() && !text.is_empty()).then(|| text.to_owned())
}
