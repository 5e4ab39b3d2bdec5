//! How far each side has got, as the indications that a reader has not been told yet.

use shopbell_protocol::Sequence;
use shopbell_protocol::shown::{IndicationType, Marks, Side};

/// What is in `now` and was not in `told`.
pub(super) fn news(told: Marks, now: Marks) -> impl Iterator<Item = (IndicationType, Side, Sequence)> {
    [
        (
            IndicationType::Delivered,
            Side::Business,
            told.business_delivered,
            now.business_delivered,
        ),
        (
            IndicationType::Seen,
            Side::Business,
            told.business_seen,
            now.business_seen,
        ),
        (
            IndicationType::Delivered,
            Side::Participant,
            told.participant_delivered,
            now.participant_delivered,
        ),
        (
            IndicationType::Seen,
            Side::Participant,
            told.participant_seen,
            now.participant_seen,
        ),
    ]
    .into_iter()
    .filter(|(_, _, told, now)| told < now)
    .map(|(indication, side, _, now)| (indication, side, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_moved_on_is_told() {
        let told = Marks {
            business_seen: Sequence(5),
            ..Marks::default()
        };
        let now = Marks {
            business_seen: Sequence(4),
            participant_seen: Sequence(9),
            ..Marks::default()
        };
        let news: Vec<_> = news(told, now).collect();
        assert_eq!(news, [(IndicationType::Seen, Side::Participant, Sequence(9))]);
    }
}
