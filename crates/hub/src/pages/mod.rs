//! The pages, a module for each part of the navigation.

mod budgets;
mod bulk;
mod content;
mod entry;
mod exclusions;
mod help;
mod home;
mod hris;
mod import;
mod issues;
mod own;
pub(crate) mod people;
mod person;
mod regions;
mod rules;
mod settings;
pub(crate) mod sync;

use axum::Router;

use crate::Hub;

/// All of them.
pub(crate) fn router() -> Router<Hub> {
    Router::new()
        .merge(entry::router())
        .merge(own::router())
        .merge(home::router())
        .merge(people::router())
        .merge(person::router())
        .merge(bulk::router())
        .merge(import::router())
        .merge(budgets::router())
        .merge(content::router())
        .merge(sync::router())
        .merge(settings::router())
        .merge(issues::router())
        .merge(rules::router())
        .merge(regions::router())
        .merge(exclusions::router())
        .merge(hris::router())
        .merge(help::router())
}
