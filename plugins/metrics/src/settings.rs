//! The settings of metrics; `settings.schema.json` is generated from these types.

use std::collections::BTreeMap;

use plugin_kit::settings::SettingsError;
use serde::{Deserialize, Serialize};

use crate::group::Template;

/// The labels that the metrics themselves have; `le` is that of a histogram's buckets.
const OWN_LABELS: [&str; 6] = ["code", "command", "le", "outcome", "plugin", "version"];

/// The settings of metrics.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Settings {
    /// The address of the Pushgateway, as `http://pushgateway:9091`; with a path where it is served under one.
    #[cfg_attr(test, schemars(with = "String", extend("format" = "uri", "pattern" = "^https?://[^/?#@]+[^?#@]*$")))]
    pub(crate) pushgateway: BaseUrl,
    /// The job that the metrics are pushed under.
    #[serde(default = "default_job")]
    #[cfg_attr(test, schemars(extend("minLength" = 1)))]
    pub(crate) job: String,
    /// The other labels of the group that is pushed. In a value, `{project}`, `{environment}` and
    /// `{host}` are replaced by those of the run; a value that the run doesn't have is empty. A run
    /// replaces the group that has the same labels.
    #[serde(default = "default_grouping")]
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>", extend("propertyNames" = { "pattern": "^[a-zA-Z_][a-zA-Z0-9_]*$" })))]
    pub(crate) grouping: BTreeMap<String, Template>,
    /// The credentials, where the Pushgateway requires a login.
    #[serde(default)]
    pub(crate) auth: Option<Auth>,
    /// The upper bounds of the duration's buckets, in seconds, to the millisecond. Changing them
    /// restarts the histograms.
    #[serde(default)]
    #[cfg_attr(test, schemars(with = "Vec<f64>", extend("minItems" = 1)))]
    pub(crate) buckets: Buckets,
}

fn default_job() -> String {
    "lback".to_owned()
}

fn default_grouping() -> BTreeMap<String, Template> {
    [("environment", "{environment}"), ("instance", "{host}"), ("project", "{project}")]
        .map(|(label, template)| {
            (label.to_owned(), Template::try_from(template.to_owned()).expect("these are placeholders"))
        })
        .into()
}

impl Settings {
    /// Parses the settings, and checks the names of the labels.
    pub(crate) fn parse(json: &str) -> Result<Self, SettingsError> {
        let settings: Self = plugin_kit::settings::parse(json)?;
        if settings.job.is_empty() {
            return Err(SettingsError::at("job", "a Pushgateway takes no group without a job"));
        }
        for label in settings.grouping.keys() {
            let wrong = |reason: &str| Err(SettingsError::at(format!("grouping.{label}"), reason));
            let mut chars = label.chars();
            let begins = chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_');
            if !begins || !chars.all(|c| c.is_ascii_alphanumeric() || c == '_') || label.starts_with("__") {
                return wrong(
                    "a label is made of ASCII letters, digits and `_`, doesn't begin with a digit, nor with `__`",
                );
            }
            if label == "job" {
                return wrong("the job has a setting of its own, `job`");
            }
            if OWN_LABELS.contains(&label.as_str()) {
                return wrong("the metrics have a label of this name, which the group's would replace");
            }
        }
        Ok(settings)
    }
}

/// The credentials of a login: the name of a secret, whose value only the host sees.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) enum Auth {
    /// The secret is a token: `Authorization: Bearer …`.
    Bearer(String),
    /// The secret is `user:password` in Base64: `Authorization: Basic …`.
    Basic(String),
}

impl Auth {
    /// Returns the scheme, followed by a space, and the secret's name.
    pub(crate) fn parts(&self) -> (&'static str, &str) {
        match self {
            Self::Bearer(secret) => ("Bearer ", secret),
            Self::Basic(secret) => ("Basic ", secret),
        }
    }
}

/// An address to which a path is appended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct BaseUrl(String);

impl BaseUrl {
    /// Returns the address without a slash at its end.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for BaseUrl {
    type Error = &'static str;

    fn try_from(url: String) -> Result<Self, Self::Error> {
        let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
        // The errors don't repeat the address: it may contain a password.
        match rest {
            Some(rest) if rest.contains('@') => Err("credentials don't belong into an address: use `auth`"),
            Some(rest)
                if rest.contains(['?', '#'])
                    || rest.contains(char::is_whitespace)
                    || rest.trim_matches('/').is_empty() =>
            {
                Err("this is an address without query and fragment, as `http://pushgateway:9091`")
            }
            Some(_) => Ok(Self(url.trim_end_matches('/').to_owned())),
            None => Err("this is a web address, as `http://pushgateway:9091`"),
        }
    }
}

/// The upper bounds of buckets in milliseconds: ascending, distinct, without the infinite one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "Vec<f64>", into = "Vec<f64>")]
pub(crate) struct Buckets(Vec<u64>);

