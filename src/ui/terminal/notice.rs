//! The messages about signals while plugins handle them.

use super::message::{note, of_plugin, warning};
use crate::model::notice::{NotEnforced, Notice, Retry};
use crate::model::verdict::Warning;
use crate::support::printable::printable_line;
use crate::ui::documents::accepted;

pub(super) fn show_notice(notice: Notice) {
    match notice {
        Notice::Warning { plugin, warning: Warning { message, code, hint, .. } } => {
            let code = code.map(|code| format!(" ({})", printable_line(&code))).unwrap_or_default();
            let hint = hint.map(|hint| format!("\nhint: {}", of_plugin(&hint))).unwrap_or_default();
            warning(&format!("{plugin}: {}{code}{hint}", of_plugin(&message)));
        }
        Notice::Accepted(finding) => note(&format!("{}: {}", finding.plugin, accepted(&finding))),
        Notice::WouldDeny { plugin, signal, denials, because } => {
            for denial in denials {
                let (message, code) = (of_plugin(&denial.message), printable_line(&denial.code));
                match because {
                    NotEnforced::Audit => note(&format!("{plugin} (audit) would deny {signal}: {message} ({code})")),
                    NotEnforced::Overridden => {
                        warning(&format!("overridden: {plugin} denies {signal}: {message} ({code})"));
                    }
                }
            }
        }
        Notice::NotLoaded { plugin, failure } => {
            let why = of_plugin(&failure.to_string());
            let hint = failure.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            let excerpt = failure.excerpt().map(|excerpt| format!("\n{excerpt}")).unwrap_or_default();
            warning(&format!(
                "the plugin `{plugin}` could not be loaded, and the run continues without it: {why}{excerpt}{hint}"
            ));
        }
        Notice::CallFailed { plugin, signal, failure, retry } => {
            warning(&format!(
                "the plugin `{plugin}` failed at {signal}: {}{}",
                of_plugin(&failure.to_string()),
                what_next(retry)
            ));
        }
        Notice::Undelivered { plugin, grace, retry } => {
            let grace = humantime::format_duration(grace);
            warning(&format!(
                "the handler `{plugin}` did not finish within {grace} after the end of the run and was stopped{}",
                what_next(retry)
            ));
        }
        Notice::RetryFailed { plugin, signal, time, failure, parked, others } => {
            let retry = if parked { Retry::Parked } else { Retry::NextRun };
            let rest = match others {
                0 => String::new(),
                1 => " (1 more message waits behind it)".to_owned(),
                others => format!(" ({others} more messages wait behind it)"),
            };
            warning(&format!(
                "the plugin `{plugin}` failed again at {signal} of {time:.0}: {}{}{rest}",
                of_plugin(&failure),
                what_next(retry)
            ));
        }
    }
}

/// Returns the words about a message that was not delivered.
fn what_next(retry: Retry) -> &'static str {
    match retry {
        Retry::Never => "",
        Retry::NextRun => "; the next run or `lback log redeliver` sends the signal again",
        Retry::Parked => "; it was tried often enough: only `lback log redeliver --parked` sends it again",
    }
}
