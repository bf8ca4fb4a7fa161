//! The options that `plugin test` and `plugin bench` share: the plugin, its settings and the
//! events.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use serde_json::{Map, Value};

use super::error::InvalidPlugin;
use crate::config::UnlistedPlugin;
use crate::config::{self, PluginConfig};
use crate::plugin::{Failure, Plugin, Runtime, TapeError};
use crate::registry::{BuiltinPlugin, Source};
use crate::sample::{self, Sample, SampleError};
use crate::session::project::Project;
use crate::support::exit::Exit;
use crate::support::io_error::exit_of_write;
use crate::support::read_file;
use crate::support::user_error::CommandError;
use crate::support::user_error::UserError;
use crate::ui::ExpectationError;

/// The plugin under test, its settings and the events.
#[derive(Args)]
pub(super) struct Tried {
    /// The name of a plugin of `lback.toml`, a plugin of lback's own as `builtin:guard`, or the
    /// file of a component
    plugin: PathBuf,

    /// The plugin's settings: a JSON or TOML file, instead of those of `lback.toml`
    #[arg(long, value_name = "FILE")]
    settings: Option<PathBuf>,

    /// One setting, as `protect=["production"]` or `server.port=8080`; a value that is not TOML is
    /// a string. May be given several times
    #[arg(long = "set", value_name = "KEY=VALUE")]
    set: Vec<String>,

    /// Use the events of this file, in the form of `--events`; `schemas/plugin-signal.schema.json`
    /// describes it. May be given several times
    #[arg(long = "signal", value_name = "FILE")]
    signals: Vec<PathBuf>,
}

/// An error in the files or options of a trial.
#[derive(Debug, thiserror::Error)]
pub(super) enum TrialError {
    #[error("cannot read the settings of `{}`: {cause}", .path.display())]
    Settings { path: PathBuf, cause: io::Error },
    #[error("the settings of `{}` are not valid: {why}", .path.display())]
    SettingsFile { path: PathBuf, why: String },
    #[error("`--set {0}` sets nothing")]
    Set(String),
    #[error("`--set {0}` goes into a setting that is not a table")]
    SetInto(String),
    #[error(transparent)]
    Sample(#[from] SampleError),
    #[error("the recording `{}` can't be used: {error}", .path.display())]
    Tape { path: PathBuf, error: TapeError },
    #[error(transparent)]
    Expectation(#[from] ExpectationError),
    #[error("`--secret {0}` names no secret")]
    Secret(String),
    #[error("cannot make a folder for what the plugin stores: {0}")]
    Folder(io::Error),
}

impl UserError for TrialError {
    fn exit(&self) -> Exit {
        match self {
            Self::Tape { error: TapeError::Write(cause), .. } => exit_of_write(cause),
            _ => Exit::Usage,
        }
    }

    fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Set(_) => "write a key and a value, as `--set title=shop`",
            Self::SettingsFile { .. } => "write one table, as it would stand in `[plugin.settings]`, or a JSON object",
            Self::Sample(SampleError::Invalid { .. } | SampleError::Empty(_)) => {
                "write events as `lback --events` does; `schemas/plugin-signal.schema.json` describes them"
            }
            Self::Sample(SampleError::Plan { .. }) => "write it with `lback plan --json`",
            Self::Tape { error: TapeError::Read(_), .. } => "make it with `--record` first",
            Self::Tape { error: TapeError::Invalid(_) | TapeError::OtherFormat(_), .. } => {
                "record it again; `schemas/plugin-recording.schema.json` describes it"
            }
            Self::Expectation(_) => {
                "write `OUTCOME` or `EVENT=OUTCOME`, with an outcome of `allow`, `deny`, `deny:CODE`, `ok`, `error`, `error:TEXT`"
            }
            Self::Secret(_) => "write `--secret NAME`, or `--secret NAME=VALUE`",
            Self::Settings { .. } | Self::SetInto(_) | Self::Sample(_) | Self::Tape { .. } | Self::Folder(_) => {
                return None;
            }
        };
        Some(hint.to_owned())
    }
}

