//! What is said of a dispatch while it goes on.

use super::message::{note, warning};
use crate::model::notice::{Kept, Notice, Toothless};
use crate::model::verdict::Denial;

pub(super) fn show_notice(notice: Notice) {
    match notice {
        Notice::Warning { plugin, text } => warning(&format!("{plugin}: {text}")),
        Notice::WouldDeny { plugin, signal, denials, because } => {
            for denial in denials {
                let Denial { message, code, .. } = denial;
                match because {
                    Toothless::Audit => note(&format!("{plugin} (audit) would deny {signal}: {message} ({code})")),
                    Toothless::Overridden => {
                        warning(&format!("overridden: {plugin} denies {signal}: {message} ({code})"));
                    }
                }
            }
        }
        Notice::NotLoaded { plugin, failure } => {
            let hint = failure.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            let excerpt = failure.excerpt().map(|excerpt| format!("\n{excerpt}")).unwrap_or_default();
            warning(&format!(
                "the plugin `{plugin}` could not be loaded, and the run goes on without it: {failure}{excerpt}{hint}"
            ));
        }
        Notice::CallFailed { plugin, signal, failure, kept } => {
            warning(&format!("the plugin `{plugin}` failed at {signal}: {failure}{}", what_next(kept)));
        }
        Notice::Undelivered { plugin, grace, kept } => {
            let grace = humantime::format_duration(grace);
            warning(&format!(
                "the handler `{plugin}` was not done {grace} after the end of the run and was stopped{}",
                what_next(kept)
            ));
        }
        Notice::RetryFailed { plugin, signal, time, failure, parked, others } => {
            let kept = if parked { Kept::Parked } else { Kept::Waiting };
            let rest = match others {
                0 => String::new(),
                1 => " (1 more message waits behind it)".to_owned(),
                others => format!(" ({others} more messages wait behind it)"),
            };
            warning(&format!(
                "the plugin `{plugin}` failed again at {signal} of {time:.0}: {failure}{}{rest}",
                what_next(kept)
            ));
        }
    }
}

/// What becomes of a message that was not taken.
fn what_next(kept: Kept) -> &'static str {
    match kept {
        Kept::No => "",
        Kept::Waiting => "; the next run or `lback log redeliver` tells it again",
        Kept::Parked => "; that was tried often enough: only `lback log redeliver --parked` tells it again",
    }
}
