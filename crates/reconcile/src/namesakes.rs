//! People who are here by hand and have the name of somebody new: they may be the same human being under
//! another email, which nobody but an admin can tell.

use domain::{Person, SmolStr, Status, text::fold_name};
use rustc_hash::FxHashMap;

use crate::{
    matching::Matching,
    plan::PersonState,
    situation::{PersonIndex, Situation},
};

/// Whoever stays linked to nobody, by both names. Few companies have many of them.
#[derive(Default)]
pub(crate) struct Namesakes(FxHashMap<(SmolStr, SmolStr), PersonIndex>);

impl Namesakes {
    pub(crate) fn of(situation: &Situation<'_>, matching: &Matching) -> Self {
        let mut namesakes = Self::default();
        for (index, person) in situation.directory.people.iter().enumerate() {
            let stays = person.hris_id.is_none()
                && person.status != Status::Archived
                && !matching.applied.contains_key(&index)
                && !matching.departures.contains_key(&index);
            if !stays {
                continue;
            }
            let Some(names) = names(&person.first_name, &person.last_name) else {
                continue;
            };
            // Of several the first by id, so that the order never matters.
            let first = namesakes.0.entry(names).or_insert(index);
            if person.id < situation.person(*first).id {
                *first = index;
            }
        }
        namesakes
    }

    /// Who has the name of somebody new.
    pub(crate) fn of_new<'a>(
        &self,
        situation: &Situation<'a>,
        state: &PersonState,
    ) -> Option<&'a Person> {
        if self.0.is_empty() {
            return None;
        }
        let names = names(&state.first_name, &state.last_name)?;
        self.0.get(&names).map(|index| situation.person(*index))
    }
}

/// Both names, folded; one of them alone tells nobody apart.
fn names(first: &str, last: &str) -> Option<(SmolStr, SmolStr)> {
    let (first, last) = (fold_name(first), fold_name(last));
    (!first.is_empty() && !last.is_empty()).then_some((first, last))
}
