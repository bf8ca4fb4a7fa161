//! The settings of slack, and which runs they select; `settings.schema.json` is generated from
//! these types.

use plugin_kit::alembic::{self, Effect};
use plugin_kit::pattern::Pattern;
use serde::{Deserialize, Serialize};

use crate::run::{Run, Stage};

const DEFAULT_ORIGIN: &str = "https://hooks.slack.com";
const DEFAULT_WEBHOOK: &str = "SLACK_WEBHOOK_URL";

/// The settings of slack.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Settings {
    /// The name of the secret that holds the address of the incoming webhook. The address itself
    /// doesn't belong here: anyone with the address can post.
    #[cfg_attr(test, schemars(with = "String", extend("pattern" = "^[^:/\\s]+$")))]
    pub(crate) webhook: SecretName,
    /// The origin of that address, if it isn't Slack's own: for servers with the same protocol.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "uri", "pattern" = "^https?://[^/?#@]+/?$")))]
    pub(crate) origin: Origin,
    /// The stages to report. `started` is also available, but not in the default.
    pub(crate) on: Vec<Stage>,
    /// The Alembic commands to report; `*` and `?` are wildcards. Default, and with an empty list:
    /// those that change the database (`upgrade`, `downgrade`, `stamp`, `ensure_version`), unless
    /// they only print SQL.
    pub(crate) commands: Vec<Pattern>,
    /// The environments to report; `*` and `?` are wildcards. A run without an environment is
    /// always reported. Default, and with an empty list: all.
    pub(crate) environments: Vec<Pattern>,
    /// The mention, in Slack's own syntax, such as `<!here>`, `<!subteam^S012345>` or `<@U012345>`.
    pub(crate) mention: Mention,
    /// The title of the project in messages. Default: the project's name.
    pub(crate) title: Option<String>,
    /// The number of lines of Alembic's output to show at most after a failure: the end of stderr,
    /// and stdout from the last `FAILED:` on. A database's error can quote data; 0 shows none.
    pub(crate) output_lines: u16,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            webhook: SecretName(DEFAULT_WEBHOOK.to_owned()),
            origin: Origin(DEFAULT_ORIGIN.to_owned()),
            on: vec![
                Stage::Completed,
                Stage::Failed,
                Stage::Denied,
                Stage::TimedOut,
                Stage::Interrupted,
                Stage::NotFound,
            ],
            commands: Vec::new(),
            environments: Vec::new(),
            mention: Mention::default(),
            title: None,
            output_lines: 20,
        }
    }
}

impl Settings {
    /// Returns whether this run is reported at this stage.
    pub(crate) fn wants(&self, run: &Run) -> bool {
        let command = if self.commands.is_empty() {
            alembic::effect(run.command, run.args) == Effect::Database
        } else {
            self.commands.iter().any(|pattern| pattern.matches(run.command))
        };
        let environment = run.environment().is_none_or(|name| {
            self.environments.is_empty() || self.environments.iter().any(|pattern| pattern.matches(name))
        });
        self.on.contains(&run.stage) && command && environment
    }
}

/// The mentions, by reported stage.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields, rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Mention {
    #[serde(skip_serializing_if = "Option::is_none")]
    started: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    denied: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    timed_out: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interrupted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_found: Option<String>,
}

impl Mention {
    /// Returns the mention at this stage, or none if a list is too long for a message.
    pub(crate) fn at(&self, stage: Stage) -> Option<&str> {
        const LONGEST: usize = 1_000;
        let words = match stage {
            Stage::Started => self.started.as_deref(),
            Stage::Completed => self.completed.as_deref(),
            Stage::Failed => self.failed.as_deref(),
            Stage::Denied => self.denied.as_deref(),
            Stage::TimedOut => self.timed_out.as_deref(),
            Stage::Interrupted => self.interrupted.as_deref(),
            Stage::NotFound => self.not_found.as_deref(),
        };
        words.filter(|words| words.encode_utf16().count() <= LONGEST)
    }
}

/// The name of a secret.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct SecretName(String);

impl SecretName {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SecretName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        // The error doesn't repeat the value: an address that was put here by mistake is a secret.
        if name.is_empty() || name.contains([':', '/']) || name.contains(char::is_whitespace) {
            Err("this is the name of a secret, as `SLACK_WEBHOOK_URL`, not the address itself")
        } else {
            Ok(Self(name))
        }
    }
}

/// A web origin. The host reads it from the settings to find what is requested; here it is only
/// checked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Origin(String);

impl TryFrom<String> for Origin {
    type Error = &'static str;

    fn try_from(url: String) -> Result<Self, Self::Error> {
        // A longer value may be a webhook's address, which is a secret: the error doesn't repeat it
        // either.
        let bare = url.strip_suffix('/').unwrap_or(&url);
        let rest = bare.strip_prefix("https://").or_else(|| bare.strip_prefix("http://"));
        if rest.is_some_and(|rest| {
            !rest.is_empty() && !rest.contains(['/', '?', '#', '@']) && !rest.contains(char::is_whitespace)
        }) {
            Ok(Self(url))
        } else {
            Err("this is scheme, host and, where it is needed, port, as `https://hooks.slack.com`")
        }
    }
}

#[cfg(test)]
mod tests;
