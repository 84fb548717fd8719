//! When a task that failed is tried again, and when it is given up.

use domain::TaskKind;
use jiff::SignedDuration;

/// The pause before the second try.
const FIRST: SignedDuration = SignedDuration::from_secs(5);
/// The longest pause.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// How often a task is tried: mails for about two days, everything else for about half a day.
pub(crate) const fn tries(kind: TaskKind) -> u64 {
    match kind {
        TaskKind::Mail => 56,
        _ => 20,
    }
}

/// How long to wait after so many tries; nothing when it is given up. `chance` (0 to 255) makes the
/// pause up to a quarter longer, so that what failed together does not come back together.
pub(super) fn pause_after(kind: TaskKind, attempts: u64, chance: u8) -> Option<SignedDuration> {
    if attempts >= tries(kind) {
        return None;
    }
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(u32::MAX)
        .min(16);
    let pause = (FIRST * (1_i32 << doublings)).min(LONGEST);
    let extra = pause.as_millis() * i128::from(chance) / 255 / 4;
    Some(pause + SignedDuration::from_millis(extra as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_then_it_is_given_up() {
        let pause = |attempts| pause_after(TaskKind::Job, attempts, 0);
        assert_eq!(pause(1), Some(SignedDuration::from_secs(5)));
        assert_eq!(pause(2), Some(SignedDuration::from_secs(10)));
        assert_eq!(pause(12), Some(LONGEST));
        assert_eq!(pause(19), Some(LONGEST));
        assert_eq!(pause(20), None);
    }

    #[test]
    fn mails_are_tried_for_about_two_days() {
        let pauses = (1..).map_while(|attempts| pause_after(TaskKind::Mail, attempts, 0));
        let all: SignedDuration = pauses.sum();
        assert!((46..50).contains(&all.as_hours()), "{all:?}");
    }

    #[test]
    fn chance_makes_a_pause_up_to_a_quarter_longer() {
        let pause = |chance| pause_after(TaskKind::Job, 3, chance).unwrap();
        assert_eq!(pause(0), SignedDuration::from_secs(20));
        assert_eq!(pause(255), SignedDuration::from_secs(25));
    }
}
