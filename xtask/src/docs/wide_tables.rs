//! Tables in outputs that are wider than the page: their lines are scrolled. Other long lines are
//! broken.

/// The columns that a page has room for.
const ROOM: usize = 80;
/// The gaps between columns that make a line a row of a table.
const GAPS: usize = 3;

/// Returns the page with a class around each block of code that has a table without room.
pub(super) fn marked(page: &str) -> String {
    let mut text = String::new();
    let mut block: Option<String> = None;
    for line in page.split_inclusive('\n') {
        let is_fence = line.starts_with("```");
        match &mut block {
            None if is_fence => block = Some(line.to_owned()),
            None => text.push_str(line),
            Some(open) => {
                open.push_str(line);
                if is_fence {
                    text.push_str(&around(block.take().unwrap_or_default()));
                }
            }
        }
    }
    text + &block.unwrap_or_default()
}

fn around(block: String) -> String {
    if block.lines().any(is_wide_row) { format!("<div class=\"wide\" markdown>\n\n{block}\n</div>\n") } else { block }
}

fn is_wide_row(line: &str) -> bool {
    let gaps = line.trim().split("  ").filter(|column| !column.trim().is_empty()).count().saturating_sub(1);
    line.chars().count() > ROOM && gaps >= GAPS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_tables_are_scrolled_and_long_sentences_broken() {
        let row = format!("RUN  STARTED  COMMAND{}OUTCOME\n", " ".repeat(70));
        let table = format!("```console\n$ lback log\n{row}```\n");
        let sentence = format!("```text\n{}\n```\n", "word ".repeat(30));
        let narrow = "```text\na  b  c  d\n```\n";
        let page = format!("text\n{table}more\n{sentence}{narrow}");
        let expected = format!("text\n<div class=\"wide\" markdown>\n\n{table}\n</div>\nmore\n{sentence}{narrow}");
        assert_eq!(marked(&page), expected);
    }
}
