//! The one place that shows an error and turns it into an exit code.

use std::env;
use std::io;

use anstream::{AutoStream, ColorChoice};

use crate::support::exit::Exit;
use crate::support::redact::redact_free;
use crate::support::user_error::CommandError;
use crate::ui;

/// Shows the error on stderr and returns the exit code.
pub(super) fn show(error: &CommandError) -> Exit {
    let error = error.get();
    if error.is_silent() {
        return error.exit();
    }
    let color = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
    if let Some(report) = error.report(color, &env::current_dir().unwrap_or_default()) {
        ui::report(&redact_free(report.trim_end()));
    } else {
        let excerpt = error.excerpt().map(|excerpt| format!("\n{excerpt}")).unwrap_or_default();
        ui::error(&format!("{error}{excerpt}"));
        if let Some(hint) = error.hint() {
            ui::hint(&hint);
        }
    }
    error.exit()
}
