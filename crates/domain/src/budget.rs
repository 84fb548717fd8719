//! Budgets: money of one person for one period, as a ledger that always adds up.

use jiff::{Timestamp, civil::Date};

use crate::{BudgetId, Currency, PersonId, words::words};

words! {
    /// What happened to a budget. Amounts are signed: what goes out is negative.
    EntryKind {
        /// It was given.
        Allocated = "allocated",
        /// An admin added to it.
        TopUp = "top_up",
        /// An admin took something off.
        Deducted = "deducted",
        /// It was spent.
        Spent = "spent",
        /// Something spent came back.
        Refunded = "refunded",
        /// What was left went back to the organisation.
        Returned = "returned",
        /// It was taken away.
        Removed = "removed",
    }
}

/// A budget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Its id.
    pub id: BudgetId,
    /// Whose.
    pub person: PersonId,
    /// In what.
    pub currency: Currency,
    /// What was given at first, in minor units.
    pub amount: i64,
    /// What is left: always the sum of its entries.
    pub remaining: i64,
    /// First day.
    pub period_start: Date,
    /// Last day.
    pub period_end: Date,
    /// Nothing is spent before this.
    pub spendable_from: Option<Date>,
    /// Since when nothing is spent, because its person is archived.
    pub frozen_at: Option<Timestamp>,
    /// Since when it no longer counts.
    pub ended_at: Option<Timestamp>,
}

/// What an admin does to a budget. Amounts are positive, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetChange {
    /// Adds to it.
    TopUp(i64),
    /// Takes something off.
    Deduct(i64),
    /// Takes it away.
    Remove,
    /// Gives what is left back to the organisation.
    Return,
    /// Lets it be spent again.
    Thaw,
}

/// Why a budget cannot be changed like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BudgetRefusal {
    /// No more than this is left.
    Insufficient(i64),
    /// It no longer counts.
    Ended,
    /// It is not frozen.
    NotFrozen,
    /// More than numbers hold.
    TooMuch,
}

impl Budget {
    /// The budget after a change, and the line of the ledger, if it moves money.
    ///
    /// # Errors
    /// Why it cannot be done. A frozen budget takes every change of an admin: only spending rests.
    pub fn after(
        &self,
        change: BudgetChange,
        at: Timestamp,
    ) -> Result<(Self, Option<(EntryKind, i64)>), BudgetRefusal> {
        if self.ended_at.is_some() {
            return Err(BudgetRefusal::Ended);
        }
        let mut after = self.clone();
        let (kind, amount) = match change {
            BudgetChange::TopUp(amount) => (EntryKind::TopUp, amount),
            BudgetChange::Deduct(amount) if amount > self.remaining => {
                return Err(BudgetRefusal::Insufficient(self.remaining));
            }
            BudgetChange::Deduct(amount) => (EntryKind::Deducted, -amount),
            BudgetChange::Remove => (EntryKind::Removed, -self.remaining),
            BudgetChange::Return => (EntryKind::Returned, -self.remaining),
            BudgetChange::Thaw => {
                if self.frozen_at.is_none() {
                    return Err(BudgetRefusal::NotFrozen);
                }
                after.frozen_at = None;
                return Ok((after, None));
            }
        };
        let left = self.remaining.checked_add(amount);
        after.remaining = left.ok_or(BudgetRefusal::TooMuch)?;
        if matches!(change, BudgetChange::Remove | BudgetChange::Return) {
            after.ended_at = Some(at);
        }
        Ok((after, Some((kind, amount))))
    }

    /// Whether something of it can be spent on a day.
    pub fn is_spendable(&self, today: Date) -> bool {
        self.frozen_at.is_none()
            && self.ended_at.is_none()
            && self.remaining > 0
            && (self.period_start..=self.period_end).contains(&today)
            && self.spendable_from.is_none_or(|from| from <= today)
    }
}

/// The budget that is shown and acted on: the current one, else the next to come. Periods of one
/// person never overlap.
pub fn shown(budgets: &[Budget], today: Date) -> Option<&Budget> {
    let counting = budgets.iter().filter(|budget| budget.ended_at.is_none());
    let open = counting.filter(|budget| budget.period_end >= today);
    open.min_by_key(|budget| budget.period_start)
}

