//! What the store promises, stamped on both engines.
//!
//! Run with `cargo xtask pg -- cargo nextest run -p store`: without a PostgreSQL cluster its half
//! fails, it is never skipped.

// Modules of a test binary are tests too, and clippy is told so.
#[cfg(test)]
mod apply;
#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod connections;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod fencing;
#[cfg(test)]
mod findings;
#[cfg(test)]
mod isolation;
#[cfg(test)]
mod journal;
#[cfg(test)]
mod last_seen;
#[cfg(test)]
mod locks;
#[cfg(test)]
mod once;
#[cfg(test)]
mod people;
#[cfg(test)]
mod plans;
#[cfg(test)]
mod regions;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod settings;
#[cfg(test)]
mod speed;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod still;
#[cfg(test)]
mod tasks;
#[cfg(test)]
mod undo;
#[cfg(test)]
mod world;

/// Makes one test per engine of each function.
macro_rules! conformance {
    ($($module:ident { $($name:ident),* $(,)? })*) => {
        #[cfg(test)]
        mod sqlite {
            $($(#[tokio::test]
            async fn $name() {
                crate::$module::$name(crate::world::World::on_sqlite().await).await;
            })*)*
        }

        #[cfg(test)]
        mod postgres {
            $($(#[tokio::test]
            async fn $name() {
                crate::$module::$name(crate::world::World::on_postgres().await).await;
            })*)*
        }
    };
}

conformance! {
    schema {
        every_statement_can_be_prepared,
        opening_again_changes_nothing,
        processes_that_start_at_once_all_open,
        a_newer_schema_is_refused,
        a_schema_with_another_past_is_refused,
        a_table_or_a_column_that_is_missing_is_told_as_a_broken_schema,
        a_read_only_database_is_refused,
        the_organisation_leads_every_key,
    }
    settings {
        an_organisation_is_found_by_slug_and_by_id,
        a_slug_is_unique,
        an_installation_value_is_set_once,
        policy_and_exclusions_move_the_version,
        tokens_are_found_by_hash_until_they_are_revoked,
    }
    apply {
        an_applied_plan_is_the_directory,
        the_same_plan_is_not_applied_on_another_base,
        emails_swap_and_go_round_in_a_ring,
        an_email_of_somebody_archived_goes_to_somebody_new,
        groups_swap_names_and_departments_move,
        an_apply_that_fails_leaves_nothing,
        references_to_what_is_new_become_ids_in_the_history,
        a_plan_of_many_chunks_is_whole,
        lists_set_by_hand_are_replaced_only_where_they_change,
    }
    fencing {
        a_run_that_another_process_closed_is_not_applied,
        a_run_is_applied_once,
        applying_and_closing_at_once_end_in_one_of_both,
        a_run_ends_as_it_was_closed_first,
        a_run_with_a_stored_plan_can_be_forgotten,
    }
    once {
        a_write_is_begun_once_and_its_answer_kept_for_a_day,
        what_came_to_nothing_may_be_tried_again,
    }
    tasks {
        what_is_due_is_leased_once,
        two_workers_never_get_the_same_one,
        who_wakes_up_late_ends_nothing,
        one_that_waits_under_a_name_is_enough,
        nothing_is_put_down_when_its_change_is_not_made,
        what_was_given_up_stays_until_it_is_tried_again,
        a_thousand_mails_of_one_keep_no_other_waiting,
        some_workers_never_take_a_mail,
    }
    still {
        whoever_edits_waits_until_the_plan_is_stored,
        what_was_held_still_and_let_go_is_as_it_was,
        a_plan_is_kept_only_where_its_directory_has_not_moved,
        a_hold_takes_the_place_of_another_in_one_step,
        a_stored_plan_is_whole_until_something_of_it_is_another,
    }
    isolation {
        organisations_do_not_see_each_other,
    }
    findings {
        findings_are_intervals,
        a_named_run_ends_only_the_findings_of_its_people,
        the_timer_ends_no_finding,
        another_reason_is_another_interval,
        missing_people_are_counted_in_good_runs,
    }
    runs {
        a_run_begins_goes_on_and_fails,
        a_preview_keeps_its_plan,
        a_superseded_hold_forgets_its_plan,
        runs_come_in_pages_newest_first,
        changes_of_a_run_come_in_pages,
        interrupted_runs_are_closed,
        archives_of_a_week_count_together,
    }
    people {
        a_directory_is_read_as_it_was_written_whatever_is_in_it,
        filters_let_the_right_people_through,
        search_ignores_case_accents_and_patterns,
        pages_in_every_order_hold_everybody_once,
        nobody_is_lost_or_repeated_while_people_are_added,
        a_cursor_of_another_list_is_refused,
        approvers_are_active_people_or_the_fallback,
        people_are_found_by_what_identifies_them,
    }
    edits {
        an_edit_is_stored_with_its_history,
        an_edit_of_a_changed_record_is_refused,
        an_email_in_use_is_refused_and_an_archived_one_is_not,
        many_edits_are_one_act,
        history_comes_newest_first_in_pages,
    }
    undo {
        the_newest_act_of_each_person_is_told,
        a_run_is_taken_back_with_its_groups_and_the_schedule_rests,
        nothing_is_taken_back_from_another_base,
        what_was_taken_back_no_longer_counts_towards_the_week,
        an_edit_and_whom_it_leaves_out_are_one,
        a_hold_of_the_timer_stands_beside_another,
    }
    regions {
        changed_regions_move_people_with_a_history,
        a_region_that_goes_hands_its_people_to_the_fallback,
        a_bad_set_of_regions_changes_nothing,
    }
    connections {
        one_connection_is_live,
        disconnecting_erases_the_token_and_keeps_the_people,
        end_dates_can_be_forgotten,
        what_a_run_read_is_not_stored_once_its_connection_is_gone,
        only_the_hold_of_a_connection_ends_with_it,
    }
    last_seen {
        only_what_changed_is_written,
        somebody_gone_is_marked_once_and_only_by_a_whole_answer,
        copies_that_differ_are_kept_whatever_their_order,
        nothing_is_kept_of_the_erased,
    }
    statements {
        twice_the_chunks_of_a_plan_take_twice_the_statements,
        a_directory_is_read_with_one_statement_more_for_each_page,
        a_transaction_counts_its_beginning_and_its_end,
    }
    locks {
        one_holder_at_a_time_per_organisation,
        a_lock_dies_with_its_holder,
    }
}
