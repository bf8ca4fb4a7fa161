//! Validation of a plugin's settings against the plugin's JSON Schema.
//!
//! Nothing is fetched: a schema that refers to another document is not valid. Problems are located
//! by JSON Pointers; `config/` finds the lines of `lback.toml` for them. A reason never quotes a
//! text value, which may be a secret in the wrong place.

use std::fmt;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

use crate::config::SettingPart;
use crate::plugin::host::guest_text::printable;

/// The most problems that are reported at a time.
const MOST: usize = 20;
/// The deepest nesting of a schema or of settings. Deeper ones could exhaust the stack.
const DEEPEST: usize = 64;

/// The reason why settings can't be passed to a plugin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// The schema itself is not valid, so the settings can't be checked.
    Schema(String),
    /// The settings don't fit the schema. There is at least one problem.
    Refused(Vec<SettingsProblem>),
}

/// A problem with settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SettingsProblem {
    /// A JSON Pointer (RFC 6901) to the value; empty for the settings as a whole.
    pub(crate) path: String,
    /// A fragment, as `must be a string, not a number`.
    pub(crate) reason: String,
    pub(crate) about: SettingPart,
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.reason),
            path => write!(f, "`{path}` {}", self.reason),
        }
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Schema(why) => write!(f, "its settings schema is not valid: {why}"),
            Self::Refused(problems) => {
                let problems: Vec<_> = problems.iter().map(ToString::to_string).collect();
                write!(f, "its settings don't fit its schema: {}", problems.join("; "))
            }
        }
    }
}

/// Validates `settings` against a JSON Schema (draft 2020-12, unless the schema names another
/// draft). Returns all problems at once.
pub(crate) fn check(schema: &Value, settings: &Value) -> Result<(), SettingsError> {
    let validator = compile(schema).map_err(SettingsError::Schema)?;
    if depth(settings) > DEEPEST {
        let reason = format!("are nested more than {DEEPEST} levels deep");
        return Err(SettingsError::Refused(vec![SettingsProblem {
            path: String::new(),
            reason,
            about: SettingPart::Value,
        }]));
    }
    let mut problems = Vec::new();
    for error in validator.iter_errors(settings).take(MOST) {
        collect(&error, &mut problems);
    }
    problems.truncate(MOST);
    if problems.is_empty() { Ok(()) } else { Err(SettingsError::Refused(problems)) }
}

/// Checks that a schema is valid. The error gives the reason.
pub(super) fn check_schema(schema: &Value) -> Result<(), String> {
    compile(schema).map(drop)
}

fn compile(schema: &Value) -> Result<Validator, String> {
    if depth(schema) > DEEPEST {
        return Err(format!("it is nested more than {DEEPEST} levels deep"));
    }
    jsonschema::options().offline().build(schema).map_err(|error| printable(&of_schema(&error)))
}

/// A schema is the plugin's own text: its parts may be quoted.
fn of_schema(error: &ValidationError<'_>) -> String {
    if let ValidationErrorKind::Referencing(_) = error.kind() {
        return format!("{error}; references to other documents are not followed");
    }
    match error.instance_path().as_str() {
        "" => error.to_string(),
        path => format!("at `{path}`: {error}"),
    }
}

/// Collects a problem for each place to correct: each unknown key is a problem of its own.
fn collect(error: &ValidationError<'_>, problems: &mut Vec<SettingsProblem>) {
    use ValidationErrorKind as Kind;
    let path = error.instance_path().as_str();
    let mut push = |path: String, reason: String, about: SettingPart| {
        let problem = SettingsProblem { path: printable(&path), reason: printable(&reason), about };
        if !problems.contains(&problem) {
            problems.push(problem);
        }
    };
    match error.kind() {
        Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
            for key in unexpected {
                push(format!("{path}/{}", escaped(key)), "is not a setting of this plugin".into(), SettingPart::Key);
            }
        }
        Kind::Required { property } => {
            push(path.to_owned(), format!("lacks {}, which is required", named(property)), SettingPart::Value);
        }
        // The problem of each branch says more than that no branch fits.
        Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match constants(context) {
            Some(known) => push(path.to_owned(), format!("must be one of {known}"), SettingPart::Value),
            None => push(path.to_owned(), branches(context, error.instance()), SettingPart::Text),
        },
        kind @ (Kind::Type { .. } | Kind::Minimum { .. } | Kind::Maximum { .. } | Kind::MinItems { .. }) => {
            push(path.to_owned(), reason(kind, error.instance()), SettingPart::Value);
        }
        kind => push(path.to_owned(), reason(kind, error.instance()), SettingPart::Text),
    }
}

