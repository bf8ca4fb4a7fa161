//! Validates a parsed document against the schema: reports every key, type and listed value that
//! doesn't match, with its position.
//!
//! This covers the part of JSON Schema that the raw types produce: `type`, `properties`,
//! `required`, `items`, `minItems`, `uniqueItems` and `oneOf` constants. `pattern`, `minLength` and
//! `maxLength` are for editors; `value` reports more about those.

use std::{collections::HashMap, ops::Range};

use serde_json::Value;
use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::{
    super::fault::{Fault, Problem},
    advice::{advice, name_of_type, name_of_value, type_advice},
    document_path::DocumentPath,
};

/// Returns the part of `document` that matches `schema`, and the problems of the rest.
pub(super) fn fit<'i>(document: Spanned<DeTable<'i>>, schema: &Value) -> (DeTable<'i>, Vec<Problem>) {
    let mut walk = Walk { root: schema, problems: Vec::new() };
    let span = document.span();
    let table = walk.table(&DocumentPath::default(), &span, document.into_inner(), schema).unwrap_or_default();
    (table, walk.problems)
}

struct Walk<'s> {
    root: &'s Value,
    problems: Vec<Problem>,
}

type Parsed<'i> = Spanned<DeValue<'i>>;

impl Walk<'_> {
    fn report(&mut self, span: &Range<usize>, fault: Fault) {
        self.problems.push(Problem::new(span.clone(), fault));
    }

    /// Returns the part of the value that matches; `None` if it is unusable.
    fn value<'i>(&mut self, place: &DocumentPath, value: Parsed<'i>, schema: &Value) -> Option<Parsed<'i>> {
        let span = value.span();
        let fitting = match (value.into_inner(), schema["type"].as_str()) {
            (DeValue::Table(table), Some("object")) => DeValue::Table(self.table(place, &span, table, schema)?),
            (DeValue::Array(array), Some("array")) => DeValue::Array(self.array(place, &span, array, schema)?),
            (DeValue::String(text), Some("string")) => DeValue::String(text),
            (DeValue::String(text), None) if schema["oneOf"].is_array() => {
                self.constant(place, &span, &text, &schema["oneOf"])?;
                DeValue::String(text)
            }
            (DeValue::Boolean(truth), Some("boolean")) => DeValue::Boolean(truth),
            (DeValue::Integer(number), Some("integer")) => DeValue::Integer(number),
            (other, _) => {
                self.wrong_type(place, &span, &other, schema);
                return None;
            }
        };
        Some(Spanned::new(span, fitting))
    }

    fn table<'i>(
        &mut self,
        place: &DocumentPath,
        span: &Range<usize>,
        table: DeTable<'i>,
        schema: &Value,
    ) -> Option<DeTable<'i>> {
        let Some(properties) = schema["properties"].as_object() else {
            let each = &schema["additionalProperties"];
            if each.is_object() {
                // The keys are free, the values are typed.
                let mut fitting = DeTable::new();
                for (key, value) in table {
                    if let Some(value) = self.value(&place.below(key.get_ref()), value, each) {
                        fitting.insert(key, value);
                    }
                }
                return Some(fitting);
            }
            // A free table.
            let before = self.problems.len();
            table.values().for_each(|value| self.numbers(value));
            return (self.problems.len() == before).then_some(table);
        };
        let mut missing: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut unusable = missing.clone();
        missing.retain(|key| !table.contains_key(*key));
        let mut fitting = DeTable::new();
        for (key, value) in table {
            let Some(schema) = properties.get(key.get_ref().as_ref()) else {
                let advice = advice(key.get_ref(), &place.keys, schema, self.root);
                let fault = Fault::UnknownKey { key: key.get_ref().to_string(), place: place.inside(), advice };
                self.report(&key.span(), fault);
                continue;
            };
            if let Some(value) = self.value(&place.below(key.get_ref()), value, schema) {
                unusable.retain(|required| *required != key.get_ref());
                fitting.insert(key, value);
            }
        }
        for key in missing {
            self.report(span, Fault::MissingKey { key: key.to_owned(), table: place.table() });
        }
        unusable.is_empty().then_some(fitting)
    }

    /// Removes tables that don't match, one by one. A list of anything else is usable only as a
    /// whole.
    fn array<'i>(
        &mut self,
        place: &DocumentPath,
        span: &Range<usize>,
        array: DeArray<'i>,
        schema: &Value,
    ) -> Option<DeArray<'i>> {
        if array.is_empty() && schema["minItems"].as_u64().unwrap_or(0) > 0 {
            self.report(span, Fault::EmptyList { key: place.key() });
            return None;
        }
        if schema["uniqueItems"] == true {
            self.repetitions(place, &array);
        }
        let place = place.item();
        let before = array.len();
        let items = &schema["items"];
        let fitting: DeArray<'i> = array.into_iter().filter_map(|item| self.value(&place, item, items)).collect();
        (fitting.len() == before || items["type"] == "object").then_some(fitting)
    }

    fn repetitions(&mut self, place: &DocumentPath, array: &DeArray<'_>) {
        let mut seen: HashMap<&str, Range<usize>> = HashMap::new();
        for item in array {
            let Some(text) = item.get_ref().as_str() else {
                continue;
            };
            if let Some(first) = seen.get(text) {
                let fault = Fault::Repeated { key: place.key() };
                self.problems.push(Problem::repeated(item.span(), first.clone(), fault));
            } else {
                seen.insert(text, item.span());
            }
        }
    }

    fn constant(&mut self, place: &DocumentPath, span: &Range<usize>, text: &str, choices: &Value) -> Option<()> {
        let known: Vec<String> = choices
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|choice| choice["const"].as_str())
            .map(str::to_owned)
            .collect();
        if known.iter().any(|name| name == text) {
            return Some(());
        }
        let what = place.kind();
        self.report(span, Fault::UnknownValue { what, value: text.to_owned(), known });
        None
    }

    /// Checks the numbers of a free value: everything but some numbers has a form in JSON.
    fn numbers(&mut self, value: &Parsed<'_>) {
        let wrong = match value.get_ref() {
            DeValue::Array(array) => return array.iter().for_each(|item| self.numbers(item)),
            DeValue::Table(table) => return table.values().for_each(|item| self.numbers(item)),
            DeValue::Float(float) if !float.as_str().parse().is_ok_and(f64::is_finite) => float.to_string(),
            DeValue::Integer(integer) if i64::from_str_radix(integer.as_str(), integer.radix()).is_err() => {
                integer.to_string()
            }
            _ => return,
        };
        self.report(&value.span(), Fault::NotJson { value: wrong });
    }

    fn wrong_type(&mut self, place: &DocumentPath, span: &Range<usize>, value: &DeValue<'_>, schema: &Value) {
        let advice = type_advice(&place.path(), value, schema);
        self.report(
            span,
            Fault::WrongType {
                what: place.value(),
                expected: name_of_type(schema),
                found: name_of_value(value),
                advice,
            },
        );
    }
}
