//! Who calls: the only way to the use cases.

use app::App;
use axum::{extract::FromRequestParts, http::request::Parts};
use domain::{Organisation, TokenId};

use crate::Problem;

/// Somebody with a good token, acting for its organisation. The [`guard`](crate::guard) makes it.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The installation, in the token's name.
    pub(crate) app: App,
    /// The token's organisation. No call ever names another.
    pub(crate) org: Organisation,
    /// The token.
    pub(crate) token: TokenId,
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        // Without the guard before it, no call is answered.
        let caller = parts.extensions.get::<Self>().cloned();
        caller.ok_or_else(Problem::internal)
    }
}
