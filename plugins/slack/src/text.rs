//! Text for Slack: escaped, within Slack's limits, and in code that can't be closed from inside.
//!
//! Lengths are counted in UTF-16 units of the escaped text, the largest of the possible counts, so
//! that no limit is exceeded.

/// The mark of a cut.
const ELLIPSIS: char = '…';

/// Escapes the three characters that are control characters to Slack.
fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, c| {
        push(&mut escaped, c);
        escaped
    })
}

fn push(escaped: &mut String, c: char) {
    match c {
        '&' => escaped.push_str("&amp;"),
        '<' => escaped.push_str("&lt;"),
        '>' => escaped.push_str("&gt;"),
        c => escaped.push(c),
    }
}

fn width(c: char) -> usize {
    match c {
        '&' => 5,
        '<' | '>' => 4,
        c => c.len_utf16(),
    }
}

/// Formats a name or a sentence in one line, escaped, in at most `limit` units: its single
/// backticks mark code, but it can't begin a block.
pub(crate) fn prose(text: &str, limit: usize) -> String {
    fit(&defused(&one_line(&plain(text))), limit)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the beginning of the text, escaped, in at most `limit` units, never cut within a
/// character or an entity.
fn fit(text: &str, limit: usize) -> String {
    if text.chars().map(width).sum::<usize>() <= limit {
        return escape(text);
    }
    let mut left = limit.saturating_sub(1);
    let mut escaped = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(width(c)) else { break };
        left = rest;
        push(&mut escaped, c);
    }
    escaped.truncate(escaped.trim_end().len());
    escaped.push(ELLIPSIS);
    escaped
}

/// Formats the text as inline code, in at most `limit` units.
pub(crate) fn code(text: &str, limit: usize) -> String {
    // A backtick or a line break would close it.
    let line = one_line(&plain(text)).replace('`', "'");
    if line.is_empty() { String::new() } else { format!("`{}`", fit(&line, limit.saturating_sub(2))) }
}

/// Formats the last `lines` lines of the text as a block of code, in at most `limit` units; `None`
/// if there is nothing to show.
pub(crate) fn code_block(text: &str, lines: usize, limit: usize) -> Option<String> {
    let text = defused(&plain(text));
    let text = text.trim_end();
    let all = text.lines().count();
    let kept = text.lines().skip(all.saturating_sub(lines)).collect::<Vec<_>>().join("\n");
    if kept.trim().is_empty() {
        return None;
    }
    let cut = if all > lines { "…\n" } else { "" };
    let room = limit.saturating_sub("```\n\n```".len() + cut.chars().count());
    Some(format!("```\n{cut}{}\n```", fit_end(&kept, room)))
}

/// Returns the end of the text, escaped, in at most `limit` units.
fn fit_end(text: &str, limit: usize) -> String {
    if text.chars().map(width).sum::<usize>() <= limit {
        return escape(text);
    }
    let mut left = limit.saturating_sub(1);
    let start = text.char_indices().rev().map_while(|(at, c)| {
        left = left.checked_sub(width(c))?;
        Some(at)
    });
    let start = start.last().unwrap_or(text.len());
    format!("{ELLIPSIS}{}", escape(&text[start..]))
}

/// Removes colours and other terminal control sequences.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // CSI: parameters, then one final character.
            '\u{1b}' if chars.next_if_eq(&'[').is_some() => {
                chars.by_ref().find(|c| ('\u{40}'..='\u{7e}').contains(c));
            }
            // OSC, as the links of a terminal: up to BEL or ESC \.
            '\u{1b}' if chars.next_if_eq(&']').is_some() => {
                chars.by_ref().find(|c| matches!(c, '\u{7}' | '\u{1b}'));
                chars.next_if_eq(&'\\');
            }
            '\n' | '\t' => plain.push(c),
            c if c.is_control() => {}
            c => plain.push(c),
        }
    }
    plain
}

/// Breaks up three backticks in a row, which would end a block of code: a zero-width space
/// separates the second from the third.
fn defused(text: &str) -> String {
    let mut defused = String::with_capacity(text.len());
    let mut backticks = 0;
    for c in text.chars() {
        backticks = if c == '`' { backticks + 1 } else { 0 };
        if backticks == 3 {
            defused.push('\u{200b}');
            backticks = 1;
        }
        defused.push(c);
    }
    defused
}

