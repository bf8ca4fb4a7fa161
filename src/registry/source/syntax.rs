//! The written form of a source, in `lback.toml`, in the lock file and on the command line.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use oci_client::Reference;
use url::Url;

use crate::registry::builtin::{BuiltinPlugin, builtin_plugin, builtin_plugins};
use crate::support::nearest::nearest;

/// The scheme of lback's own plugins.
const BUILTIN: &str = "builtin";

/// A source of a plugin. Its printed form is its parsed form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Source {
    /// A plugin of lback's own.
    Builtin(&'static BuiltinPlugin),
    /// A file, relative to the project's root.
    Path(PathBuf),
    Https(Url),
    /// A reference with a tag, a digest, or both.
    Oci(Reference),
}

/// The reason why a text is not a source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SourceSyntaxError {
    #[error("a source is a path or a URL, and this is empty")]
    Empty,
    #[error("a source is written on one line, without control characters")]
    ControlCharacter,
    #[error("`{0}` is not encrypted")]
    PlainHttp(String),
    #[error("`{0}:` is not a kind of source")]
    Scheme(String),
    #[error("this lback has no plugin `{0}`")]
    Builtin(String),
    #[error("`{text}` is not a URL: {cause}")]
    Url { text: String, cause: url::ParseError },
    #[error("a source must not contain a user or a password")]
    UserInfo,
    #[error("`{0}` has a fragment (`#…`), which no server gets to see")]
    Fragment(String),
    #[error("`{text}` is not an OCI reference: {why}")]
    Oci { text: String, why: String },
}

impl SourceSyntaxError {
    /// Returns the next step for the user.
    pub(crate) fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty | Self::ControlCharacter => return None,
            Self::PlainHttp(_) => "anyone on the way could change the plugin: use `https://`, or download the file",
            Self::Scheme(_) => "write a path, `builtin:NAME`, `https://…`, or `oci://registry/repository:tag`",
            Self::Builtin(name) => return Some(builtin_hint(name)),
            Self::Url { .. } => "write it as `https://example.com/guard.wasm`",
            Self::UserInfo => {
                "for a registry, `docker login` keeps the credentials; a web server must hand the plugin out without"
            }
            Self::Fragment(_) => "leave the fragment out",
            Self::Oci { .. } => "write it as `oci://registry.example.com/team/guard:1.2.0`, or with `@sha256:…`",
        };
        Some(hint.to_owned())
    }
}

fn builtin_hint(name: &str) -> String {
    match nearest(name, builtin_plugins().iter().map(|plugin| plugin.name.as_str())) {
        Some(near) => format!("did you mean `{BUILTIN}:{near}`?"),
        None => "`lback plugin list --available` lists lback's own plugins; a newer lback may have more".to_owned(),
    }
}

impl Source {
    /// Returns the file of a path source.
    pub(crate) fn file(&self, root: &Path) -> Option<PathBuf> {
        match self {
            Self::Path(path) => Some(root.join(path)),
            Self::Builtin(_) | Self::Https(_) | Self::Oci(_) => None,
        }
    }

    /// Returns whether a run reads the plugin at its source, and not from a store.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self, Self::Builtin(_) | Self::Path(_))
    }
}

impl FromStr for Source {
    type Err = SourceSyntaxError;

    /// Parses a source. A scheme has at least two letters; one letter is a Windows drive.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text.trim().is_empty() {
            return Err(SourceSyntaxError::Empty);
        }
        if text.chars().any(char::is_control) {
            return Err(SourceSyntaxError::ControlCharacter);
        }
        let Some((scheme, rest)) = text.split_once(':').filter(|(scheme, _)| is_scheme(scheme)) else {
            return Ok(Self::Path(PathBuf::from(text)));
        };
        match scheme.to_ascii_lowercase().as_str() {
            "https" => https(text),
            "http" => Err(SourceSyntaxError::PlainHttp(text.to_owned())),
            "oci" => oci(text, rest),
            BUILTIN => {
                builtin_plugin(rest).map(Self::Builtin).ok_or_else(|| SourceSyntaxError::Builtin(rest.to_owned()))
            }
            other => Err(SourceSyntaxError::Scheme(other.to_owned())),
        }
    }
}

fn is_scheme(text: &str) -> bool {
    text.len() > 1
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

fn https(text: &str) -> Result<Source, SourceSyntaxError> {
    let url = Url::parse(text).map_err(|cause| SourceSyntaxError::Url { text: text.to_owned(), cause })?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SourceSyntaxError::UserInfo);
    }
    if url.fragment().is_some() {
        return Err(SourceSyntaxError::Fragment(text.to_owned()));
    }
    Ok(Source::Https(url))
}

