//! The errors of xtask, each with its next step where there is one. `progress` prints them.

use std::{io, path::PathBuf, process::ExitStatus};

#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    #[error("failed to {action} `{}`: {source}", path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },

    #[error("failed to start `{program}`: {source}")]
    Spawn { program: String, source: io::Error, hint: Option<&'static str> },

    #[error("failed to {purpose}: `{command}` ended with {status}{output}")]
    Command { purpose: String, command: String, status: ExitStatus, output: Output, hint: Option<&'static str> },

    #[error("failed to read `{0}`: {1}")]
    Settings(String, String),

    #[error("{0}")]
    Lacking(String, &'static str),

    #[error("failed to start {name}{output}")]
    Server { name: &'static str, output: Output, hint: &'static str },

    #[error("port {port} on 127.0.0.1, where `lback.toml` expects Slack and the Pushgateway, is taken: {reason}")]
    PortTaken { port: u16, reason: String },

    #[error("`lback.toml` does not mention `{origin}`, where the demo plays Slack and the Pushgateway")]
    ReceiverNotGranted { origin: String },

    #[error("failed to read the shop's database: {0}")]
    Database(String),

    #[error("the demo went wrong at `{command}`:{}", bullets(.differences))]
    Differs { command: String, differences: Vec<String> },

    #[error("{} did not pass: {}", if .0.len() == 1 { "a check" } else { "checks" }, .0.join(", "))]
    Checks(Vec<String>),

    #[error("not what the sources give: {}", .0.join(", "))]
    Outdated(Vec<String>),

    #[error("not proven: {}", .0.join(", "))]
    NotProven(Vec<String>),
}

impl Error {
    pub(crate) fn file(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |source| Self::File { action, path, source }
    }

    /// Returns the next step.
    pub(crate) fn hint(&self) -> Option<&str> {
        match self {
            Self::Spawn { hint, .. } | Self::Command { hint, .. } => *hint,
            Self::Lacking(_, hint) | Self::Server { hint, .. } => Some(hint),
            Self::Outdated(_) => Some("`cargo xtask plugins` builds them anew; commit them"),
            Self::PortTaken { .. } => Some("end the program that listens there; a demo that still runs is one"),
            Self::ReceiverNotGranted { .. } => Some("take `lback.toml` from the repository, or write the address back"),
            Self::File { .. }
            | Self::Database(_)
            | Self::Differs { .. }
            | Self::Checks(_)
            | Self::Settings(..)
            | Self::NotProven(_) => None,
        }
    }
}

/// The last lines that a program printed; empty if it printed nothing.
#[derive(Debug)]
pub(crate) struct Output(String);

impl Output {
    const LINES: usize = 40;

    pub(crate) fn tail(text: &str) -> Self {
        let lines: Vec<&str> = text.trim_end().lines().collect();
        Self(lines[lines.len().saturating_sub(Self::LINES)..].join("\n"))
    }
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.lines().try_for_each(|line| write!(f, "\n  | {line}"))
    }
}

fn bullets(items: &[String]) -> String {
    items.iter().flat_map(|item| ["\n  - ", item]).collect()
}
