//! Escaping of foreign text for Markdown.

use url::Url;

use crate::support::printable::{printable, printable_line};

/// Escapes text within a line. Text between backticks stays code; everything else loses its markup.
pub(crate) fn inline(text: &str) -> String {
    let text = printable_line(text);
    let parts: Vec<_> = text.split('`').collect();
    // With an odd number of backticks, it is unknown which belong together.
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

/// Escapes words. `begins`: the words are at the beginning of a line, where a list or a heading
/// could start.
fn words(text: &str, begins: bool) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut only_digits = begins;
    for (place, character) in text.char_indices() {
        let (before, next) = (&text[..place], text[place + character.len_utf8()..].chars().next());
        let is_markup = match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '@' | '#' | '^' => true,
            '-' | '+' | '=' => begins && before.is_empty(),
            ')' => only_digits,
            // GitHub turns web addresses into links.
            ':' => next == Some('/'),
            '.' => only_digits || before.len() >= 3 && before.as_bytes()[place - 3..].eq_ignore_ascii_case(b"www"),
            _ => false,
        };
        if is_markup {
            escaped.push('\\');
        }
        escaped.push(character);
        if refers(character, before, next) {
            escaped.push_str("<!-- -->");
        }
        only_digits &= character.is_ascii_digit();
    }
    escaped
}

/// Returns whether a sign and the text after it refer to a person, an issue or the like. GitHub and
/// GitLab look for such references after they have removed escapes. An empty comment separates the
/// sign from the text.
fn refers(sign: char, before: &str, next: Option<char>) -> bool {
    match sign {
        '@' | '#' | '%' | '~' => next.is_some_and(|next| next.is_alphanumeric() || next == '"'),
        '!' | '&' | '$' => next.is_some_and(|next| next.is_ascii_digit()),
        '-' => before.to_ascii_lowercase().ends_with("gh") && next.is_some_and(|next| next.is_ascii_digit()),
        _ => false,
    }
}

/// Returns a code span.
pub(crate) fn span(name: &str) -> String {
    let name = printable_line(name);
    if name.trim().is_empty() {
        return "(no name)".to_owned();
    }
    let fence = "`".repeat(longest_run(&name) + 1);
    // Markdown removes one space on each side.
    let pad = if name.starts_with(['`', ' ']) || name.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{pad}{name}{pad}{fence}")
}

/// Returns a fenced block.
pub(crate) fn block(language: &str, code: &str) -> String {
    let code = printable(code);
    let fence = "`".repeat((longest_run(&code) + 1).max(3));
    format!("{fence}{language}\n{code}\n{fence}")
}

/// Returns a link that shows its target, or a code span if the target is not a web page.
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
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag};

    use super::*;

    /// Returns the text that a reader of the Markdown sees. None if it has markup that lback never
    /// writes for a text.
    fn seen(markdown: &str) -> Option<String> {
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
            match event {
                Event::Text(part) | Event::Code(part) => text.push_str(&part),
                Event::SoftBreak => text.push('\n'),
                Event::InlineHtml(html) if &*html == "<!-- -->" => {}
                Event::Start(Tag::List(None) | Tag::Item | Tag::Paragraph) | Event::End(_) => {}
                _ => return None,
            }
        }
        Some(text)
    }

    /// Texts that are rich in what Markdown gives a meaning.
    const MARKUP: &str = "([a-c0-2 `*_~|<>\\[\\]()!#@&$%:/.=+^{}\"'\\\\-]|\u{1b}|\u{200b}|<!--|-->|\\]\\(|www\\.|http://|&lt;|GH-1){0,24}";

    proptest! {
        #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

        #[test]
        fn any_text_is_only_text(text in MARKUP) {
            let text = text.trim();
            let markdown = format!("- x: {}", inline(text));
            let shown = seen(&markdown);
            prop_assert!(shown.is_some(), "{}", markdown);
            let without_code = |text: &str| text.replace(['`', ' '], "");
            let expected = without_code(&format!("x: {}", printable_line(text)));
            prop_assert_eq!(without_code(&shown.unwrap_or_default()), expected, "{}", markdown);
        }

        #[test]
        fn any_text_begins_a_line_harmlessly(text in MARKUP) {
            let markdown = inline(text.trim());
            prop_assert!(seen(&markdown).is_some(), "{}", markdown);
        }

        #[test]
        fn any_name_is_one_code_span(name in MARKUP) {
            let markdown = format!("- {} x", span(&name));
            let spans = Parser::new(&markdown).filter(|event| matches!(event, Event::Code(_))).count();
            prop_assert!(spans == 1 || name.trim().is_empty(), "{}", markdown);
            prop_assert!(seen(&markdown).is_some(), "{}", markdown);
        }

        #[test]
        fn any_code_stays_in_its_fence(code in "([`~a<>/ \n\r-]|```|</details>){0,30}") {
            let markdown = format!("{}\n\nafter", block("sql", &code));
            let after = Parser::new(&markdown).filter(|event| *event == Event::Text("after".into())).count();
            prop_assert_eq!(after, 1, "{}", markdown);
            let html = Parser::new(&markdown).any(|event| matches!(event, Event::Html(_) | Event::InlineHtml(_)));
            prop_assert!(!html, "{}", markdown);
        }
    }

    #[test]
    fn prose_stays_prose() {
        assert_eq!(inline("add users, again (see below): done."), "add users, again (see below): done.");
        assert_eq!(inline("<img src=x> **bold** [a](b)"), r"\<img src=x\> \*\*bold\*\* \[a\](b)");
        assert_eq!(inline("@all #12 a|b $x$"), r"\@<!-- -->all \#<!-- -->12 a\|b \$x\$");
        assert_eq!(inline("https://a.example &amp; Www.a.example"), r"https\://a.example \&amp; Www\.a.example");
        assert_eq!(inline("a\u{202e}b"), r"a\\u{202e}b");
        assert_eq!(inline("^:^"), r"\^:\^");
        for (text, escaped) in [("- a - b", r"\- a - b"), ("12. a", r"12\. a"), ("1) a", r"1\) a"), ("=1.5", r"\=1.5")]
        {
            assert_eq!(inline(text), escaped);
        }
    }

    #[test]
    fn references_lead_nowhere() {
        assert_eq!(inline("!12 and %3 and 5% of ~bug"), r"!<!-- -->12 and %<!-- -->3 and 5% of \~<!-- -->bug");
        assert_eq!(inline("see gh-12, $1 and &2"), r"see gh-<!-- -->12, \$<!-- -->1 and \&<!-- -->2");
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
