//! What the use cases promise, stamped on both engines, with a HiBob sandbox in this process.
//!
//! Run with `cargo xtask pg -- cargo nextest run -p app`: without a PostgreSQL cluster its half
//! fails, it is never skipped.

// Modules of a test binary are tests too, and clippy is told so.
#[cfg(test)]
mod access;
#[cfg(test)]
mod background;
#[cfg(test)]
mod budgets;
#[cfg(test)]
mod company;
#[cfg(test)]
mod disconnecting;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod erase;
#[cfg(test)]
mod exclusions;
#[cfg(test)]
mod explain;
#[cfg(test)]
mod last_seen;
#[cfg(test)]
mod restless;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod timer;
#[cfg(test)]
mod timer_holds;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod undo_limits;
#[cfg(test)]
mod webhooks;
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
    background {
        a_run_that_is_asked_for_waits_until_a_worker_makes_it,
        a_preview_never_stands_in_the_way_of_a_sync,
        a_run_that_is_stopped_while_it_waits_is_never_made,
        a_run_that_is_stopped_while_it_reads_changes_nothing,
        a_connection_begins_with_a_run_of_a_worker,
        a_worker_that_died_leaves_its_run_to_another_who_begins_anew,
        the_daily_sync_runs_once_a_day_whoever_looks,
        what_was_missed_runs_once,
        a_paused_connection_rests_and_goes_on_when_resumed,
        refused_credentials_stop_the_schedule_until_they_change,
        a_bad_day_is_tried_again_soon_then_later_then_on_schedule,
        midnight_comes_by_itself_and_catches_up,
        what_can_never_be_done_is_given_up_seen_and_tried_again,
    }
    budgets {
        a_bulk_gives_everybody_who_has_none_and_says_who_was_left_out,
        whoever_came_within_the_period_gets_their_part,
        wrong_bulks_are_refused_field_by_field,
        two_bulks_at_once_give_nobody_two_budgets,
        a_bulk_is_taken_back_as_a_whole_or_not_at_all,
        nobody_takes_more_than_is_left,
        archiving_freezes_and_coming_back_thaws_unless_hired_anew,
    }
    access {
        an_invitation_lets_somebody_in_once,
        only_who_asks_again_is_invited_again_and_the_old_link_is_void,
        somebody_who_was_never_invited_gets_in_by_no_way,
        archiving_ends_sessions_links_and_invitations,
        another_address_voids_what_was_sent_to_the_old_one,
        a_link_signs_in_once_and_not_for_long,
        a_sync_mails_nobody_but_admins_and_once_for_each_cause,
        mails_wait_in_the_outbox_until_a_mail_server_is_set,
        admins_are_told_of_another_email_and_of_the_last_admin_who_was_kept,
    }
    webhooks {
        whom_a_webhook_names_is_synced_and_nobody_else,
        an_event_that_comes_twice_is_followed_once,
        what_is_not_signed_is_not_taken,
        a_paused_connection_takes_no_webhooks,
        many_at_once_are_a_whole_sync,
        safeguards_hold_what_webhooks_would_do_and_an_admin_approves_it,
    }
    timer {
        a_pass_archives_whose_last_day_is_over_and_starts_whose_first_day_has_come,
        a_pass_with_nothing_to_do_leaves_no_run,
        an_organisation_without_an_hris_has_its_midnight_too,
        the_last_admin_stays_when_the_last_day_is_over,
        a_pass_waits_for_whoever_has_the_lock,
        an_edit_during_a_pass_makes_it_plan_again,
        a_pass_says_nothing_about_the_hris,
    }
    timer_holds {
        too_many_at_one_midnight_are_held_once,
        another_plan_of_the_timer_takes_the_place_of_its_hold,
        a_hold_of_the_timer_goes_away_when_its_cause_is_mended,
        a_held_pass_is_approved_without_asking_the_hris,
        a_held_pass_is_approved_without_the_archiving,
        a_held_pass_that_would_come_to_another_plan_is_not_applied,
        a_held_pass_is_turned_down,
        holds_of_the_timer_and_of_a_sync_stand_beside_each_other,
        a_sync_that_archives_them_ends_the_hold_of_the_timer,
    }
    undo {
        a_run_is_undone_as_a_whole_and_the_next_sync_does_it_again,
        people_whom_the_run_added_are_archived_and_a_later_sync_restores_them,
        one_person_s_part_of_a_run_is_undone,
        an_edit_by_hand_on_top_stays_and_is_said,
        the_names_of_groups_go_back,
        a_run_of_the_timer_is_undone,
        undoing_twice_is_refused,
        what_was_not_applied_cannot_be_undone,
    }
    undo_limits {
        an_email_that_somebody_else_has_by_now_stays_with_them,
        emails_that_were_swapped_are_swapped_back,
        the_last_admin_is_never_archived_by_an_undo,
        nobody_gets_an_approver_back_who_has_left,
        a_group_that_was_renamed_since_keeps_its_name,
        an_undo_is_refused_while_a_sync_is_going,
        what_was_undone_no_longer_counts_towards_the_week,
    }
    last_seen {
        an_unchanged_sync_finds_nothing_to_write,
        what_changed_about_somebody_skipped_is_stored_though_nobody_changes,
        somebody_gone_keeps_their_record_and_is_marked,
        a_preview_stores_no_record,
    }
    statements {
        an_unchanged_sync_takes_as_many_statements_for_any_number_of_people,
    }
    explain {
        everybody_of_a_company_has_the_outcome_of_the_last_run,
        the_rules_that_applied_are_told_in_words,
        somebody_skipped_is_explained_by_hris_id_and_by_email,
        somebody_unknown_to_the_hris_is_explained_too,
        somebody_unlinked_is_told_by_whom_the_hris_has_them,
        an_archiving_that_was_turned_down_is_said,
        an_edit_that_the_next_sync_overwrites_is_said,
        what_the_timer_did_since_the_last_sync_is_said,
    }
    erase {
        nothing_of_an_erased_person_is_left_nor_comes_back,
        an_erased_person_comes_back_as_somebody_new_once_allowed,
        the_same_email_under_another_id_stays_erased_and_another_email_does_not,
        an_email_that_somebody_else_has_by_now_stays_theirs,
        the_last_admin_is_not_erased,
        nobody_is_erased_while_a_sync_is_going,
        a_preview_never_stores_somebody_erased_meanwhile,
        who_was_erased_is_known_after_the_key_was_rotated,
        a_run_is_undone_for_those_who_are_still_there,
    }
    exclusions {
        an_employee_who_is_left_out_is_out_of_scope_until_let_in_again,
        a_linked_person_is_to_be_unlinked_instead,
        an_exclusion_needs_an_id_and_a_reason,
        somebody_unlinked_belongs_to_the_admin_and_is_left_out,
        somebody_kept_is_not_archived_again,
        somebody_brought_back_is_archived_again_by_the_next_sync,
        linking_lets_in_again_and_is_refused_where_another_is_linked,
    }
    edits {
        an_edit_during_a_sync_is_not_lost,
        an_edit_of_what_the_hris_manages_stands_in_the_history_before_the_sync_overwrites_it,
        somebody_archived_by_hand_during_a_sync_stays_archived,
    }
    disconnecting {
        a_sync_that_is_going_writes_nothing_once_the_hris_is_disconnected,
        a_sync_writes_nothing_for_a_connection_that_was_made_anew,
        a_run_that_would_be_held_or_shown_is_not_kept_either,
        an_approval_that_is_going_writes_nothing_and_the_hold_is_over,
        a_hold_ends_with_its_connection_and_one_of_the_timer_does_not,
        pausing_does_not_stop_a_run,
    }
    restless {
        a_sync_is_applied_while_somebody_edits_without_pause,
        a_hold_is_made_while_somebody_edits_without_pause,
        a_preview_is_made_while_somebody_edits_without_pause,
        a_pass_of_the_timer_ends_while_somebody_edits_without_pause,
        a_hold_is_approved_while_somebody_edits_without_pause,
        a_new_plan_is_shown_while_somebody_edits_without_pause,
        a_run_is_undone_while_somebody_edits_without_pause,
    }
}
