//! Parsing of a plugin's `settings` table, with errors that name the key and the reason.

use serde::de::DeserializeOwned;

/// An invalid key of the settings.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("wrong settings: {}{reason}", in_backticks(.path))]
pub struct SettingsError {
    /// The key, as `freeze[1].time-zone`; empty for the table as a whole.
    pub path: String,
    /// The reason.
    pub reason: String,
}

impl SettingsError {
    /// Builds the error for the key at `path`.
    pub fn at(path: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { path: path.into(), reason: reason.into() }
    }
}

fn in_backticks(path: &str) -> String {
    if path.is_empty() { String::new() } else { format!("`{path}`: ") }
}

/// Parses the JSON that the host passes to a plugin as its settings.
pub fn parse<T: DeserializeOwned>(json: &str) -> Result<T, SettingsError> {
    // Empty settings are valid: the plugin then runs with its defaults.
    let json = if json.trim().is_empty() { "{}" } else { json };
    let mut reader = serde_json::Deserializer::from_str(json);
    let parsed = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let path = if path == "." { String::new() } else { path };
        SettingsError { path, reason: without_position(&error.into_inner().to_string()) }
    })?;
    reader.end().map_err(|error| SettingsError::at("", without_position(&error.to_string())))?;
    Ok(parsed)
}

/// Removes the line and column, which refer to the host's JSON rather than the user's `lback.toml`.
fn without_position(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(message, _)| message).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, PartialEq, serde::Deserialize)]
    #[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
    struct Example {
        windows: Vec<Window>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields, rename_all = "kebab-case")]
    struct Window {
        time_zone: String,
    }

    #[track_caller]
    fn complaint(json: &str) -> String {
        parse::<Example>(json).unwrap_err().to_string()
    }

    #[test]
    fn nothing_set_is_the_default() {
        assert_eq!(parse::<Example>(""), Ok(Example::default()));
        assert_eq!(parse::<Example>("{}"), Ok(Example::default()));
    }

    #[test]
    fn a_complaint_names_the_key() {
        assert_eq!(
            complaint(r#"{"windows": [{"time-zone": 5}]}"#),
            "wrong settings: `windows[0].time-zone`: invalid type: integer `5`, expected a string"
        );
        assert_eq!(
            complaint(r#"{"windows": [{"time-zone": "UTC"}, {"zone": "UTC"}]}"#),
            "wrong settings: `windows[1].zone`: unknown field `zone`, expected `time-zone`"
        );
        assert_eq!(complaint(r#"{"windows": [{}]}"#), "wrong settings: `windows[0]`: missing field `time-zone`");
    }

    #[test]
    fn what_is_no_object_is_refused() {
        assert_eq!(complaint("7"), "wrong settings: invalid type: integer `7`, expected struct Example");
        assert_eq!(complaint("{} {}"), "wrong settings: trailing characters");
    }
}
