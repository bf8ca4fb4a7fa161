//! The faults of `lback.toml`: their messages and hints. [`Problem`] adds the position.

use std::{ops::Range, time::Duration};

use bytesize::ByteSize;

use super::origin::{Origin, OriginError};
use crate::registry::SourceSyntaxError;
use crate::support::environment_name::EnvironmentNameError;
use crate::support::printable::is_unsafe;

/// A fault and its position in the file.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The bytes in the file's text, without a byte order mark.
    pub(super) span: Range<usize>,
    /// The position of the first occurrence, if the fault is a repetition.
    pub(super) first: Option<Range<usize>>,
    pub(super) fault: Fault,
}

impl Problem {
    pub(super) fn new(span: Range<usize>, fault: Fault) -> Self {
        Self { span, first: None, fault }
    }

    pub(super) fn repeated(span: Range<usize>, first: Range<usize>, fault: Fault) -> Self {
        Self { span, first: Some(first), fault }
    }
}

/// The kind of fault. Texts from the file are shown through [`quote`].
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    #[error("the file is not UTF-8")]
    NotUtf8,
    #[error("this is an unresolved merge conflict")]
    MergeConflict,
    #[error("not valid TOML: {message}")]
    Syntax { message: String },
    #[error("unknown key {} {place}", quote(key))]
    UnknownKey { key: String, place: String, advice: KeyAdvice },
    #[error("{table} has no `{key}`")]
    MissingKey { key: String, table: String },
    #[error("{what} must be {expected}, not {found}")]
    WrongType { what: String, expected: &'static str, found: &'static str, advice: Option<String> },
    #[error("`{key}` must not be empty")]
    EmptyList { key: String },
    #[error("repeated item in `{key}`")]
    Repeated { key: String },
    #[error("unknown {what} {}", quote(value))]
    UnknownValue { what: String, value: String, known: Vec<String> },
    #[error("two plugins have the name {}", quote(name))]
    RepeatedPlugin { name: String },
    #[error("{} is not a plugin's name", quote(name))]
    PluginName { name: String },
    #[error("not the name of a secret")]
    SecretName,
    #[error("`{key}` must not be empty")]
    EmptyText { key: &'static str },
    #[error("`{key}` contains a control character")]
    ControlCharacter { key: &'static str },
    #[error("{0}")]
    Environment(EnvironmentNameError),
    #[error("{} is not a duration", quote(value))]
    Duration { value: String },
    #[error("{} is too {}", quote(value), if *.short { "short" } else { "long" })]
    DurationRange { value: String, short: bool, limits: (Duration, Duration) },
    #[error("{value} is not a number of retries")]
    Retries { value: i64, most: u32 },
    #[error(
        "the first pause of `retry-wait`, {}, is longer than the longest one, {}",
        humantime::format_duration(*from),
        humantime::format_duration(*to)
    )]
    RetryWait { from: Duration, to: Duration },
    #[error("{} is not a size", quote(value))]
    Size { value: String },
    #[error("{} is too {}", quote(value), if *.little { "little" } else { "much" })]
    SizeRange { value: String, little: bool, limits: (u64, u64) },
    #[error("not an origin: {why}")]
    Origin {
        why: OriginError,
        /// The origin of the written URL.
        near: Option<Origin>,
    },
    #[error("{0}")]
    Source(SourceSyntaxError),
    #[error("{} is not a public key of minisign", quote(value))]
    PublicKey { value: String },
    #[error("{} can't be passed to a plugin: JSON has no such number", quote(value))]
    NotJson { value: String },
    /// A setting of a plugin that its schema refuses.
    #[error("{path}{reason}")]
    Setting { path: String, reason: String, hidden: bool },
    /// A value that matches the schema, but not the types. Both have the same definition, so this
    /// is unexpected.
    #[error("{message}")]
    Other { message: String },
}

/// The advice for an unknown key.
#[derive(Debug)]
pub(super) enum KeyAdvice {
    /// A similar key.
    Near(String),
    /// A similar key, which belongs in one of these tables.
    In { key: String, tables: Vec<String> },
    /// A key that may be a setting of the plugin itself.
    Setting,
    /// The keys that are known there.
    Known(Vec<String>),
}

impl Fault {
    /// Returns whether the text may itself be a secret: a token in place of its name, or a whole
    /// webhook URL. It is not shown, because reports end up in the logs of CI.
    pub(super) fn hides_text(&self) -> bool {
        matches!(
            self,
            Self::Setting { hidden: true, .. }
                | Self::SecretName
                | Self::Origin { why: OriginError::Path | OriginError::UserInfo, .. }
                | Self::Source(SourceSyntaxError::UserInfo)
        )
    }

