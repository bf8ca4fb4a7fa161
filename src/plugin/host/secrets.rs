//! Secrets: their values, and the redaction of the values in texts.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The shortest value that is redacted. A shorter one would replace parts of ordinary words.
const SHORTEST: usize = 4;
/// The shortest line of a secret of several lines that is redacted. A shorter one may be a word or
/// a bracket.
const SHORTEST_LINE: usize = 8;

/// Values of secrets by name. The type has no `Debug`, so that no log contains values.
#[derive(Clone, Default)]
pub(crate) struct Secrets(Arc<BTreeMap<String, String>>);

impl Secrets {
    pub(crate) fn new(values: BTreeMap<String, String>) -> Self {
        Self(Arc::new(values))
    }

    pub(in crate::plugin) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns a redactor for the values.
    pub(crate) fn redactor(&self) -> Redactor {
        let mut values: Vec<_> = self
            .0
            .iter()
            .flat_map(|(name, value)| pieces(value).map(move |piece| (piece.to_owned(), format!("[secret {name}]"))))
            .collect();
        // Where one value contains another, the longer one goes first, so that no rest of it stays.
        values.sort_by_key(|(value, _)| std::cmp::Reverse(value.len()));
        Redactor(values.into())
    }
}

/// Returns the parts of a value to redact: the whole, and each line, since a key may be printed
/// line by line.
fn pieces(value: &str) -> impl Iterator<Item = &str> {
    let whole = Some(value.trim()).filter(|whole| whole.len() >= SHORTEST);
    let lines = value.trim().lines().map(str::trim).filter(|line| line.len() >= SHORTEST_LINE);
    whole.into_iter().chain(lines)
}

/// Replaces values of secrets in texts by their names.
#[derive(Clone)]
pub(crate) struct Redactor(Arc<[(String, String)]>);

impl Redactor {
    pub(crate) fn redact(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (value, name)| {
            if text.contains(value.as_str()) { text.replace(value.as_str(), name) } else { text }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_replaced_by_names_the_longest_first() {
        let secrets = [("A", "hunter2"), ("B", "hunter2-and-more\n"), ("SHORT", "of")];
        let secrets = Secrets::new(secrets.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(secrets.redactor().redact("hunter2-and-more of hunter2"), "[secret B] of [secret A]");
    }

    #[test]
    fn lines_of_a_value_are_replaced_one_by_one() {
        let key = "-----BEGIN KEY-----\nMIIEvQIBADANBg\n=\n-----END KEY-----\n";
        let redactor = Secrets::new([("KEY".to_owned(), key.to_owned())].into()).redactor();
        assert_eq!(redactor.redact(key), "[secret KEY]\n");
        assert_eq!(redactor.redact("1: MIIEvQIBADANBg\n2: ="), "1: [secret KEY]\n2: =");
    }
}
