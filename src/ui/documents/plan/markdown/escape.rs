//! Other people's text in Markdown, so that it is read as text.

use url::Url;

use crate::support::printable::{printable, printable_line};

/// In a line: what is between backticks is code, and nothing else in it is markup, HTML, a formula, a link or a mention.
pub(crate) fn inline(text: &str) -> String {
    let text = printable_line(text);
    let parts: Vec<_> = text.split('`').collect();
    // Of an odd number of backticks it can't be told which belong together.
    if parts.len().is_multiple_of(2) {
        return words(&text, true);
    }
    let parts = parts.into_iter().enumerate();
    parts
        .map(|(place, part)| match (place % 2, part) {
            (0, part) => words(part, place == 0),
            (_, part) if part.trim().is_empty() => format!("\\`{part}\\`"),
            (_, part) => span(part),
        })
        .collect()
}

/// `begins`: whether a list or a heading could begin with it.
fn words(text: &str, begins: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut only_digits = begins;
    for (place, character) in text.char_indices() {
        let (before, next) = (&text[..place], text[place + character.len_utf8()..].chars().next());
        let is_markup = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '@' | '#' => true,
            '-' | '+' | '=' => begins && before.is_empty(),
            ')' => only_digits,
            // Web addresses become links by themselves.
            ':' => next == Some('/'),
            '.' => only_digits || before.len() >= 3 && before.as_bytes()[place - 3..].eq_ignore_ascii_case(b"www"),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(character);
        // GitHub looks for mentions and references when escapes are gone already: an empty comment parts the sign from the word.
        if matches!(character, '@' | '#') && next.is_some_and(char::is_alphanumeric) {
            escaped.push_str("<!-- -->");
        }
        only_digits &= character.is_ascii_digit();
    }
    escaped
}

/// As a code span. Nothing in it is read but the backticks that end it.
pub(crate) fn span(name: &str) -> String {
    let name = printable_line(name);
    if name.trim().is_empty() {
        return "(no name)".to_owned();
    }
    let fence = "`".repeat(longest_run(&name) + 1);
    // A space on both sides is taken away again.
    let pad = if name.starts_with(['`', ' ']) || name.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{name}{pad}{fence}")
}

/// As a fenced block.
pub(crate) fn block(language: &str, code: &str) -> String {
    let code = printable(code);
    let fence = "`".repeat((longest_run(&code) + 1).max(3));
    format!("{fence}{language}\n{code}\n{fence}")
}

/// A link that shows where it leads; a code span where it leads to no web page.
pub(crate) fn link(url: &str) -> String {
    match Url::parse(url) {
        Ok(parsed) if matches!(parsed.scheme(), "http" | "https") && !parsed.as_str().contains(['<', '>']) => {
            format!("<{parsed}>")
        }
        _ => span(url),
    }
}

fn longest_run(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_stays_prose() {
        assert_eq!(inline("add users, again (see below): done."), "add users, again (see below): done.");
        assert_eq!(inline("<img src=x> **bold** [a](b)"), r"\<img src=x\> \*\*bold\*\* \[a\](b)");
        assert_eq!(inline("@all #12 a|b $x$"), r"\@<!-- -->all \#<!-- -->12 a\|b \$x\$");
        assert_eq!(inline("https://a.example &amp; Www.a.example"), r"https\://a.example \&amp; Www\.a.example");
        assert_eq!(inline("a\u{202e}b"), r"a\\u{202e}b");
        for (text, escaped) in [("- a - b", r"\- a - b"), ("12. a", r"12\. a"), ("1) a", r"1\) a"), ("=1.5", r"\=1.5")]
        {
            assert_eq!(inline(text), escaped);
        }
    }

    #[test]
    fn code_in_prose_stays_code() {
        assert_eq!(inline("`down()` is only `*`, @x"), r"`down()` is only `*`, \@<!-- -->x");
        assert_eq!(inline("a ` b"), r"a \` b");
        assert_eq!(inline("a `` <b>"), r"a \`\` \<b\>");
    }

    #[test]
    fn a_name_stays_in_its_code_span() {
        assert_eq!(span("users"), "`users`");
        assert_eq!(span("a`b``c"), "```a`b``c```");
        assert_eq!(span("`x"), "`` `x ``");
        assert_eq!(span("a\n\n# b"), r"`a\u{a}\u{a}# b`");
        assert_eq!(span(" "), "(no name)");
    }

    #[test]
    fn sql_stays_in_its_fence() {
        assert_eq!(block("sql", "select 1;\n```\n</details>"), "````sql\nselect 1;\n```\n</details>\n````");
    }

    #[test]
    fn only_web_pages_are_linked() {
        assert_eq!(link("https://example.com/a b?<x>"), "<https://example.com/a%20b?%3Cx%3E>");
        assert_eq!(link("javascript:alert(1)"), "`javascript:alert(1)`");
    }
}
