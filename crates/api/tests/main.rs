//! The API over HTTP, stamped on both engines, with a HiBob sandbox in this process.
//!
//! Run with `cargo xtask pg -- cargo nextest run -p api`: without a PostgreSQL cluster its half fails,
//! it is never skipped.

// Modules of a test binary are tests too, and clippy is told so.
#[cfg(test)]
mod doors;
#[cfg(test)]
mod input;
#[cfg(test)]
mod shapes;
#[cfg(test)]
mod twice;
#[cfg(test)]
mod world;

/// Makes one test per engine of each function.
macro_rules! on_both_engines {
    ($($module:ident { $($name:ident),* $(,)? })*) => {
        #[cfg(test)]
        mod sqlite {
            $($(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::$module::$name(crate::world::World::on_sqlite().await).await;
            })*)*
        }

        #[cfg(test)]
        mod postgres {
            $($(#[tokio::test(flavor = "multi_thread")]
            async fn $name() {
                crate::$module::$name(crate::world::World::on_postgres().await).await;
            })*)*
        }
    };
}

on_both_engines! {
    doors {
        nobody_gets_in_without_a_token_that_works,
        a_token_that_may_only_read_changes_nothing,
        another_organisation_s_things_are_not_there,
        who_calls_too_often_is_told_when_to_come_back,
    }
    input {
        what_is_not_known_is_named,
        hostile_bodies_are_refused_and_change_nothing,
        hostile_addresses_are_refused,
        wrong_fields_are_named_with_their_mend,
        every_answer_has_an_id_and_takes_over_a_good_one,
    }
    shapes {
        everything_that_is_read_has_the_shape_of_the_contract,
        a_person_from_added_to_erased,
        budgets_and_invitations_in_bulk,
        a_run_asked_for_stopped_and_undone,
        settings_are_changed,
        groups_are_the_admins_once_no_hris_is_connected,
        content_regions_are_made_and_removed,
    }
    twice {
        a_write_with_a_key_is_done_once_and_answered_the_same,
        of_two_at_once_one_is_done,
        a_record_that_moved_is_not_overwritten,
    }
}
