//! The kinds of operations: the planner's table is the one list, and
//! `docs/reference/operation-kinds.md` shows it. `LBACK_UPDATE=1 cargo test kinds` writes the
//! page's table.

use std::path::Path;

const KINDS: &str = include_str!("../../../python/lback_planner/operation_kinds.py");
const BEGIN: &str = "<!-- kinds: generated from the analysis, compared by a test -->\n";
const END: &str = "<!-- /kinds -->\n";

/// A line of the table: `"name": ("what it does", changes, rows, loses)`.
fn row(line: &str) -> Option<String> {
    let (name, rest) = line.trim().strip_prefix('"')?.split_once("\": (\"")?;
    let (does, flags) = rest.split_once("\", ")?;
    let flags: Vec<_> = flags.trim_end_matches("),").split(", ").map(|flag| flag == "True").collect();
    let [changes, rows, loses] = flags[..] else { return None };
    let mark = |is: bool| if is { "yes" } else { "" };
    Some(format!("| `{name}` | {does} | {} | {} | {} |\n", mark(changes), mark(rows), mark(loses)))
}

#[test]
fn the_page_lists_the_kinds() {
    let rows: Vec<_> = KINDS.lines().filter_map(row).collect();
    assert!(rows.len() > 30, "the table in `operation_kinds.py` is not read: {rows:?}");
    let head = "| kind | what it does | writes its table | rows | loses data |\n|---|---|---|---|---|\n";
    let table = format!("{head}{}", rows.concat());

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference/operation-kinds.md");
    generated_files::assert_section_current(&path, (BEGIN, END), &table);
}
