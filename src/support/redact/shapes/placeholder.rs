//! Values that aren't secret: nothing, and parameters whose values are elsewhere.

use crate::support::redact::names;

const NOTHING: [&str; 11] =
    ["***", "none", "null", "true", "false", "%s", "?", "nil", "undefined", "<redacted>", "[redacted]"];

/// Returns whether a value is secret.
pub(super) fn is_secret(value: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return !value.is_empty() };
    let is_shown_by_name = text.starts_with("[secret ") || text.starts_with("***");
    let text = text.strip_prefix('=').unwrap_or(text);
    !(text.is_empty() || is_parameter(text) || is_shown_by_name || NOTHING.contains(&text.to_lowercase().as_str()))
}

/// Returns whether a value is the name of a parameter or of a variable. A password may start with
/// the same sign, so a name with digits within it isn't one.
fn is_parameter(text: &str) -> bool {
    let named = |start: &str, end: &str| text.strip_prefix(start).and_then(|rest| rest.strip_suffix(end));
    if let Some(name) = named(":", "").or_else(|| named("@", "")) {
        return is_name_of_parameter(name);
    }
    // A bracket that closes is no part of a bare value.
    let variable = || text.strip_prefix("${").map(|rest| rest.strip_suffix('}').unwrap_or(rest));
    let braced = named("%(", ")s").or_else(variable).or_else(|| named("{", "}"));
    if let Some(name) = braced {
        return is_name(name);
    }
    named("$", "").is_some_and(|name| {
        let is_constant = is_name(name) && !name.bytes().any(|byte| byte.is_ascii_lowercase());
        is_constant || is_name(name) && names::is_secret(name)
    })
}

/// Returns whether a text is the name of a bound parameter: `name`, `name_1`, `p1`, `1`.
fn is_name_of_parameter(name: &str) -> bool {
    let stem = name.trim_end_matches(|character: char| character.is_ascii_digit());
    let has_number = stem.len() < name.len();
    let ends = !has_number || stem.len() <= 1 || stem.ends_with('_');
    is_name(name) && ends && !stem.bytes().any(|byte| byte.is_ascii_digit())
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