    /// Returns the next step for the user.
    pub(super) fn hint(&self) -> Option<String> {
        Some(match self {
            Self::MergeConflict => {
                "keep the lines that are right, and delete those that begin with `<<<<<<<`, `=======` and `>>>>>>>`"
                    .to_owned()
            }
            Self::NotUtf8 => "save it as UTF-8".to_owned(),
            Self::UnknownKey { advice, .. } => match advice {
                KeyAdvice::Near(near) => format!("did you mean `{near}`?"),
                KeyAdvice::In { key, tables } => {
                    format!("`{key}` belongs in {}", tables.join(" or "))
                }
                KeyAdvice::Setting => "if it is a setting of the plugin, move it to `[plugin.settings]`".to_owned(),
                KeyAdvice::Known(known) => format!("known here: {}", list(known)),
            },
            Self::MissingKey { key, .. } if key == "source" => {
                "name a plugin of lback, as `source = \"builtin:guard\"`, or the component's file".to_owned()
            }
            Self::MissingKey { key, .. } if key == "name" => "give it a name, as `name = \"guard\"`".to_owned(),
            Self::WrongType { advice, .. } => advice.clone()?,
            Self::EmptyList { key } if key == "command" => {
                "name the program, as `[\"alembic\"]`, or remove the key to let lback find it".to_owned()
            }
            Self::EmptyList { key } if key == "signals" => {
                "remove the key to give the plugin the signals that it requests".to_owned()
            }
            Self::Repeated { .. } => "remove one of them".to_owned(),
            Self::UnknownValue { value, known, .. } => {
                match crate::support::nearest::nearest(value, known.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known: {}", list(known)),
                }
            }
            Self::RepeatedPlugin { .. } => "rename one; both may have the same `source`".to_owned(),
            Self::PluginName { .. } => {
                "use at most 64 lower-case letters, digits and single dashes, a letter first, as `freeze-guard`".to_owned()
            }
            Self::SecretName => {
                "use letters, digits and underscores, no digit first, as `SLACK_WEBHOOK_URL`; the value itself is not part of this file"
                    .to_owned()
            }
            Self::EmptyText { .. } => "write a value, or remove the key".to_owned(),
            Self::Duration { .. } => "write a number and a unit, as `500ms`, `2s`, `30m`, `1h 30m`".to_owned(),
            Self::DurationRange { value, limits: (least, most), .. } => format!(
                "choose from {} to {}{}",
                humantime::format_duration(*least),
                humantime::format_duration(*most),
                if value.contains('M') { "; `M` is a month, `m` a minute" } else { "" },
            ),
            Self::Retries { most, .. } => format!("choose from 0 to {most}"),
            Self::RetryWait { .. } => "exchange them, as `{ from = \"1s\", to = \"30s\" }`".to_owned(),
            Self::Size { .. } => "write a number and a unit, as `64MiB`".to_owned(),
            Self::SizeRange { limits: (least, most), .. } => {
                format!("choose from {} to {}", ByteSize::b(*least), ByteSize::b(*most))
            }
            Self::Origin { near: Some(origin), .. } => format!("write `{origin}`"),
            Self::Origin { near: None, .. } => {
                "write scheme, host and, unless it is the scheme's own, port, as `https://hooks.slack.com`".to_owned()
            }
            Self::Environment(_) => "delete the name and type it again; don't paste it".to_owned(),
            Self::Source(why) => why.hint()?,
            Self::PublicKey { .. } => {
                "copy the line of `minisign.pub` that begins with `RW`: 56 letters and digits, `+` and `/`".to_owned()
            }
            Self::NotJson { .. } => "write it as a string, if the plugin accepts one".to_owned(),
            Self::Syntax { .. }
            | Self::MissingKey { .. }
            | Self::EmptyList { .. }
            | Self::ControlCharacter { .. }
            | Self::Setting { .. }
            | Self::Other { .. } => return None,
        })
    }
}

/// Quotes a text in backticks, as one short line without control characters: a terminal must not
/// interpret the content of a file.
pub(super) fn quote(text: &str) -> String {
    const MOST: usize = 80;
    let shown: String = text.chars().take(MOST).flat_map(escape).collect();
    let rest = if text.chars().nth(MOST).is_some() { "…" } else { "" };
    format!("`{shown}{rest}`")
}

fn escape(c: char) -> impl Iterator<Item = char> {
    let (escaped, plain) = if is_unsafe(c) { (Some(c.escape_default()), None) } else { (None, Some(c)) };
    escaped.into_iter().flatten().chain(plain)
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
