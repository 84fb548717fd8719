//! The pages over a real listener, on both engines, with a HiBob sandbox in this process.

// Modules of a test binary are tests too, and clippy is told so.
#[cfg(test)]
mod desk;
#[cfg(test)]
mod doors;
#[cfg(test)]
mod files;
#[cfg(test)]
mod tasks;
#[cfg(test)]
mod world;

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
    desk {
        a_second_factor_is_asked_for_and_each_code_works_once,
        a_connection_that_is_cancelled_leaves_nobody_behind_whatever_was_before,
        a_password_is_changed_and_the_old_one_lets_nobody_in,
        the_hibob_admin_connects_by_a_link_and_sees_nothing_else,
        issues_go_out_of_the_way_for_a_week_and_come_back,
        many_are_archived_and_brought_back_but_for_the_last_admin,
        links_of_an_admin_go_to_the_old_address_until_the_new_one_is_confirmed,
        views_are_saved_and_mails_looked_at,
        a_going_sync_is_told_as_events_until_it_is_over,
    }
    doors {
        whoever_is_not_signed_in_is_led_to_sign_in_and_back,
        a_person_without_admin_rights_sees_no_admin_page,
        a_form_that_is_not_from_a_page_of_ours_changes_nothing,
        guessing_is_slowed_down_and_unknown_people_get_the_same_answer,
        every_page_has_the_rules_for_browsers,
        every_link_of_every_page_leads_somewhere,
        hostile_names_stay_text,
        every_route_lets_in_only_whom_it_is_for,
        every_page_is_looked_at_in_the_browser_and_in_the_navigation,
        every_page_is_there_in_german,
        what_was_sent_from_an_old_page_is_kept,
    }
    files {
        content_is_seen_in_its_region_and_nowhere_else,
        a_csv_file_has_the_limits_of_a_sync_and_is_not_taken_once_people_have_moved,
        a_csv_file_is_a_preview_and_taken_as_it_was_shown,
    }
    tasks {
        an_admin_connects_previews_and_syncs,
        wrong_credentials_stay_in_the_form_but_for_the_token,
        a_bulk_that_is_going_is_followed_and_stopped,
        everybody_without_a_budget_gets_one_across_pages,
        an_invited_person_joins_and_sees_their_own_record,
        a_held_sync_is_approved,
        a_person_is_added_edited_archived_and_brought_back,
        rules_regions_and_who_is_left_out_are_set,
        a_person_s_budget_is_changed_and_why_they_stand_so_is_told,
    }
}