impl Buckets {
    pub(crate) fn bounds_ms(&self) -> &[u64] {
        &self.0
    }
}

/// The default bounds, from a command that only reads to a migration that takes a night.
impl Default for Buckets {
    fn default() -> Self {
        Self(vec![250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000, 7_200_000])
    }
}

impl TryFrom<Vec<f64>> for Buckets {
    type Error = String;

    fn try_from(seconds: Vec<f64>) -> Result<Self, String> {
        const MOST: usize = 30;
        const LONGEST: f64 = 31_536_000.0;
        if seconds.is_empty() || seconds.len() > MOST {
            return Err(format!("name 1 to {MOST} bounds"));
        }
        let mut bounds: Vec<u64> = Vec::new();
        for second in seconds {
            if !(0.001..=LONGEST).contains(&second) {
                return Err(format!("{second} isn't between 0.001 and a year of seconds"));
            }
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "within the range checked above"
            )]
            let bound = (second * 1_000.0).round() as u64;
            if bounds.last().is_some_and(|last| bound <= *last) {
                return Err(format!("{second} isn't above the bound before it"));
            }
            bounds.push(bound);
        }
        Ok(Self(bounds))
    }
}

impl From<Buckets> for Vec<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a year in milliseconds has 35 bits")]
    fn from(buckets: Buckets) -> Self {
        buckets.0.into_iter().map(|bound| bound as f64 / 1_000.0).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_is_current() {
        let schema = schemars::schema_for!(Settings);
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        generated_files::assert_current(concat!(env!("CARGO_MANIFEST_DIR"), "/settings.schema.json").as_ref(), &text);
    }

    #[test]
    fn defaults() {
        let settings = Settings::parse(r#"{"pushgateway": "http://localhost:9091/"}"#).unwrap();
        assert_eq!(settings.pushgateway.as_str(), "http://localhost:9091");
        assert_eq!(settings.job, "lback");
        assert_eq!(settings.grouping.keys().collect::<Vec<_>>(), ["environment", "instance", "project"]);
        assert!(settings.auth.is_none());
    }

    #[test]
    fn ways_to_log_in() {
        for (auth, parts) in [(r#"{"bearer": "T"}"#, ("Bearer ", "T")), (r#"{"basic": "T"}"#, ("Basic ", "T"))] {
            let settings = Settings::parse(&format!(r#"{{"pushgateway": "https://p", "auth": {auth}}}"#)).unwrap();
            assert_eq!(settings.auth.unwrap().parts(), parts);
        }
    }

    #[test]
    fn a_complaint_names_key_and_reason() {
        for (json, complaint) in [
            ("{}", "missing field `pushgateway`"),
            (r#"{"pushgateway": "pushgateway:9091"}"#, "`pushgateway`: this is a web address"),
            (r#"{"pushgateway": "http://u:hunter2@p"}"#, "`pushgateway`: credentials don't belong into an address"),
            (r#"{"pushgateway": "http://p?x"}"#, "`pushgateway`: this is an address without query"),
            (r#"{"pushgateway": "http://"}"#, "`pushgateway`: this is an address without query"),
            (r#"{"pushgateway": "http://p", "job": ""}"#, "`job`: a Pushgateway takes no group without a job"),
            (r#"{"pushgateway": "http://p", "jobs": ""}"#, "`jobs`: unknown field `jobs`"),
            (r#"{"pushgateway": "http://p", "grouping": {"a-b": "x"}}"#, "`grouping.a-b`: a label is made of"),
            (r#"{"pushgateway": "http://p", "grouping": {"__a": "x"}}"#, "`grouping.__a`: a label is made of"),
            (r#"{"pushgateway": "http://p", "grouping": {"job": "x"}}"#, "`grouping.job`: the job has a setting"),
            (r#"{"pushgateway": "http://p", "grouping": {"command": "x"}}"#, "`grouping.command`: the metrics have"),
            (
                r#"{"pushgateway": "http://p", "grouping": {"a": "{user}"}}"#,
                "`grouping.a`: there is no placeholder `{user}`",
            ),
            (r#"{"pushgateway": "http://p", "auth": {"digest": "x"}}"#, "`auth`: unknown variant `digest`"),
            (r#"{"pushgateway": "http://p", "buckets": []}"#, "`buckets`: name 1 to 30 bounds"),
            (r#"{"pushgateway": "http://p", "buckets": [2, 1]}"#, "`buckets`: 1 isn't above the bound before it"),
            (r#"{"pushgateway": "http://p", "buckets": [0]}"#, "`buckets`: 0 isn't between"),
        ] {
            let error = Settings::parse(json).unwrap_err().to_string();
            assert!(error.starts_with(&format!("wrong settings: {complaint}")), "{json}\n{error}");
            assert!(!error.contains("hunter2"), "a password in an error: {error}");
        }
    }
}