fn oci(text: &str, rest: &str) -> Result<Source, SourceSyntaxError> {
    let wrong = |why: &str| SourceSyntaxError::Oci { text: text.to_owned(), why: why.to_owned() };
    let rest = rest.strip_prefix("//").ok_or_else(|| wrong("`//` must follow `oci:`"))?;
    // The grammar of references would read a user as the name of a registry, and report little.
    if rest.split('/').next().is_some_and(|registry| registry.contains('@')) && rest.contains('/') {
        return Err(SourceSyntaxError::UserInfo);
    }
    // Docker fills in its own registry and the tag `latest`. lback guesses neither, so that the
    // installed plugin is the intended one.
    let registry = rest.split_once('/').map(|(registry, _)| registry).unwrap_or_default();
    if !registry.contains(['.', ':']) && registry != "localhost" {
        return Err(wrong("it names no registry"));
    }
    let reference: Reference = rest.parse().map_err(|error| wrong(&format!("{error}")))?;
    if let Some(digest) = reference.digest() {
        digest.parse::<crate::support::digest::Digest>().map_err(|error| wrong(&error.to_string()))?;
    }
    if reference.digest().is_none() && !rest.rsplit('/').next().is_some_and(|last| last.contains(':')) {
        return Err(wrong("it has neither a tag nor a digest"));
    }
    Ok(Source::Oci(reference))
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Builtin(plugin) => write!(f, "{BUILTIN}:{}", plugin.name),
            Self::Path(path) => path.display().fmt(f),
            Self::Https(url) => url.fmt(f),
            Self::Oci(reference) => write!(f, "oci://{reference}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    #[test]
    fn a_source_is_written_as_it_is_read() {
        for text in [
            "builtin:guard",
            "plugins/guard.wasm",
            "/srv/guard.wasm",
            "C:\\plugins\\guard.wasm",
            "https://example.com/guard.wasm?version=2",
            "oci://registry.example.com/team/guard:1.2.0",
            "oci://localhost:5000/guard:1",
            &format!("oci://registry.example.com/team/guard@sha256:{HEX}"),
            &format!("oci://registry.example.com/team/guard:1@sha256:{HEX}"),
        ] {
            assert_eq!(text.parse::<Source>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_names_no_source_is_refused() {
        let why = |text: &str| text.parse::<Source>().unwrap_err();
        assert_eq!(why(" "), SourceSyntaxError::Empty);
        assert_eq!(why("a\nb"), SourceSyntaxError::ControlCharacter);
        assert!(matches!(why("http://example.com/guard.wasm"), SourceSyntaxError::PlainHttp(_)));
        assert_eq!(why("ftp://example.com/guard.wasm"), SourceSyntaxError::Scheme("ftp".into()));
        assert!(matches!(why("https://"), SourceSyntaxError::Url { .. }));
        assert_eq!(why("https://me:secret@example.com/guard.wasm"), SourceSyntaxError::UserInfo);
        assert_eq!(why("oci://me:secret@example.com/guard:1"), SourceSyntaxError::UserInfo);
        assert!(matches!(why("https://example.com/guard.wasm#x"), SourceSyntaxError::Fragment(_)));
    }

    #[test]
    fn a_plugin_of_lback_has_exactly_its_name() {
        for text in
            ["builtin:", "builtin:Guard", "builtin:guard.wasm", "builtin://guard", "builtin: guard", "builtin:guard@1"]
        {
            let error = text.parse::<Source>().unwrap_err();
            assert_eq!(error, SourceSyntaxError::Builtin(text["builtin:".len()..].to_owned()), "{text}");
        }
        assert_eq!(SourceSyntaxError::Builtin("gaurd".into()).hint().unwrap(), "did you mean `builtin:guard`?");
        assert_eq!("BUILTIN:guard".parse::<Source>().unwrap().to_string(), "builtin:guard");
        assert!(matches!("./guard".parse::<Source>().unwrap(), Source::Path(_)));
    }

    #[test]
    fn neither_registry_nor_tag_is_guessed() {
        for (text, reason) in [
            ("oci:registry.example.com/guard:1", "must follow"),
            ("oci://guard:1", "no registry"),
            ("oci://team/guard:1", "no registry"),
            ("oci://localhost:5000/guard", "neither a tag nor a digest"),
            ("oci://registry.example.com/Guard:1", "reference"),
            ("oci://registry.example.com/guard@sha256:12", "reference"),
            ("oci://", "no registry"),
        ] {
            let error = text.parse::<Source>().unwrap_err();
            assert!(matches!(&error, SourceSyntaxError::Oci { .. }), "{text}: {error:?}");
            assert!(error.to_string().contains(reason), "{text}: {error}");
        }
    }
}
