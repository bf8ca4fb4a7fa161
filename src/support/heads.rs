//! Revisions of a database as text. A database without a revision is at `base`.

/// Returns revisions for a field or a table: `a1b2, c3d4`.
pub(crate) fn plain_heads(heads: &[String]) -> String {
    if heads.is_empty() { "base".to_owned() } else { heads.join(", ") }
}

/// Returns revisions for a sentence, in backticks.
pub(crate) fn quoted_heads(heads: &[String]) -> String {
    if heads.is_empty() {
        return "base".to_owned();
    }
    heads.iter().map(|head| format!("`{head}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_revision_is_base() {
        let heads = ["a1".to_owned(), "b2".to_owned()];
        assert_eq!([plain_heads(&[]), quoted_heads(&[])], ["base"; 2]);
        assert_eq!([plain_heads(&heads), quoted_heads(&heads)], ["a1, b2", "`a1`, `b2`"]);
    }
}
