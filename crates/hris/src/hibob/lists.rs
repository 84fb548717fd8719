//! Named lists: what the items of a list field are called.
//!
//! HiBob's documentation, company named lists, shows an array of `{name, items}` with ids as numbers;
//! recorded answers are an object keyed by list name, ids as text, with both `values` and `items`,
//! and hierarchy lists nest through `children`. All of these are read.

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};
use smol_str::{SmolStr, ToSmolStr};

use crate::normalise;

/// The items of one list, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct NamedList(FxHashMap<SmolStr, SmolStr>);

impl NamedList {
    /// What the item is called.
    pub(super) fn name(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(SmolStr::as_str)
    }

    /// Reads the list of this name out of an answer of any known shape.
    pub(super) fn read(name: &str, answer: &Value) -> Option<Self> {
        let mut list = Self::default();
        match answer {
            Value::Object(object) if has_items(object) => list.add_from(object),
            Value::Object(object) => {
                let inner = object.get(name).or_else(|| object.get("lists"))?;
                return Self::read(name, inner);
            }
            Value::Array(elements) => {
                let named = elements.iter().find(|element| {
                    element.get("name").and_then(Value::as_str) == Some(name)
                        && element.as_object().is_some_and(has_items)
                });
                match named {
                    Some(named) => return Self::read(name, named),
                    None => list.add_all(elements),
                }
            }
            _ => return None,
        }
        Some(list)
    }

    /// `values` come first: they are what recorded answers agree on.
    fn add_from(&mut self, object: &Map<String, Value>) {
        for key in ["values", "items", "children"] {
            if let Some(Value::Array(items)) = object.get(key) {
                self.add_all(items);
            }
        }
    }

    fn add_all(&mut self, items: &[Value]) {
        for item in items.iter().filter_map(Value::as_object) {
            let id = match item.get("id") {
                Some(Value::String(id)) => normalise::clean_text(id, 300),
                Some(Value::Number(id)) => Some(id.to_smolstr()),
                _ => None,
            };
            let name = ["name", "value"]
                .into_iter()
                .filter_map(|key| item.get(key)?.as_str())
                .find_map(|name| normalise::clean_text(name, 300));
            if let (Some(id), Some(name)) = (id, name) {
                self.0.entry(id).or_insert(name);
            }
            self.add_from(item);
        }
    }
}

fn has_items(object: &Map<String, Value>) -> bool {
    ["values", "items"]
        .iter()
        .any(|key| object.get(*key).is_some_and(Value::is_array))
}

/// Whether an item's id is text that people wrote. Generated ids are digits, or digits with a few letters
/// as in a UUID.
pub(super) fn is_name(id: &str) -> bool {
    let letters = id.chars().filter(|letter| letter.is_alphabetic()).count();
    let digits = id.chars().filter(char::is_ascii_digit).count();
    letters > digits
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_shape_that_was_seen_or_documented_is_read() {
        let items = json!([
            {"id": "261454635", "value": "Engineering", "name": "Engineering", "archived": false,
             "children": [{"id": "7", "value": "Platform", "children": [{"id": 8, "name": "Build"}]}]},
            {"id": "Marketing", "value": "Marketing", "archived": true},
        ]);
        let other = json!({"name": "site", "values": [{"id": "261454635", "name": "Lisbon"}]});
        for answer in [
            json!({"name": "department", "values": items, "items": items}),
            json!({"name": "department", "items": items}),
            json!({"values": [{"id": "261454635", "name": "Engineering"}, {"id": "Marketing", "name": "Marketing"}], "items": items}),
            json!({"department": {"name": "department", "values": items}, "site": other}),
            json!([other, {"name": "department", "items": items}]),
            json!({"lists": [other, {"name": "department", "items": items}]}),
            items.clone(),
        ] {
            let list = NamedList::read("department", &answer).unwrap();
            for (id, name) in [
                ("261454635", "Engineering"),
                ("7", "Platform"),
                ("8", "Build"),
                ("Marketing", "Marketing"),
            ] {
                assert_eq!(list.name(id), Some(name), "{answer}");
            }
            assert_eq!(list.name("9"), None);
        }
    }

    #[test]
    fn what_is_no_list_is_none_and_an_empty_list_is_one() {
        for answer in [
            json!(null),
            json!("x"),
            json!({}),
            json!({"error": "x"}),
            json!(5),
        ] {
            assert_eq!(NamedList::read("department", &answer), None, "{answer}");
        }
        for answer in [
            json!([]),
            json!({"values": []}),
            json!({"department": {"items": []}}),
        ] {
            assert_eq!(
                NamedList::read("department", &answer),
                Some(NamedList::default())
            );
        }
    }
}
