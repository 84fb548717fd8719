//! Which runs a person's state comes from.

use domain::{Action, OrganisationId, PersonId, RunId};

use crate::{
    Store, StoreError,
    engine::{read_id, statements, values},
};

statements! {
    LAST_CHANGE =
        "SELECT run_id, action FROM history
         WHERE org_id = $1 AND person_id = $2 AND run_id IS NOT NULL
         ORDER BY act_id DESC LIMIT 1";
    LAST_WHOLE =
        "SELECT id FROM run
         WHERE org_id = $1 AND whole = 1 AND state IN ('finished', 'finished_with_problems')
         ORDER BY seq DESC LIMIT 1";
}

/// The runs that a person's state comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LastRuns {
    /// The run that changed them last.
    pub changed: Option<LastChange>,
    /// The last stored run that judged everybody.
    pub judged: Option<RunId>,
}

/// What a run did to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastChange {
    /// Which.
    pub run: RunId,
    /// What.
    pub action: Action,
}

impl Store {
    /// The runs that somebody's state comes from; for nobody's, only the one that judged everybody.
    pub async fn last_runs(
        &self,
        org: OrganisationId,
        person: Option<PersonId>,
    ) -> Result<LastRuns, StoreError> {
        let mut session = self.engine.read().await?;
        let changed = match person {
            Some(person) => {
                session
                    .maybe_one(&LAST_CHANGE, &values![org, person], |row| {
                        Ok(LastChange {
                            run: row.id()?,
                            action: row.word()?,
                        })
                    })
                    .await?
            }
            None => None,
        };
        let judged = session
            .maybe_one(&LAST_WHOLE, &values![org], read_id)
            .await?;
        Ok(LastRuns { changed, judged })
    }
}
