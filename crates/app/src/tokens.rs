//! API tokens: shown once, stored as hashes.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{Organisation, TokenId, text::clean_text};
use jiff::Timestamp;
use serde::Serialize;
use sha2::{Digest, Sha256};
use store::NewApiToken;

use crate::{App, Failure, view::List};

/// A token right after it was made: the only time it can be read.
#[derive(Clone, Serialize)]
pub struct TokenCreated {
    /// Its id.
    pub id: TokenId,
    /// What it is for.
    pub name: String,
    /// The token. It carries the organisation's id in clear before the secret.
    pub token: String,
}

/// A token as it is listed.
#[derive(Clone, Debug, Serialize)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct TokenView {
    pub id: TokenId,
    pub name: String,
    pub read_only: bool,
    pub created_at: Timestamp,
    pub revoked_at: Option<Timestamp>,
}

impl App {
    /// Makes a token.
    pub async fn create_token(
        &self,
        org: &Organisation,
        name: &str,
        read_only: bool,
    ) -> Result<TokenCreated, Failure> {
        let name: String = clean_text(name, 100).map(Into::into).ok_or_else(|| {
            Failure::field(
                "name",
                "missing_name",
                "A token needs a name; nothing was made.",
            )
        })?;
        let mut secret = [0_u8; 32];
        self.entropy.fill(&mut secret);
        let token = format!("rc_{}_{}", org.id.0.simple(), BASE64.encode(secret));
        let id = self.ids().next();
        let hash = hash_of(&token);
        let new = NewApiToken {
            id,
            name: &name,
            hash: &hash,
            read_only,
            created_at: self.clock.now(),
        };
        self.store.add_token(org.id, new).await?;
        Ok(TokenCreated { id, name, token })
    }

    /// All tokens, revoked ones included.
    pub async fn tokens(&self, org: &Organisation) -> Result<List<TokenView>, Failure> {
        let tokens = self.store.tokens(org.id).await?;
        let views = tokens.into_iter().map(|token| TokenView {
            id: token.id,
            name: token.name,
            read_only: token.read_only,
            created_at: token.created_at,
            revoked_at: token.revoked_at,
        });
        Ok(List::whole(views.collect()))
    }

    /// Ends a token, named by id or name.
    pub async fn revoke_token(&self, org: &Organisation, name: &str) -> Result<(), Failure> {
        let tokens = self.store.tokens(org.id).await?;
        let live: Vec<_> = tokens
            .iter()
            .filter(|token| token.revoked_at.is_none())
            .filter(|token| token.name == name || token.id.to_string() == name)
            .collect();
        match live.as_slice() {
            [] => Err(Failure::not_found("token", name)),
            [token] => {
                self.store
                    .revoke_token(org.id, token.id, self.clock.now())
                    .await?;
                Ok(())
            }
            several => Err(Failure::usage(
                "ambiguous",
                format!(
                    "{} tokens are called {name:?}; nothing was revoked.",
                    several.len()
                ),
            )
            .mend("Name one by its id.")),
        }
    }
}

/// What is stored of a token. It has 256 random bits, so one round of hashing is enough.
pub(crate) fn hash_of(token: &str) -> String {
    BASE64.encode(Sha256::digest(token.as_bytes()))
}
