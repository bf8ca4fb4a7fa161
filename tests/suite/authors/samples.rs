//! The sample events that lback ships, compared with `wit/`: every case and every field of an event
//! occurs, as a guest sees it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use wit_parser::{Resolve, Type, TypeDefKind, TypeId};

use super::{calls, report};
use crate::support::{Project, component};

/// The cases and fields that the types have, and those that were seen.
struct Walk {
    wit: Resolve,
    fields: BTreeSet<String>,
    seen: BTreeSet<String>,
}

impl Walk {
    fn id(&self, name: &str) -> TypeId {
        let (_, interface) = self
            .wit
            .interfaces
            .iter()
            .find(|(_, interface)| interface.name.as_deref() == Some("types"))
            .expect("`types`");
        interface.types[name]
    }

    fn name(&self, id: TypeId) -> String {
        self.wit.types[id].name.clone().unwrap_or_default()
    }

    /// Adds every case and field of a type to those that must be seen.
    fn expect(&mut self, ty: Type) {
        let Type::Id(id) = ty else { return };
        let name = self.name(id);
        match self.wit.types[id].kind.clone() {
            TypeDefKind::Record(record) => {
                for field in record.fields {
                    self.fields.insert(format!("{name}.{}", field.name));
                    self.expect(field.ty);
                }
            }
            TypeDefKind::Variant(variant) => {
                for case in variant.cases {
                    self.fields.insert(format!("{name}.{}", case.name));
                    case.ty.into_iter().for_each(|ty| self.expect(ty));
                }
            }
            TypeDefKind::Option(ty) | TypeDefKind::List(ty) | TypeDefKind::Type(ty) => self.expect(ty),
            TypeDefKind::Tuple(tuple) => tuple.types.into_iter().for_each(|ty| self.expect(ty)),
            other => panic!("{other:?} is a kind of type that this test doesn't know"),
        }
    }

    /// Adds the cases and fields of a value. An empty list and an absent value show nothing.
    fn see(&mut self, ty: Type, value: &Value) {
        let Type::Id(id) = ty else { return };
        let name = self.name(id);
        match self.wit.types[id].kind.clone() {
            TypeDefKind::Record(record) => {
                for field in record.fields {
                    // The recorder writes the arguments of the signal beside the rest of the event.
                    let found = if name == "event" && field.name == "signal" {
                        value
                    } else {
                        &value[field.name.replace('-', "_")]
                    };
                    let is_there = !found.is_null() && found.as_array().is_none_or(|items| !items.is_empty());
                    if is_there {
                        self.seen.insert(format!("{name}.{}", field.name));
                        self.see(field.ty, found);
                    }
                }
            }
            TypeDefKind::Variant(variant) => {
                let signal = value["signal"].as_str().expect("a name").replace('_', "-");
                let case = variant.cases.iter().find(|case| case.name == signal);
                let case = case.or(variant.cases.iter().find(|case| case.name == "extension")).expect("a case");
                self.seen.insert(format!("{name}.{}", case.name));
                if let Some(ty) = case.ty {
                    let mut arguments = value.clone();
                    if case.name == "extension" {
                        arguments["name"] = value["signal"].clone();
                    }
                    self.see(ty, &arguments);
                }
            }
            TypeDefKind::Option(ty) | TypeDefKind::Type(ty) => self.see(ty, value),
            TypeDefKind::Tuple(tuple) => {
                for (ty, item) in tuple.types.into_iter().zip(value.as_array().into_iter().flatten()) {
                    self.see(ty, item);
                }
            }
            TypeDefKind::List(ty) => value.as_array().into_iter().flatten().for_each(|item| self.see(ty, item)),
            other => panic!("{other:?} is a kind of type that this test doesn't know"),
        }
    }
}

#[test]
fn every_case_and_every_field_of_an_event_occurs() {
    let mut wit = Resolve::default();
    wit.push_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("wit")).expect("the package");
    let mut walk = Walk { wit, fields: BTreeSet::new(), seen: BTreeSet::new() };
    let event = Type::Id(walk.id("event"));
    walk.expect(event);
    assert!(walk.fields.len() > 50 && walk.fields.contains("signal.extension"), "{:?}", walk.fields);

    let path = component("record-handler").display().to_string();
    let (report, _) = report(Project::empty().lback(&["plugin", "test", &path, "--all", "--json"]), 0);
    for call in calls(&report) {
        let message = call["logs"][0]["message"].as_str().expect("a record");
        let record = serde_json::from_str(message.strip_prefix("record: ").expect("a record")).expect("JSON");
        walk.see(event, &record);
    }
    let missing: Vec<_> = walk.fields.difference(&walk.seen).collect();
    assert!(missing.is_empty(), "no sample has {missing:?}");
}
