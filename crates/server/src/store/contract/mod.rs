//! What every store must do, as tests that any store can be put through: `shopbell_server::store_contract!(make)` in a
//! test file makes one test of each, where `make` is an async function that gives a new, empty store and whatever has
//! to live as long as it.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "these are tests, though not marked as such: a panic is how they fail"
)]

pub mod conversations;
pub mod events;
pub mod identity;
pub mod marks;
pub mod merge;
pub mod messages;
pub mod presses;

mod fixture;

/// One test of each function of the contract.
#[macro_export]
macro_rules! store_contract {
    ($make:path) => {
        $crate::store_contract!(@each $make;
            conversations: of_many_first_calls_exactly_one_makes_the_conversation,
                a_page_of_the_list_goes_on_where_the_last_one_ended,
                the_list_tells_what_changed_once,
                a_deleted_conversation_leaves_nothing_and_begins_anew;
            events: the_log_is_in_order_and_shows_messages_as_they_were_sent,
                a_note_of_the_business_is_told_to_nobody,
                metadata_is_in_the_log_and_in_no_message;
            identity: the_first_site_is_made_once, a_session_ends_when_its_time_is_over,
                a_new_password_ends_the_sessions_of_its_login_only,
                a_key_is_listed_until_it_is_deleted,
                a_file_is_known_once_per_owner_and_key;
            marks: a_mark_moves_forward_only_and_not_beyond_what_its_side_may_see,
                a_participant_is_not_told_of_marks_at_hidden_messages,
                what_is_silent_or_seen_is_not_counted_as_unread;
            merge: two_conversations_become_one_in_order_of_time_with_one_event, a_merge_happens_once,
                concurrent_merges_and_sends_keep_every_message;
            messages: sequences_rise_while_the_clock_stands_or_steps_back,
                concurrent_messages_are_all_there_and_rise,
                the_same_client_id_stores_one_message,
                a_page_is_filtered_before_it_is_counted,
                a_reader_is_told_the_message_before_the_first_one,
                a_send_is_refused_where_somebody_else_wrote_since,
                a_channel_begins_with_the_first_message_through_the_widget,
                another_sites_conversation_is_not_written_to;
            presses: a_press_is_accepted_once_and_told_to_those_who_look,
                a_press_on_what_the_participant_cannot_see_finds_nothing,
                the_same_press_is_one_interaction_also_of_a_repeatable_button,
        );
    };
    (@each $make:path; $($module:ident: $($name:ident),+ $(,)?);+ $(;)?) => {
        $($(
            #[tokio::test]
            async fn $name() {
                let (store, _keep) = $make().await;
                $crate::store::contract::$module::$name(store).await;
            }
        )+)+
    };
}
