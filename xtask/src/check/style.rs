//! `xtask/style.toml`: the lists of words, and the exceptions with their reasons.

use crate::error::Error;
use serde::Deserialize;
use std::{fs, path::Path};

const FILE: &str = "xtask/style.toml";

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Style {
    pub(super) first_words: Vec<String>,
    #[serde(default)]
    pub(super) terms: Vec<Term>,
    #[serde(default)]
    pub(super) type_names: Vec<SharedName>,
    #[serde(default)]
    pub(super) circles: Vec<AllowedImport>,
}

/// Phrases to avoid, and what to write instead.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Term {
    pub(super) phrases: Vec<String>,
    pub(super) instead: String,
    #[serde(default)]
    pub(super) except: Vec<ExceptedFile>,
}

/// A file that may contain a phrase.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExceptedFile {
    pub(super) file: String,
    #[serde(rename = "reason")]
    _reason: String,
}

/// A type name that several modules of a crate may define.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SharedName {
    pub(super) name: String,
    #[serde(rename = "reason")]
    _reason: String,
}

/// An import that may close a circle.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AllowedImport {
    pub(super) from: String,
    pub(super) to: String,
    #[serde(rename = "reason")]
    _reason: String,
}

impl Style {
    pub(super) fn read(root: &Path) -> Result<Self, Error> {
        let file = root.join(FILE);
        let text = fs::read_to_string(&file).map_err(Error::file("read", file))?;
        toml::from_str(&text).map_err(|error| Error::Settings(FILE.into(), error.to_string()))
    }
}
