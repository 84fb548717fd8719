//! The Admin Hub: what an admin does in a browser, and the little that everybody else sees.
//!
//! Every action is a link or a form with POST, redirect, GET: all of it works without JavaScript, with
//! Back, and in two tabs. Pages are rendered on the server from the views of `app`; business is decided
//! there and nowhere here.
//!
//! | module | holds |
//! |---|---|
//! | `again` | what was sent from a page that was no longer good |
//! | `door` | who is signed in, what a form must bring along, what every answer carries |
//! | `form` | the fields of a form |
//! | `oops` | pages that say no |
//! | `live` | pages that change by themselves while something is going |
//! | `marked` | text with markup of ours in it |
//! | `shell` | what stands around every page |
//!
//! What pages say stands in the crate `texts`.
//! | `pages` | a module for each part of the navigation |

mod again;
mod assets;
mod attempts;
mod door;
mod form;
mod live;
mod marked;
mod oops;
mod pages;
mod shell;
#[cfg(test)]
mod texts_tests;

use std::sync::Arc;

use app::App;
use axum::{Router, middleware};
use tower_http::compression::CompressionLayer;

use attempts::Attempts;

/// What every page works with.
#[derive(Clone)]
pub(crate) struct Hub {
    pub(crate) app: App,
    /// The public address is https: cookies are for it alone.
    pub(crate) secure: bool,
    pub(crate) attempts: Arc<Attempts>,
}

impl Hub {
    /// Whether somebody has HiBob asked more often than 30 times a minute.
    fn asks_too_often(&self, member: &door::Member) -> bool {
        let name = format!("asks of {}", member.person.id);
        let minute = jiff::SignedDuration::from_mins(1);
        let counted = self.attempts.count_of(&name, self.app.now(), 30, minute);
        counted.is_err()
    }

    /// Whether somebody tries something too often that can be guessed.
    fn too_often(&self, member: &door::Member, what: &str) -> bool {
        let name = format!("{what} of {}", member.person.id);
        self.attempts.count(&name, self.app.now()).is_err()
    }
}

/// All pages.
pub fn router(app: &App) -> Router {
    let hub = Hub {
        app: app.clone(),
        secure: app.public_url().starts_with("https://"),
        attempts: Arc::default(),
    };
    pages::router()
        .merge(assets::router())
        .fallback(oops::nowhere)
        .layer(middleware::from_fn_with_state(hub.clone(), door::headers))
        .layer(CompressionLayer::new())
        .with_state(hub)
}
