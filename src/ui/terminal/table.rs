//! Tables without borders.

use std::fmt::Display;
use std::io::{self, IsTerminal as _};

use comfy_table::{Table, presets};
use unicode_width::UnicodeWidthStr as _;

use crate::support::printable::printable_line;

/// A table whose cells are harmless for a terminal.
pub(crate) struct PlainTable(Table);

/// A cell of a table. A text is one line, whatever it contains.
pub(crate) struct TableCell(String);

impl TableCell {
    /// Makes a cell of several lines.
    pub(crate) fn lines(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let lines: Vec<_> = lines.into_iter().map(|line| printable_line(line.as_ref()).into_owned()).collect();
        Self(lines.join("\n"))
    }

    /// Makes a cell of a text of several lines. Lines after the first one are indented, so that
    /// none looks like a line of lback.
    pub(crate) fn text(text: &str) -> Self {
        let mut lines = text.trim_end().lines();
        let first = lines.next().map(str::to_owned);
        Self::lines(first.into_iter().chain(lines.map(|line| format!("  {line}"))))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Display> From<T> for TableCell {
    fn from(text: T) -> Self {
        Self(printable_line(&text.to_string()).into_owned())
    }
}

/// Returns whether a table fits into the terminal of stdout; true if stdout is no terminal.
pub(crate) fn fits_terminal(table: &str) -> bool {
    let stdout = io::stdout();
    let size = stdout.is_terminal().then(|| terminal_size::terminal_size_of(&stdout)).flatten();
    let Some((width, _)) = size else { return true };
    table.lines().all(|line| line.width() <= usize::from(width.0))
}

impl PlainTable {
    pub(crate) fn new() -> Self {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        Self(table)
    }

    pub(crate) fn header(&mut self, names: impl IntoIterator<Item = &'static str>) {
        self.0.set_header(names);
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = TableCell>) {
        self.0.add_row(cells.into_iter().map(|TableCell(text)| text));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the table as text, without the space on both sides of each line.
    pub(crate) fn drawn(&self) -> String {
        let table = self.0.to_string();
        table.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end()).collect::<Vec<_>>().join("\n")
    }
}
