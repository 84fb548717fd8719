//! The pages over a real listener, on both engines, with a HiBob sandbox in this process.

// Modules of a test binary are tests too, and clippy is told so.
#[cfg(test)]
mod doors;
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
    doors {
        whoever_is_not_signed_in_is_led_to_sign_in_and_back,
        a_person_without_admin_rights_sees_no_admin_page,
        a_form_that_is_not_from_a_page_of_ours_changes_nothing,
        guessing_is_slowed_down_and_unknown_people_get_the_same_answer,
        every_page_has_the_rules_for_browsers,
        every_link_of_every_page_leads_somewhere,
        hostile_names_stay_text,
    }
    tasks {
        an_admin_connects_previews_and_syncs,
        wrong_credentials_stay_in_the_form_but_for_the_token,
        everybody_without_a_budget_gets_one_across_pages,
        an_invited_person_joins_and_sees_their_own_record,
        a_held_sync_is_approved,
        a_person_is_added_edited_archived_and_brought_back,
        rules_regions_and_who_is_left_out_are_set,
        a_person_s_budget_is_changed_and_why_they_stand_so_is_told,
    }
}
