//! What is said of a dispatch while it goes on.

use super::message::{note, warning};
use crate::dispatch::{Notice, Toothless};
use crate::verdict::Denial;

pub(crate) fn show_notice(notice: Notice) {
    match notice {
        Notice::Warning { plugin, text } => warning(&format!("{plugin}: {text}")),
        Notice::WouldDeny { plugin, signal, denials, because } => {
            for denial in denials {
                let Denial { message, code, .. } = denial;
                match because {
                    Toothless::Audit => note(&format!("{plugin} (audit) would deny {signal}: {message} ({code})")),
                    Toothless::Overridden => {
                        warning(&format!("overridden: {plugin} denies {signal}: {message} ({code})"))
                    }
                }
            }
        }
        Notice::NotLoaded { plugin, failure } => {
            let hint = failure.hint().map(|hint| format!("\nhint: {hint}")).unwrap_or_default();
            warning(&format!(
                "the plugin `{plugin}` could not be loaded, and the run goes on without it: {failure}{hint}"
            ));
        }
        Notice::CallFailed { plugin, signal, failure } => {
            warning(&format!("the plugin `{plugin}` failed at {signal}: {failure}"));
        }
        Notice::Undelivered { plugin, grace } => {
            let grace = humantime::format_duration(grace);
            warning(&format!("the handler `{plugin}` was not done {grace} after the end of the run and was stopped"));
        }
    }
}