/// Formats a link with a caption; `None` if the address is no web address, or too long to be kept
/// whole.
pub(crate) fn link(url: &str, caption: &str) -> Option<String> {
    const LONGEST: usize = 1_500;
    if !(url.starts_with("https://") || url.starts_with("http://")) {
        return None;
    }
    // Characters that would end the link are percent-encoded, and `&` is escaped.
    let mut address = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '&' => address.push_str("&amp;"),
            '<' => address.push_str("%3C"),
            '>' => address.push_str("%3E"),
            '|' => address.push_str("%7C"),
            c if c.is_whitespace() || c.is_control() => return None,
            c => address.push(c),
        }
    }
    (address.encode_utf16().count() <= LONGEST).then(|| format!("<{address}|{}>", escape(caption)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str) -> usize {
        text.encode_utf16().count()
    }

    #[test]
    fn escaping() {
        assert_eq!(escape("a < b && c > d <!here>"), "a &lt; b &amp;&amp; c &gt; d &lt;!here&gt;");
        assert_eq!(escape("&amp;"), "&amp;amp;");
    }

    #[test]
    fn the_beginning_fits() {
        for (text, limit, expected) in [
            ("abcdef", 6, "abcdef"),
            ("abcdef", 5, "abcd…"),
            ("", 5, ""),
            ("a<b", 6, "a&lt;b"),
            // No partial entity, no partial character.
            ("a<b", 5, "a…"),
            ("ab<c", 6, "ab…"),
            ("&&", 9, "&amp;…"),
            ("äöü", 2, "ä…"),
            ("🦀🦀", 4, "🦀🦀"),
            ("🦀🦀", 3, "🦀…"),
            ("🦀🦀", 2, "…"),
            ("ab cd", 4, "ab…"),
        ] {
            assert_eq!(fit(text, limit), expected, "{text} in {limit}");
        }
    }

    #[test]
    fn every_cut_is_within_the_limit() {
        let text = "a<🦀&ä>`b\n".repeat(20);
        for limit in 12..300 {
            assert!(units(&fit(&text, limit)) <= limit, "{limit}");
            assert!(units(&code(&text, limit)) <= limit, "{limit}");
            let block = code_block(&text, 5, limit).unwrap();
            assert!(units(&block) <= limit, "{limit}: {block}");
            assert!(block.starts_with("```\n") && block.ends_with("\n```"));
        }
    }

    #[test]
    fn sentences_stay_sentences() {
        assert_eq!(prose("`a` <b>\n  c", 100), "`a` &lt;b&gt; c");
        assert_eq!(prose("```\u{1b}[1ma```", 100), "``\u{200b}`a``\u{200b}`");
        assert_eq!(prose("a\tbcdef", 5), "a bc…");
    }

    #[test]
    fn inline_code() {
        assert_eq!(code("alembic upgrade head", 100), "`alembic upgrade head`");
        assert_eq!(code("a`b\nc <d>", 100), "`a'b c &lt;d&gt;`");
        assert_eq!(code(" ", 100), "");
    }

    #[test]
    fn blocks_keep_the_end() {
        assert_eq!(code_block("one\ntwo\nthree\n", 2, 100).unwrap(), "```\n…\ntwo\nthree\n```");
        assert_eq!(code_block("one\ntwo\n", 2, 100).unwrap(), "```\none\ntwo\n```");
        assert_eq!(code_block("0123456789", 1, 14).unwrap(), "```\n…56789\n```");
        assert_eq!(code_block("<<<<", 1, 14).unwrap(), "```\n…&lt;\n```");
        assert_eq!(code_block(" \n", 5, 100), None);
        assert_eq!(code_block("x", 0, 100), None);
    }

    #[test]
    fn no_output_ends_its_block() {
        for text in ["```", "a ``` b", "````````", "`` ```\n```sql", "x```", "``\n`"] {
            let block = code_block(text, 10, 1_000).unwrap();
            assert_eq!(block.matches("```").count(), 2, "{text}: {block}");
            assert_eq!(block.replace('\u{200b}', ""), format!("```\n{text}\n```"));
        }
    }

    #[test]
    fn colours_are_left_out() {
        let coloured =
            "\u{1b}[1;31mERROR\u{1b}[0m at \u{1b}]8;;https://example.com\u{1b}\\line\u{1b}]8;;\u{7} 1\r\nnext\u{0}";
        assert_eq!(code_block(coloured, 5, 100).unwrap(), "```\nERROR at line 1\nnext\n```");
    }

    #[test]
    fn links() {
        assert_eq!(
            link("https://ci.example.com/1?a=1&b=2", "CI <1>").unwrap(),
            "<https://ci.example.com/1?a=1&amp;b=2|CI &lt;1&gt;>"
        );
        assert_eq!(link("https://ci.example.com/a|b>c", "x").unwrap(), "<https://ci.example.com/a%7Cb%3Ec|x>");
        for url in ["", "javascript:alert(1)", "https://a b", "https://a\nb", &format!("https://{}", "a".repeat(2_000))]
        {
            assert_eq!(link(url, "x"), None, "{url}");
        }
    }
}
