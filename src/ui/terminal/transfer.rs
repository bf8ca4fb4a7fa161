//! The progress of a download, on a terminal only.

use indicatif::{ProgressBar, ProgressStyle};

use crate::support::printable::printable_line;
use crate::support::redact::redact_free;

/// A line with the name, size and speed of a download. Dropping it removes the line.
pub(crate) struct Transfer {
    bar: ProgressBar,
}

impl Transfer {
    /// Shows the line. `what`: as in `fetching oci://…`.
    pub(crate) fn start(what: &str) -> Self {
        let bar = ProgressBar::new_spinner()
            .with_message(printable_line(&redact_free(what)).into_owned())
            .with_style(style(SIZE_UNKNOWN));
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Self { bar }
    }

    /// Updates the number of received bytes, and the total if it is known.
    pub(crate) fn update(&self, received: u64, total: Option<u64>) {
        if let Some(total) = total
            && self.bar.length() != Some(total)
        {
            self.bar.set_style(style(SIZE_KNOWN));
            self.bar.set_length(total);
        }
        self.bar.set_position(received);
    }
}

const SIZE_UNKNOWN: &str = "{spinner} {msg} {binary_bytes} {elapsed}";
const SIZE_KNOWN: &str = "{spinner} {msg} {binary_bytes} of {binary_total_bytes} ({binary_bytes_per_sec})";

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

impl Drop for Transfer {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
