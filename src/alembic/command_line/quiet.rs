//! The option by which Alembic prints nothing of its own.

/// Returns whether a word before the command is `--quiet`, a prefix of it, or a cluster with `q`.
pub(super) fn is_quiet(word: &str) -> bool {
    if word.starts_with("--") {
        return word.starts_with("--q") && "--quiet".starts_with(word);
    }
    let letters = word.strip_prefix('-').unwrap_or_default();
    letters.chars().take_while(|letter| matches!(letter, 'q' | 'h')).any(|letter| letter == 'q')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_has_every_form_that_argparse_reads() {
        for word in ["-q", "--quiet", "--q", "--qui", "-qc", "-hq", "-qx"] {
            assert!(is_quiet(word), "{word}");
        }
        for word in ["-c", "-cq", "-xq", "--raiseerr", "--", "q", "upgrade", "--quieter"] {
            assert!(!is_quiet(word), "{word}");
        }
    }
}
