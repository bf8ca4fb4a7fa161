//! Overrides: the denials that the operator sets aside for one run, where `lback.toml` permits it.

use crate::config::{Config, nearest};
use crate::model::event::Override;
use crate::session::run_options::RunOptions;
use crate::support::exit::Exit;
use crate::support::redact::redact_free;
use crate::support::user_error::CommandError;
use crate::support::user_error::UserError;

/// An override that is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum OverrideError {
    #[error("`--override {name}`: there is no plugin `{name}` in `lback.toml`")]
    Unknown { name: String, near: Option<String> },
    #[error("`--override {name}` is not permitted: `lback.toml` doesn't allow to override the plugin `{name}`")]
    NotPermitted { name: String },
    #[error("`--reason` is empty")]
    NoReason,
}

impl UserError for OverrideError {
    fn exit(&self) -> Exit {
        match self {
            Self::NotPermitted { .. } => Exit::Denied,
            Self::Unknown { .. } | Self::NoReason => Exit::Usage,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::Unknown { near: None, .. } => "`lback plugin list` shows the plugins of this project".to_owned(),
            Self::NotPermitted { name } => format!(
                "the owner of the policy can permit it with `allow-override = true` in the `[[plugin]]` of `{name}`"
            ),
            Self::NoReason => "write the reason in a sentence: handlers are told, and the journal keeps it".to_owned(),
        })
    }
}

/// Returns the overrides of the command line, if `lback.toml` permits all of them.
pub(crate) fn overrides(options: &RunOptions, config: &Config) -> Result<Vec<Override>, CommandError> {
    let Some(reason) = options.reason.as_deref().map(str::trim) else { return Ok(Vec::new()) };
    if reason.is_empty() {
        return Err(OverrideError::NoReason.into());
    }
    // The text may be pasted, and contain a URL with a password.
    let reason = redact_free(reason).into_owned();
    let mut overrides = Vec::<Override>::new();
    for name in &options.overrides {
        permitted(name, config)?;
        if overrides.iter().all(|known| known.plugin != *name) {
            overrides.push(Override { plugin: name.clone(), reason: reason.clone() });
        }
    }
    Ok(overrides)
}

fn permitted(name: &str, config: &Config) -> Result<(), OverrideError> {
    match config.plugins.iter().find(|plugin| plugin.name == name) {
        Some(plugin) if plugin.allow_override => Ok(()),
        Some(_) => Err(OverrideError::NotPermitted { name: name.to_owned() }),
        None => {
            let known = config.plugins.iter().map(|plugin| plugin.name.as_str());
            Err(OverrideError::Unknown { name: name.to_owned(), near: nearest(name, known).map(str::to_owned) })
        }
    }
}
