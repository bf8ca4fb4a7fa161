//! What the owner of a project can set, and which runs that chooses; `settings.schema.json` is made from these types.

use plugin_kit::alembic::{self, Effect};
use plugin_kit::pattern::Pattern;
use serde::{Deserialize, Serialize};

use crate::run::{Run, Stage};

const DEFAULT_ORIGIN: &str = "https://hooks.slack.com";
const DEFAULT_WEBHOOK: &str = "SLACK_WEBHOOK_URL";

/// Settings of slack.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Settings {
    /// The name of the secret that holds the address of the incoming webhook. The address itself doesn't belong here: whoever knows it can
    /// post.
    #[cfg_attr(test, schemars(with = "String", extend("pattern" = "^[^:/\\s]+$")))]
    pub(crate) webhook: SecretName,
    /// The origin of that address, where it isn't Slack's own: for servers that speak the same protocol.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "uri", "pattern" = "^https?://[^/?#@]+/?$")))]
    pub(crate) origin: Origin,
    /// What to report. `started` is there as well, but not by default.
    pub(crate) on: Vec<Stage>,
    /// Which of Alembic's commands to report; `*` and `?` are wildcards. Default, and with an empty list: those that change the database
    /// (`upgrade`, `downgrade`, `stamp`, `ensure_version`), unless they only print SQL.
    pub(crate) commands: Vec<Pattern>,
    /// From which environments; `*` and `?` are wildcards. A run whose environment nobody named is always among them. Default, and with an
    /// empty list: from all.
    pub(crate) environments: Vec<Pattern>,
    /// Whom to mention, in Slack's own words, as `<!here>`, `<!subteam^S012345>` or `<@U012345>`.
    pub(crate) mention: Mention,
    /// What to call the project. Default: the project's name.
    pub(crate) title: Option<String>,
    /// How many lines of Alembic's output to show at most where it failed: the end of stderr, and what stdout has from the last `FAILED:` on.
    /// An error of a database can quote data; 0 shows none.
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
    /// Is this run to be reported at this stage?
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

/// Whom to mention, by what is reported.
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
    /// Its words; of a list that is longer than a message has room for, none.
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
        // The complaint doesn't repeat it: an address that was put here by mistake is a secret.
        if name.is_empty() || name.contains([':', '/']) || name.contains(char::is_whitespace) {
            Err("this is the name of a secret, as `SLACK_WEBHOOK_URL`, not the address itself")
        } else {
            Ok(Self(name))
        }
    }
}

/// A web origin. The host reads it from the settings to know what is asked for; here it is only checked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Origin(String);

impl TryFrom<String> for Origin {
    type Error = &'static str;

    fn try_from(url: String) -> Result<Self, Self::Error> {
        // Anything more may be a webhook's address, which is a secret: it isn't repeated either.
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
