//! `xtask/baseline.toml`: how many findings of a check are still allowed. The figures only go down.

use crate::error::Error;
use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

const FILE: &str = "xtask/baseline.toml";

#[derive(Debug)]
pub(super) struct Baseline {
    /// The remarks above the figures, kept when the file is written.
    remarks: String,
    figures: BTreeMap<String, usize>,
}

impl Baseline {
    /// Reads the file; a missing one allows nothing.
    pub(super) fn read(root: &Path) -> Result<Self, Error> {
        let text = fs::read_to_string(root.join(FILE)).unwrap_or_default();
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self, Error> {
        let figures = toml::from_str(text).map_err(|error| Error::Settings(FILE.into(), error.to_string()))?;
        let remarks = text.lines().take_while(|line| line.starts_with('#')).collect::<Vec<_>>().join("\n");
        Ok(Self { remarks, figures })
    }

    pub(super) fn allowed(&self, check: &str) -> usize {
        self.figures.get(check).copied().unwrap_or(0)
    }

    /// Lowers the figure of a check; a higher count leaves it.
    pub(super) fn lower(&mut self, check: &str, count: usize) {
        if count >= self.allowed(check) {
            return;
        }
        if count == 0 {
            self.figures.remove(check);
        } else {
            self.figures.insert(check.to_owned(), count);
        }
    }

    /// Writes the file, or removes it where no figure is left.
    pub(super) fn write(&self, root: &Path) -> Result<(), Error> {
        let file = root.join(FILE);
        if self.figures.is_empty() {
            fs::remove_file(&file).ok();
            return Ok(());
        }
        fs::write(&file, self.text()).map_err(Error::file("write", file))
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n", self.remarks);
        for (check, count) in &self.figures {
            writeln!(text, "{check} = {count}").expect("writing to a string does not fail");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_only_go_down() {
        let mut baseline = Baseline::parse("# a remark\nwidths = 3\nterms = 2\n").expect("figures");
        baseline.lower("widths", 5);
        baseline.lower("terms", 1);
        assert_eq!(baseline.text(), "# a remark\nterms = 1\nwidths = 3\n");
        baseline.lower("terms", 0);
        assert_eq!((baseline.allowed("terms"), baseline.allowed("links")), (0, 0));
    }
}
