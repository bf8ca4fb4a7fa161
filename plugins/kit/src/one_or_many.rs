//! A setting that may be one table or a list of them.

use std::fmt;
use std::marker::PhantomData;
use std::ops::Deref;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// One table, or a list of tables: `freeze = { … }` as well as `freeze = [{ … }, { … }]`.
///
/// Unlike an untagged enum, the type keeps the error of the invalid table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OneOrMany<T>(Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Deref for OneOrMany<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tables<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Tables<T> {
            type Value = Vec<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a table or a list of tables")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
                Ok(vec![T::deserialize(MapAccessDeserializer::new(map))?])
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
                let mut tables = Vec::new();
                while let Some(table) = seq.next_element()? {
                    tables.push(table);
                }
                Ok(tables)
            }
        }

        deserializer.deserialize_any(Tables(PhantomData)).map(Self)
    }
}

#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for OneOrMany<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("OneOrMany{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({ "anyOf": [one, { "type": "array", "items": one }] })
    }

    fn inline_schema() -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::parse;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Holder {
        #[serde(default)]
        table: OneOrMany<Table>,
    }

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Table {
        n: u8,
    }

    #[test]
    fn one_many_or_none() {
        let read = |json| parse::<Holder>(json).unwrap().table.iter().map(|table| table.n).collect::<Vec<_>>();
        assert_eq!(read(r#"{"table": {"n": 1}}"#), [1]);
        assert_eq!(read(r#"{"table": [{"n": 1}, {"n": 2}]}"#), [1, 2]);
        assert!(read(r#"{"table": []}"#).is_empty());
        assert!(read("{}").is_empty());
    }

    #[test]
    fn the_error_of_the_wrong_table_is_kept() {
        let complaint = |json| parse::<Holder>(json).unwrap_err().to_string();
        assert_eq!(complaint(r#"{"table": {"m": 1}}"#), "wrong settings: `table.m`: unknown field `m`, expected `n`");
        assert_eq!(
            complaint(r#"{"table": [{"n": 1}, {"n": "x"}]}"#),
            "wrong settings: `table[1].n`: invalid type: string \"x\", expected u8"
        );
        assert_eq!(
            complaint(r#"{"table": "x"}"#),
            "wrong settings: `table`: invalid type: string \"x\", expected a table or a list of tables"
        );
    }
}
