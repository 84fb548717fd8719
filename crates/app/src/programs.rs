//! Programs that call with a token: who they are, and their writes that may come twice.

use domain::{Organisation, TokenId};
use store::{Once, Turn};

use crate::{App, Failure, tokens::hash_of};

/// Whose token it is.
#[derive(Clone, Debug)]
pub struct KnownToken {
    /// The organisation it opens; no other.
    pub organisation: Organisation,
    /// Its id.
    pub token: TokenId,
    /// It may only read.
    pub read_only: bool,
}

impl App {
    /// Who calls with a token; nobody when it is none that works. It carries the organisation's id in
    /// clear, and only its hash is stored, so nothing secret is ever compared letter by letter.
    pub async fn authenticate(&self, token: &str) -> Result<Option<KnownToken>, Failure> {
        let parts = token
            .strip_prefix("rc_")
            .and_then(|rest| rest.split_once('_'));
        let Some((org, _)) = parts else {
            return Ok(None);
        };
        let Ok(id) = org.parse::<domain::OrganisationId>() else {
            return Ok(None);
        };
        let Some(known) = self.store.token_by_hash(id, &hash_of(token)).await? else {
            return Ok(None);
        };
        let organisation = self
            .store
            .organisation_by_slug_or_id(&id.to_string())
            .await?;
        Ok(organisation.map(|organisation| KnownToken {
            organisation,
            token: known.id,
            read_only: known.read_only,
        }))
    }

    /// Begins a write that came with a key, unless it has been begun.
    pub async fn begin_once(&self, org: &Organisation, once: Once<'_>) -> Result<Turn, Failure> {
        Ok(self
            .store
            .begin_once(org.id, once, self.clock.now())
            .await?)
    }

    /// Keeps what such a write was answered.
    pub async fn answer_once(
        &self,
        org: &Organisation,
        once: Once<'_>,
        status: u16,
        answer: &str,
    ) -> Result<(), Failure> {
        Ok(self.store.answer_once(org.id, once, status, answer).await?)
    }

    /// Forgets such a write, which came to nothing through a failure of ours.
    pub async fn forget_once(&self, org: &Organisation, once: Once<'_>) -> Result<(), Failure> {
        Ok(self.store.forget_once(org.id, once).await?)
    }
}