/// The part of an amount for whoever comes in within the period: amount × days from the later of
/// `from` and the period's start to its end ÷ days of the period, both ends counted, half up.
pub fn pro_rata(amount: i64, start: Date, end: Date, from: Date) -> i64 {
    let days = |from: Date| i128::from((end - from).get_days()) + 1;
    let (part, whole) = (days(from.max(start)).max(0), days(start));
    if whole <= 0 {
        return 0;
    }
    let doubled = i128::from(amount) * part * 2 + whole;
    i64::try_from(doubled / (2 * whole)).unwrap_or(amount)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn budget(start: &str, end: &str) -> Budget {
        Budget {
            id: BudgetId(Uuid::nil()),
            person: PersonId(Uuid::nil()),
            currency: "EUR".parse().unwrap(),
            amount: 50_000,
            remaining: 50_000,
            period_start: day(start),
            period_end: day(end),
            spendable_from: None,
            frozen_at: None,
            ended_at: None,
        }
    }

    #[test]
    fn a_part_of_the_year_gives_a_part_of_the_amount() {
        let year = |from| pro_rata(36_500, day("2027-01-01"), day("2027-12-31"), day(from));
        assert_eq!(
            year("2026-05-01"),
            36_500,
            "earlier than the period: all of it"
        );
        assert_eq!(year("2027-01-01"), 36_500);
        assert_eq!(year("2027-12-31"), 100, "the last day counts");
        assert_eq!(year("2028-01-01"), 0, "later than the period: nothing");
        // 1 × 1 ÷ 2 days is half a minor unit, which goes up.
        assert_eq!(
            pro_rata(1, day("2027-01-01"), day("2027-01-02"), day("2027-01-02")),
            1
        );
        // A leap year has a day more.
        assert_eq!(
            pro_rata(
                36_600,
                day("2028-01-01"),
                day("2028-12-31"),
                day("2028-12-31")
            ),
            100
        );
    }

    #[test]
    fn the_current_budget_is_shown_else_the_next_to_come() {
        let all = [
            budget("2025-01-01", "2025-12-31"),
            budget("2028-01-01", "2028-12-31"),
            budget("2027-01-01", "2027-12-31"),
        ];
        let start = |today| shown(&all, day(today)).map(|budget| budget.period_start);
        assert_eq!(start("2027-06-01"), Some(day("2027-01-01")));
        assert_eq!(start("2026-06-01"), Some(day("2027-01-01")));
        assert_eq!(start("2029-01-01"), None);
    }

    #[test]
    fn nothing_is_spent_while_it_is_frozen_or_before_its_day() {
        let now = Timestamp::UNIX_EPOCH;
        let open = budget("2027-01-01", "2027-12-31");
        assert!(open.is_spendable(day("2027-12-31")));
        assert!(!open.is_spendable(day("2026-12-31")));
        let mut frozen = open.clone();
        frozen.frozen_at = Some(now);
        assert!(!frozen.is_spendable(day("2027-06-01")));
        let (thawed, entry) = frozen.after(BudgetChange::Thaw, now).unwrap();
        assert!(thawed.is_spendable(day("2027-06-01")));
        assert_eq!(entry, None, "thawing moves no money");
        let mut later = open;
        later.spendable_from = Some(day("2027-07-01"));
        assert!(!later.is_spendable(day("2027-06-30")));
    }

    fn change() -> impl Strategy<Value = BudgetChange> {
        prop_oneof![
            (1_i64..100_000).prop_map(BudgetChange::TopUp),
            (1_i64..100_000).prop_map(BudgetChange::Deduct),
            Just(BudgetChange::Remove),
            Just(BudgetChange::Return),
            Just(BudgetChange::Thaw),
        ]
    }

    proptest! {
        #[test]
        fn the_ledger_always_adds_up(changes in prop::collection::vec(change(), 0..40)) {
            let now = Timestamp::UNIX_EPOCH;
            let mut budget = budget("2027-01-01", "2027-12-31");
            let mut entries = vec![budget.amount];
            for change in changes {
                match budget.after(change, now) {
                    Ok((after, entry)) => {
                        entries.extend(entry.map(|(_, amount)| amount));
                        budget = after;
                    }
                    Err(BudgetRefusal::Insufficient(left)) => prop_assert_eq!(left, budget.remaining),
                    Err(_) => {}
                }
                prop_assert_eq!(entries.iter().sum::<i64>(), budget.remaining);
                prop_assert!(budget.remaining >= 0);
            }
        }

        #[test]
        fn a_part_is_what_counting_days_gives(
            amount in 1_i64..10_000_000,
            length in 1_i32..800,
            offset in -400_i32..900,
        ) {
            let start = day("2027-01-01");
            let after = |days: i32| {
                start.checked_add(SignedDuration::from_hours(24 * i64::from(days))).unwrap()
            };
            let (end, from) = (after(length - 1), after(offset));
            let counted = (0..length).filter(|day| after(*day) >= from).count();
            let exact = amount as f64 * counted as f64 / f64::from(length);
            let part = pro_rata(amount, start, end, from);
            prop_assert!((part as f64 - exact).abs() <= 0.5 + 1e-6, "{part} for {exact}");
            prop_assert!((0..=amount).contains(&part));
            prop_assert!(part >= pro_rata(amount, start, end, after(offset + 1)), "later is less");
        }
    }
}