impl Tried {
    /// Returns the plugin's configuration: from `lback.toml` where it is listed there, and
    /// otherwise the defaults for a file.
    pub(super) fn config(&self, project: &Project) -> Result<PluginConfig, CommandError> {
        let listed = project.config.plugins.iter().find(|plugin| self.plugin == Path::new(&plugin.name));
        let path = project.here.join(&self.plugin);
        let mut plugin = match listed {
            Some(listed) => listed.clone(),
            None if let Some(builtin) = self.builtin() => {
                config::unlisted_plugin(&builtin.name, Source::Builtin(builtin))
            }
            // A bare word is read as a name.
            None if self.plugin.components().count() == 1 && self.plugin.extension().is_none() && !path.exists() => {
                return Err(UnlistedPlugin(self.plugin.display().to_string()).into());
            }
            None => {
                let name = self.plugin.file_stem().unwrap_or_default().to_string_lossy();
                config::unlisted_plugin(&name, Source::Path(path))
            }
        };
        if let Some(path) = &self.settings {
            plugin.settings = read_settings(path)?;
        }
        for set in &self.set {
            assign(&mut plugin.settings, set)?;
        }
        if self.settings.is_some() || !self.set.is_empty() {
            plugin.file = None;
        }
        Ok(plugin)
    }

    /// Loads the plugin: the installed one if `lback.toml` lists it, and otherwise lback's own or
    /// the file.
    pub(super) async fn load(&self, runtime: &Arc<Runtime>, config: &PluginConfig) -> Result<Plugin, CommandError> {
        let loaded =
            if self.is_listed(config) { runtime.load(config).await } else { runtime.load_unlisted(config).await };
        Ok(loaded.map_err(|failure| self.invalid(failure))?)
    }

    /// Returns `true` if files of events were given.
    pub(super) fn names_samples(&self) -> bool {
        !self.signals.is_empty()
    }

    /// Returns the plugin of lback's own that the argument names.
    fn builtin(&self) -> Option<&'static BuiltinPlugin> {
        match self.plugin.to_str()?.parse() {
            Ok(Source::Builtin(builtin)) => Some(builtin),
            _ => None,
        }
    }

    fn is_listed(&self, config: &PluginConfig) -> bool {
        self.plugin == Path::new(&config.name)
    }

    fn invalid(&self, failure: Failure) -> InvalidPlugin {
        InvalidPlugin { plugin: self.plugin.display().to_string(), failure: Box::new(failure) }
    }

    /// Returns the events of the files.
    pub(super) fn samples(&self) -> Result<Vec<Sample>, CommandError> {
        let mut samples = Vec::new();
        for path in &self.signals {
            samples.extend(sample::read(path).map_err(TrialError::from)?);
        }
        Ok(samples)
    }
}

fn read_settings(path: &Path) -> Result<Value, TrialError> {
    let invalid = |why: String| TrialError::SettingsFile { path: path.to_owned(), why };
    let text = read_file::read_named_text(path, read_file::WRITTEN_BY_HAND)
        .map_err(|cause| TrialError::Settings { path: path.to_owned(), cause })?;
    let settings = if path.extension().is_some_and(|extension| extension == "toml") {
        let table: toml::Table = text.parse().map_err(|error: toml::de::Error| invalid(error.message().to_owned()))?;
        config::json_of_toml(toml::Value::Table(table))
    } else {
        serde_json::from_str(&text).map_err(|error| invalid(error.to_string()))?
    };
    if settings.is_object() { Ok(settings) } else { Err(invalid("they are no table".into())) }
}

/// Assigns one setting, and creates the tables above it.
fn assign(settings: &mut Value, set: &str) -> Result<(), TrialError> {
    let (key, value) =
        set.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(|| TrialError::Set(set.to_owned()))?;
    let mut at = settings;
    for part in key.split('.') {
        let table = at.as_object_mut().ok_or_else(|| TrialError::SetInto(set.to_owned()))?;
        at = table.entry(part).or_insert_with(|| Value::Object(Map::new()));
    }
    let parsed: Option<toml::Table> = format!("value = {value}").parse().ok();
    let parsed = parsed.filter(|table| table.len() == 1).and_then(|mut table| table.remove("value"));
    *at = parsed.map_or_else(|| Value::String(value.to_owned()), config::json_of_toml);
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn settings_are_set_one_by_one() {
        let mut settings = json!({ "a": 1, "t": { "x": true } });
        for set in ["a=2", "b=text", "c=[\"x\", \"y\"]", "t.y=0.5", "n.e.w=\"2\"", "u=https://a.example/?b=c", "e="] {
            assign(&mut settings, set).unwrap();
        }
        assert_eq!(
            settings,
            json!({
                "a": 2, "b": "text", "c": ["x", "y"], "t": { "x": true, "y": 0.5 }, "n": { "e": { "w": "2" } },
                "u": "https://a.example/?b=c", "e": ""
            })
        );
        assert!(matches!(assign(&mut settings, "a.b=1"), Err(TrialError::SetInto(_))));
        assert!(matches!(assign(&mut settings, "novalue"), Err(TrialError::Set(_))));
        assert!(matches!(assign(&mut settings, "=1"), Err(TrialError::Set(_))));
    }
}
