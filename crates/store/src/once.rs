//! Writes that may come twice: what was answered the first time is kept for a day.

use domain::{OrganisationId, TokenId};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Store, StoreError,
    engine::{statements, values},
};

statements! {
    ONCE_BEGIN =
        "INSERT INTO idempotency (org_id, token_id, key, request, created_at)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, token_id, key) DO UPDATE SET request = excluded.request,
           status = NULL, answer = NULL, created_at = excluded.created_at
         WHERE idempotency.created_at < $6";
    ONCE_FOUND =
        "SELECT request, created_at, status, answer FROM idempotency
         WHERE org_id = $1 AND token_id = $2 AND key = $3";
    ONCE_ANSWERED =
        "UPDATE idempotency SET status = $5, answer = $6
         WHERE org_id = $1 AND token_id = $2 AND key = $3 AND request = $4";
    ONCE_FORGET =
        "DELETE FROM idempotency
         WHERE org_id = $1 AND token_id = $2 AND key = $3 AND request = $4 AND status IS NULL";
    ONCE_OLD = "DELETE FROM idempotency WHERE org_id = $1 AND created_at < $2";
}

/// For how long an answer is kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
/// After how long a write that was never answered is taken to have died with its process. Nobody can
/// say then how far it came, so it is not done again: a budget could be topped up twice.
const LOST: SignedDuration = SignedDuration::from_mins(1);

/// A write by its key.
#[derive(Clone, Copy, Debug)]
pub struct Once<'a> {
    /// Whose token.
    pub token: TokenId,
    /// The key it came with.
    pub key: &'a str,
    /// A hash of what is asked.
    pub request: &'a str,
}

/// Whether a write is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Nobody has done it: do it, then say what was answered.
    Ours,
    /// It was done, and answered like this.
    Answered {
        /// The status.
        status: u16,
        /// The rest, as the caller keeps it.
        answer: String,
    },
    /// Something else was asked under this key.
    OtherRequest,
    /// Somebody is at it.
    InFlight,
    /// Somebody was at it and died before the answer.
    Unknown,
}

impl Store {
    /// Begins a write, unless it has been begun.
    pub async fn begin_once(
        &self,
        org: OrganisationId,
        once: Once<'_>,
        now: Timestamp,
    ) -> Result<Turn, StoreError> {
        let Once {
            token,
            key,
            request,
        } = once;
        let mut session = self.engine.write().await?;
        let old = earlier(now, KEPT);
        session.execute(&ONCE_OLD, &values![org, old]).await?;
        let values = values![org, token, key, request, now, old];
        let begun = session.execute(&ONCE_BEGIN, &values).await?;
        if begun > 0 {
            session.commit().await?;
            return Ok(Turn::Ours);
        }
        let found = session
            .maybe_one(&ONCE_FOUND, &values![org, token, key], |row| {
                let found = row.text()?.to_owned();
                let begun_at = row.instant()?;
                let status = row.maybe_int()?;
                let answer = row.maybe_text()?.map(str::to_owned);
                Ok((found, begun_at, status.zip(answer)))
            })
            .await?;
        Ok(match found {
            Some((found, ..)) if found != request => Turn::OtherRequest,
            Some((_, _, Some((status, answer)))) => Turn::Answered {
                status: status as u16,
                answer,
            },
            Some((_, begun_at, None)) if begun_at < earlier(now, LOST) => Turn::Unknown,
            _ => Turn::InFlight,
        })
    }

    /// Keeps what a write was answered.
    pub async fn answer_once(
        &self,
        org: OrganisationId,
        once: Once<'_>,
        status: u16,
        answer: &str,
    ) -> Result<(), StoreError> {
        let Once {
            token,
            key,
            request,
        } = once;
        let mut session = self.engine.write().await?;
        let values = values![org, token, key, request, i64::from(status), answer];
        session.execute(&ONCE_ANSWERED, &values).await?;
        session.commit().await
    }

    /// Forgets a write that came to nothing, so that it can be tried again.
    pub async fn forget_once(&self, org: OrganisationId, once: Once<'_>) -> Result<(), StoreError> {
        let Once {
            token,
            key,
            request,
        } = once;
        let mut session = self.engine.write().await?;
        let values = values![org, token, key, request];
        session.execute(&ONCE_FORGET, &values).await?;
        session.commit().await
    }
}

fn earlier(now: Timestamp, by: SignedDuration) -> Timestamp {
    now.checked_sub(by).unwrap_or(Timestamp::MIN)
}
