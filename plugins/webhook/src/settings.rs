//! The settings of webhook; `settings.schema.json` is generated from these types.

use serde::{Deserialize, Serialize};

const DEFAULT_SECRET: &str = "WEBHOOK_SECRET";

/// The settings of webhook.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Settings {
    /// The address that events are posted to. Its origin is what `allow.http` grants.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "uri", "pattern" = "^https?://")))]
    pub(crate) url: Address,
    /// The name of the secret with the signing key, `whsec_…`, or with several of them, with spaces
    /// between.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "String", extend("pattern" = "^[A-Za-z_][A-Za-z0-9_]*$")))]
    pub(crate) secret: SecretName,
}

/// The address of the receiver.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String")]
pub(crate) struct Address(String);

impl Address {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Address {
    type Error = &'static str;

    fn try_from(url: String) -> Result<Self, Self::Error> {
        if url.starts_with("https://") || url.starts_with("http://") {
            Ok(Self(url))
        } else {
            Err("this is an address, as `https://hooks.example.com/lback`")
        }
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

impl Default for SecretName {
    fn default() -> Self {
        Self(DEFAULT_SECRET.to_owned())
    }
}

impl TryFrom<String> for SecretName {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_name = name.chars().all(is_word) && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        // The error doesn't repeat the value: a key that was put here by mistake is a secret.
        if is_name && !name.starts_with("whsec_") {
            Ok(Self(name))
        } else {
            Err("this is the name of a secret, as `WEBHOOK_SECRET`, not the key itself")
        }
    }
}

#[cfg(test)]
mod tests;
