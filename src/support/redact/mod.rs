//! Hides secrets in everything that leaves lback: events, the journal, plans, errors, logs.
//!
//! A text passes through a [`Gate`], which combines two searches. `shapes` finds secrets by what
//! surrounds them (`scheme://user:password@host`, `password=…`, `IDENTIFIED BY '…'`). `vocabulary`
//! finds values that lback has learned: granted secrets, variables of the environment, values of
//! `-x`, passwords of the engines that the launcher sees. Both search several `view`s of a text, so
//! that escape sequences and encodings hide nothing from them. In doubt more is hidden: these texts
//! go to plugins and chat rooms.
//!
//! A stream passes through a [`StreamRedactor`] before anything is cut from it.

mod encodings;
mod gate;
mod hits;
mod json;
mod learned;
mod names;
mod process;
mod search;
mod shapes;
mod stream;
mod strength;
mod view;
mod vocabulary;
mod windows;

pub(crate) use gate::Gate;
pub(crate) use json::{Treatment, redact_json};
pub(crate) use names::is_secret_option;
pub(crate) use process::{process, redact, redact_free};
pub(crate) use stream::StreamRedactor;

/// The text that replaces a secret.
pub(crate) const HIDDEN: &str = "***";

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
