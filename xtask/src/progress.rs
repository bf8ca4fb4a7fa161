//! The display of work and failures: a line for each step with its duration, on standard error.

use crate::error::Error;
use anstyle::{AnsiColor, Style};
use std::{
    fmt,
    io::{IsTerminal as _, Write as _},
    time::{Duration, Instant},
};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
pub(crate) const ACCENT: Style = AnsiColor::Cyan.on_default();

/// Returns a styled text; plain where colours are off.
pub(crate) fn paint(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

pub(crate) fn seconds(duration: Duration) -> String {
    if duration < Duration::from_millis(100) {
        return format!("{} ms", duration.as_millis());
    }
    format!("{:.1} s", duration.as_secs_f64())
}

/// A step of the work. A terminal shows its progress; when it ends, a line with the outcome stays.
pub(crate) struct Step {
    name: &'static str,
    started: Instant,
    live: bool,
    ended: bool,
}

impl Step {
    const LIVE_WIDTH: usize = 50;

    pub(crate) fn start(name: &'static str) -> Self {
        let step = Self { name, started: Instant::now(), live: can_be_redrawn(), ended: false };
        step.show("");
        step
    }

    /// Shows the current activity, on a terminal only.
    pub(crate) fn show(&self, doing: &str) {
        if self.live {
            let doing: String = doing.chars().filter(|c| !c.is_control()).take(Self::LIVE_WIDTH).collect();
            anstream::eprint!("\r\x1b[2K… {:<20} {}", self.name, paint(DIM, doing));
            std::io::stderr().flush().ok();
        }
    }

    /// Prints a permanent note, for work that takes minutes.
    pub(crate) fn note(&self, text: &str) {
        self.clear();
        anstream::eprintln!("… {:<20} {}", self.name, paint(DIM, text));
    }

    pub(crate) fn done(mut self, outcome: impl fmt::Display) {
        self.ended = true;
        self.clear();
        let time = paint(DIM, seconds(self.started.elapsed()));
        anstream::eprintln!("{} {:<20} {outcome}  {time}", paint(GOOD, "✓"), self.name);
    }

    fn clear(&self) {
        if self.live {
            anstream::eprint!("\r\x1b[2K");
        }
    }
}

impl Drop for Step {
    fn drop(&mut self) {
        if !self.ended {
            self.clear();
            anstream::eprintln!("{} {}", paint(BAD, "✗"), self.name);
        }
    }
}

/// Returns whether a line can be redrawn: where colours are shown, control sequences are
/// understood.
fn can_be_redrawn() -> bool {
    let stderr = std::io::stderr();
    stderr.is_terminal() && anstream::AutoStream::choice(&stderr) != anstream::ColorChoice::Never
}

/// Prints an error and its next step.
pub(crate) fn report(error: &Error) {
    anstream::eprintln!("\n{} {error}", paint(BAD, "error:"));
    if let Some(hint) = error.hint() {
        anstream::eprintln!("\n{} {hint}", paint(ACCENT, "hint:"));
    }
}
