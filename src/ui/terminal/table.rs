//! Tables without borders.

use comfy_table::{Table, presets};

pub(crate) fn plain() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table
}

/// Returns a table as text, without the space on both sides of each line.
pub(crate) fn drawn(table: &Table) -> String {
    let table = table.to_string();
    table.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect::<Vec<_>>().join("\n")
}
