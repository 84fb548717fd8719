//! API tokens: only their hashes are stored.

use domain::{OrganisationId, TokenId};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    engine::{Reader, statements, values},
};

statements! {
    TOKEN_ADD =
        "INSERT INTO api_token (org_id, id, name, hash, read_only, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)";
    TOKENS =
        "SELECT id, name, read_only, created_at, revoked_at FROM api_token
         WHERE org_id = $1 ORDER BY id";
    TOKEN_BY_HASH =
        "SELECT id, name, read_only, created_at, revoked_at FROM api_token
         WHERE org_id = $1 AND hash = $2 AND revoked_at IS NULL";
    TOKEN_REVOKE =
        "UPDATE api_token SET revoked_at = $3
         WHERE org_id = $1 AND id = $2 AND revoked_at IS NULL";
}

/// A token as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Never changes.
    pub id: TokenId,
    /// What people call it.
    pub name: String,
    /// May only read.
    pub read_only: bool,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when, once revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token to be stored.
#[derive(Clone, Copy, Debug)]
pub struct NewApiToken<'a> {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub name: &'a str,
    /// The hash of its secret, as text.
    pub hash: &'a str,
    /// May only read.
    pub read_only: bool,
    /// Since when.
    pub created_at: Timestamp,
}

impl Store {
    /// Stores a token.
    pub async fn add_token(
        &self,
        org: OrganisationId,
        token: NewApiToken<'_>,
    ) -> Result<(), StoreError> {
        let NewApiToken {
            id,
            name,
            hash,
            read_only,
            created_at,
        } = token;
        let mut session = self.engine.write().await?;
        session
            .execute(
                &TOKEN_ADD,
                &values![org, id, name, hash, read_only, created_at],
            )
            .await?;
        session.commit().await
    }

    /// All tokens, revoked ones too, oldest first.
    pub async fn tokens(&self, org: OrganisationId) -> Result<Vec<ApiToken>, StoreError> {
        self.engine
            .read()
            .await?
            .all(&TOKENS, &values![org], read)
            .await
    }

    /// The live token with this hash.
    pub async fn token_by_hash(
        &self,
        org: OrganisationId,
        hash: &str,
    ) -> Result<Option<ApiToken>, StoreError> {
        self.engine
            .read()
            .await?
            .maybe_one(&TOKEN_BY_HASH, &values![org, hash], read)
            .await
    }

    /// Ends a token; whether it was live.
    pub async fn revoke_token(
        &self,
        org: OrganisationId,
        id: TokenId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let mut session = self.engine.write().await?;
        let revoked = session
            .execute(&TOKEN_REVOKE, &values![org, id, now])
            .await?;
        session.commit().await?;
        Ok(revoked > 0)
    }
}

fn read(row: &mut Reader<'_>) -> Result<ApiToken, StoreError> {
    Ok(ApiToken {
        id: row.id()?,
        name: row.text()?.to_owned(),
        read_only: row.flag()?,
        created_at: row.instant()?,
        revoked_at: row.maybe_instant()?,
    })
}
