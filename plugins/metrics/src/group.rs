//! The group that is pushed: its labels, and its path at the Pushgateway.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::run::Run;
use crate::settings::Settings;

/// A label's value with placeholders in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Project,
    Environment,
    Host,
}

impl TryFrom<String> for Template {
    type Error = String;

    fn try_from(template: String) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = template.as_str();
        while let Some((text, after)) = rest.split_once('{') {
            let (name, after) =
                after.split_once('}').ok_or_else(|| format!("a `{{` in `{template}` is never closed"))?;
            pieces.push(Piece::Text(text.to_owned()));
            pieces.push(match name {
                "project" => Piece::Project,
                "environment" => Piece::Environment,
                "host" => Piece::Host,
                _ => {
                    return Err(format!(
                        "there is no placeholder `{{{name}}}`: write `{{project}}`, `{{environment}}` or `{{host}}`"
                    ));
                }
            });
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self(pieces))
    }
}

impl Template {
    fn fill(&self, run: &Run) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Text(text) => text,
            Piece::Project => run.project,
            Piece::Environment => run.environment,
            Piece::Host => run.host,
        });
        pieces.collect()
    }
}

/// The labels that distinguish one group from another, including the job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    job: String,
    pub(crate) labels: BTreeMap<String, String>,
}

impl Group {
    pub(crate) fn of(settings: &Settings, run: &Run) -> Self {
        let labels = settings.grouping.iter().map(|(label, template)| (label.clone(), template.fill(run)));
        Self { job: settings.job.clone(), labels: labels.collect() }
    }

    /// Returns the path of the group at the Pushgateway, such as
    /// `/metrics/job/lback/environment/production`.
    pub(crate) fn path(&self) -> String {
        let mut path = format!("/metrics{}", segments("job", &self.job));
        for (label, value) in &self.labels {
            path.push_str(&segments(label, value));
        }
        path
    }

    /// Returns the key of the group's counters, short enough for the store whatever the labels are.
    /// In theory two groups can share a key, so the labels are stored with the counters.
    pub(crate) fn key(&self) -> String {
        // FNV-1a, 64 bits.
        let hash = self
            .path()
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
        format!("counters/{hash:016x}")
    }
}

/// Formats a label and its value as two segments of a path. A value that can't be a segment (empty,
/// with a slash, or one of the two that every client resolves as steps in the path) is encoded in
/// Base64, and the label's name then shows it.
fn segments(label: &str, value: &str) -> String {
    if value.is_empty() || value.contains('/') || value == "." || value == ".." {
        return format!("/{label}@base64/{}", base64url(value.as_bytes()));
    }
    let mut segments = format!("/{label}/");
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => segments.push(char::from(byte)),
            _ => {
                let digit = |nibble: u8| char::from(b"0123456789ABCDEF"[usize::from(nibble)]);
                segments.extend(['%', digit(byte >> 4), digit(byte & 0xf)]);
            }
        }
    }
    segments
}

/// Encodes bytes as in RFC 4648, section 5. An empty value is a single `=`, as in the Pushgateway:
/// an empty segment would be dropped in transit.
fn base64url(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    if bytes.is_empty() {
        return "=".to_owned();
    }
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for n in 0..4 {
            let index = (bits >> (18 - 6 * n)) & 0x3f;
            text.push(if n <= chunk.len() { char::from(ALPHABET[index as usize]) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::tests::run;

    fn group(json: &str, run: &Run) -> Group {
        Group::of(&Settings::parse(json).unwrap(), run)
    }

    #[test]
    fn paths() {
        let base = r#"{"pushgateway": "http://p"}"#;
        let shop = run("upgrade");
        assert_eq!(
            group(base, &shop).path(),
            "/metrics/job/lback/environment/production/instance/runner-7/project/shop"
        );
        let unnamed = Run { environment: "", host: "", project: "a/b", ..shop.clone() };
        assert_eq!(
            group(base, &unnamed).path(),
            "/metrics/job/lback/environment@base64/=/instance@base64/=/project@base64/YS9i"
        );
        let own = r#"{"pushgateway": "http://p", "job": "db/ops", "grouping": {"team": "pay ments", "stage": "{environment}-{project}!"}}"#;
        assert_eq!(group(own, &shop).path(), "/metrics/job@base64/ZGIvb3Bz/stage/production-shop%21/team/pay%20ments");
        let alone = r#"{"pushgateway": "http://p", "grouping": {}}"#;
        assert_eq!(group(alone, &shop).path(), "/metrics/job/lback");
    }

    #[test]
    fn segments_of_a_path() {
        for (value, expected) in [
            ("", "/l@base64/="),
            ("/", "/l@base64/Lw=="),
            (".", "/l@base64/Lg=="),
            ("..", "/l@base64/Li4="),
            ("/var/tmp", "/l@base64/L3Zhci90bXA="),
            ("a/??~ÿ", "/l@base64/YS8_P37Dvw=="),
            ("...", "/l/..."),
            ("50%", "/l/50%25"),
            ("münchen", "/l/m%C3%BCnchen"),
            ("a?b#c", "/l/a%3Fb%23c"),
        ] {
            assert_eq!(segments("l", value), expected, "{value}");
        }
    }

    #[test]
    fn keys_are_short_and_told_apart() {
        let base = r#"{"pushgateway": "http://p"}"#;
        let long = "x".repeat(1_000);
        let shop = run("upgrade");
        let keys = [
            group(base, &shop).key(),
            group(base, &Run { host: "", ..shop.clone() }).key(),
            group(base, &Run { project: &long, ..shop }).key(),
        ];
        assert!(keys.iter().all(|key| key.len() == "counters/".len() + 16));
        assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    }

    #[test]
    fn templates_are_checked() {
        for (template, complaint) in [
            ("{host", "a `{` in `{host` is never closed"),
            ("{}", "there is no placeholder `{}`: write `{project}`, `{environment}` or `{host}`"),
        ] {
            assert_eq!(Template::try_from(template.to_owned()).unwrap_err(), complaint);
        }
    }
}