fn reason(kind: &ValidationErrorKind, value: &Value) -> String {
    use ValidationErrorKind as Kind;
    let found = name_of(value);
    match kind {
        Kind::Type { kind } => format!("must be {}, not {found}", types(kind)),
        Kind::Enum { options } => {
            let options: Vec<_> = options.as_array().into_iter().flatten().map(named).collect();
            format!("must be one of {}", options.join(", "))
        }
        Kind::Constant { expected_value } => format!("must be {}", named(expected_value)),
        Kind::Pattern { pattern } => format!("must match the pattern `{pattern}`"),
        Kind::Format { format } => format!("is not in the format `{format}`"),
        Kind::Minimum { limit } => format!("must be at least {limit}, and is {value}"),
        Kind::Maximum { limit } => format!("must be at most {limit}, and is {value}"),
        Kind::ExclusiveMinimum { limit } => format!("must be more than {limit}, and is {value}"),
        Kind::ExclusiveMaximum { limit } => format!("must be less than {limit}, and is {value}"),
        Kind::MultipleOf { multiple_of } => format!("must be a multiple of {multiple_of}, and is {value}"),
        Kind::MinLength { limit: 1 } | Kind::MinItems { limit: 1 } | Kind::MinProperties { limit: 1 } => {
            "must not be empty".into()
        }
        Kind::MinLength { limit } => format!("must have at least {limit} characters"),
        Kind::MaxLength { limit } => format!("must have at most {limit} characters"),
        Kind::MinItems { limit } => format!("must have at least {limit} items"),
        Kind::MaxItems { limit } => format!("must have at most {limit} items"),
        Kind::MinProperties { limit } => format!("must have at least {limit} keys"),
        Kind::MaxProperties { limit } => format!("must have at most {limit} keys"),
        Kind::AdditionalItems { limit } => format!("must have at most {limit} items"),
        Kind::UnevaluatedItems { .. } => "has more items than it may".into(),
        Kind::UniqueItems => "has the same item twice".into(),
        Kind::Contains => "lacks an item that it must have".into(),
        Kind::PropertyNames { .. } => "has a key whose name is not allowed".into(),
        Kind::FalseSchema => "is not a setting of this plugin".into(),
        Kind::Not { .. } => "is what the plugin's schema excludes".into(),
        Kind::OneOfMultipleValid { .. } => "fits several alternatives of which only one may fit".into(),
        Kind::BacktrackLimitExceeded { .. } | Kind::RegexEngineFailure { .. } => {
            "could not be held against the pattern of the plugin's schema".into()
        }
        // Never the text of the error, which quotes the value.
        _ => format!("does not fit the plugin's schema ({})", kind.keyword()),
    }
}

/// Returns the allowed constants, if every branch is a constant.
fn constants(context: &[Vec<ValidationError<'static>>]) -> Option<String> {
    let constant = |branch: &Vec<ValidationError<'static>>| {
        branch.iter().find_map(|error| match error.kind() {
            ValidationErrorKind::Constant { expected_value } => Some(named(expected_value)),
            _ => None,
        })
    };
    let known: Option<Vec<_>> = context.iter().map(constant).collect();
    known.filter(|known| !known.is_empty()).map(|known| known.join(", "))
}

/// Describes the problem with each alternative.
fn branches(context: &[Vec<ValidationError<'static>>], value: &Value) -> String {
    let told: Vec<_> = context
        .iter()
        .filter_map(|branch| {
            let mut problems = Vec::new();
            for error in branch {
                collect(error, &mut problems);
            }
            let first = problems.into_iter().next()?;
            Some(first.reason)
        })
        .collect();
    if told.is_empty() {
        return format!("fits none of the alternatives, being {}", name_of(value));
    }
    format!("fits none of {} alternatives: it {}", context.len(), told.join(", or "))
}

fn types(kind: &TypeKind) -> String {
    let name = |kind: &str| match kind {
        "array" => "a list",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "object" => "a table",
        "string" => "a string",
        _ => "absent",
    };
    match kind {
        TypeKind::Single(kind) => name(&kind.to_string()).to_owned(),
        // TOML has no null: a value that may be null may be absent.
        TypeKind::Multiple(kinds) => {
            let names: Vec<_> = kinds
                .iter()
                .map(|kind| kind.to_string())
                .filter(|kind| kind != "null")
                .map(|kind| name(&kind))
                .collect();
            names.join(" or ")
        }
    }
}

fn name_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "a table",
    }
}

fn named(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), |text| format!("`{text}`"))
}

/// Escapes a key for a JSON Pointer.
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or(0),
        Value::Object(entries) => 1 + entries.values().map(depth).max().unwrap_or(0),
        _ => 0,
    }
}

#[cfg(test)]
mod tests;
