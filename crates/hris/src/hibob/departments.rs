//! Departments: one entry per id, with the name that people use for it.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::lists::{NamedList, is_name};
use crate::{Department, DepartmentIndex, normalise};

/// All departments that the employees of an answer name.
#[derive(Clone, Debug, Default)]
pub(super) struct Departments {
    places: FxHashMap<SmolStr, u32>,
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    id: SmolStr,
    /// The readable names that came with it, and how often.
    names: FxHashMap<SmolStr, u64>,
}

impl Departments {
    /// Counts one employee's department in.
    pub(super) fn note(&mut self, id: &str, name: Option<SmolStr>) -> DepartmentIndex {
        let place = match self.places.get(id) {
            Some(place) => *place,
            None => self.add(id),
        };
        if let Some(name) = name.filter(|name| !normalise::null_word(name)) {
            *self.entries[place as usize].names.entry(name).or_default() += 1;
        }
        DepartmentIndex(place)
    }

    fn add(&mut self, id: &str) -> u32 {
        let place = self.entries.len() as u32;
        self.entries.push(Entry {
            id: id.into(),
            names: FxHashMap::default(),
        });
        self.places.insert(id.into(), place);
        place
    }

    /// Whether some id needs the named list: it came without a readable name and is not itself one.
    pub(super) fn need_list(&self) -> bool {
        self.entries
            .iter()
            .any(|entry| entry.names.is_empty() && !is_name(&entry.id))
    }

    /// The departments in the order of their ids, and for each place given out so far where it is
    /// now; nowhere if the name turns out to be a word for nothing.
    pub(super) fn settle(
        self,
        list: Option<&NamedList>,
    ) -> (Vec<Department>, Vec<Option<DepartmentIndex>>) {
        let mut named: Vec<(usize, Department)> = self
            .entries
            .into_iter()
            .enumerate()
            .map(|(place, entry)| (place, entry.settle(list)))
            .collect();
        named.sort_unstable_by(|(_, a), (_, b)| a.id.cmp(&b.id));
        let mut moved = vec![None; named.len()];
        let mut departments = Vec::with_capacity(named.len());
        for (place, department) in named {
            if !normalise::null_word(&department.name) {
                moved[place] = Some(DepartmentIndex(departments.len() as u32));
                departments.push(department);
            }
        }
        (departments, moved)
    }
}

impl Entry {
    /// The most frequent readable name, the smallest of equals, so that the order of the answer does
    /// not matter; else the list's; else the id, which in older tenants is the name itself.
    fn settle(self, list: Option<&NamedList>) -> Department {
        let frequent = self
            .names
            .into_iter()
            .max_by(|(a, a_count), (b, b_count)| a_count.cmp(b_count).then_with(|| b.cmp(a)))
            .map(|(name, _)| name);
        let name = frequent
            .or_else(|| list?.name(&self.id).map(SmolStr::from))
            .unwrap_or_else(|| self.id.clone());
        Department { id: self.id, name }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(seen: &[(&str, Option<&str>)], list: Option<&NamedList>) -> Vec<(String, String)> {
        let mut departments = Departments::default();
        for (id, name) in seen {
            departments.note(id, name.map(SmolStr::from));
        }
        departments
            .settle(list)
            .0
            .into_iter()
            .map(|department| (department.id.to_string(), department.name.to_string()))
            .collect()
    }

    #[test]
    fn the_most_frequent_name_wins_whatever_the_order() {
        let mut seen = vec![
            ("1", Some("Sales")),
            ("1", Some("Sales EMEA")),
            ("1", Some("Sales")),
            ("2", None),
        ];
        for _ in 0..seen.len() {
            seen.rotate_left(1);
            assert_eq!(
                settled(&seen, None),
                [("1".into(), "Sales".into()), ("2".into(), "2".into())]
            );
        }
        assert_eq!(
            settled(&[("1", Some("B")), ("1", Some("A"))], None)[0].1,
            "A"
        );
    }

    #[test]
    fn words_for_nothing_are_no_department() {
        let mut departments = Departments::default();
        let places = [
            departments.note("-", None),
            departments.note("Sales", Some("n/a".into())),
            departments.note("n/a", None),
        ];
        let (departments, moved) = departments.settle(None);
        assert_eq!(departments.len(), 1);
        let moved: Vec<_> = places.iter().map(|place| moved[place.0 as usize]).collect();
        assert_eq!(moved, [None, Some(DepartmentIndex(0)), None]);
    }

    #[test]
    fn only_ids_that_are_no_names_need_the_list() {
        for (id, needs) in [
            ("261454635", true),
            ("3f2b8c1e-9d4a-4f7b-8a6c-5e1d2f3a4b5c", true),
            ("Marketing", false),
            ("R&D", false),
            ("Team 1", false),
            ("人事", false),
        ] {
            let mut departments = Departments::default();
            departments.note(id, None);
            assert_eq!(departments.need_list(), needs, "{id}");
            departments.note(id, Some("Sales".into()));
            assert!(!departments.need_list(), "{id}");
        }
    }
}
