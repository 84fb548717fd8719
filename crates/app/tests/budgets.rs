//! Budgets: given in bulk, changed one by one, frozen and thawed, and never touched by a sync.

use app::{BudgetAction, BudgetBulk, JobView, LedgerView, PeopleChoice, PeopleQuery, PersonPatch};
use domain::{JobState, LeftOutCode};

use crate::{
    company::{change, company, email, terminate},
    world::World,
};

fn year() -> BudgetBulk {
    BudgetBulk {
        period_start: "2026-01-01".to_owned(),
        period_end: "2026-12-31".to_owned(),
        currency: "EUR".to_owned(),
        amount: "500.00".to_owned(),
        ..BudgetBulk::default()
    }
}

fn everybody() -> PeopleChoice {
    PeopleChoice::Filter(Box::default())
}

async fn give(world: &World, people: &PeopleChoice, bulk: &BudgetBulk) -> JobView {
    let job = world
        .app
        .give_budgets(&world.org, people, bulk)
        .await
        .unwrap();
    assert_eq!(job.state, JobState::Queued);
    world.app.work_off().await.unwrap();
    let job = world
        .app
        .job(&world.org, &job.id.to_string())
        .await
        .unwrap();
    assert_eq!(job.state, JobState::Finished);
    assert_eq!(job.done, job.total);
    job
}

/// A person's ledger, which adds up.
async fn ledger(world: &World, name: &str) -> LedgerView {
    let ledger = world.app.ledger(&world.org, name, None).await.unwrap();
    adds_up(&ledger);
    ledger
}

fn adds_up(ledger: &LedgerView) {
    let cents = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
    let sum: i64 = ledger
        .entries
        .iter()
        .map(|entry| cents(&entry.amount))
        .sum();
    let remaining = ledger
        .budget
        .as_ref()
        .map_or(0, |budget| cents(&budget.remaining));
    assert_eq!(sum, remaining, "{ledger:?}");
}

fn is_frozen(ledger: &LedgerView) -> bool {
    ledger.budget.as_ref().unwrap().frozen
}

pub(crate) async fn a_bulk_gives_everybody_who_has_none_and_says_who_was_left_out(world: World) {
    world.connect(company(6)).await;
    world
        .app
        .archive_person(&world.org, &email(5))
        .await
        .unwrap();
    let later = PersonPatch {
        start_date: Some("2026-05-01".to_owned()),
        ..PersonPatch::default()
    };
    let upcoming = world.add("later@acme.test", later).await;
    let one = world.person(&email(2)).await.id.to_string();
    give(&world, &PeopleChoice::Ids(vec![one.clone()]), &year()).await;
    let job = give(&world, &everybody(), &year()).await;
    assert_eq!(job.total, 7);
    let code_of = |name: String| {
        let found = job
            .left_out
            .iter()
            .find(|out| out.person_id.to_string() == name);
        found.map(|out| out.code)
    };
    assert_eq!(code_of(one), Some(LeftOutCode::HasBudget));
    assert_eq!(
        code_of(upcoming.id.to_string()),
        Some(LeftOutCode::Upcoming)
    );
    let archived = world.person(&email(5)).await.id.to_string();
    assert_eq!(code_of(archived), Some(LeftOutCode::Archived));
    assert_eq!(job.left_out.len(), 3);
    let budget = world.person(&email(1)).await.budget.unwrap();
    assert_eq!((budget.amount.as_str(), budget.currency), ("500.00", "EUR"));
    let with = |word: &str| PeopleQuery {
        budget: Some(word.to_owned()),
        status: Some("active".to_owned()),
        ..PeopleQuery::default()
    };
    let any = world.app.people(&world.org, &with("any")).await.unwrap();
    let none = world.app.people(&world.org, &with("none")).await.unwrap();
    assert_eq!((any.total, none.total), (Some(5), Some(0)));
    let nobody = PeopleChoice::Ids(vec!["01a213c0-05d9-701d-9515-1d698aabe46a".to_owned()]);
    let job = give(&world, &nobody, &year()).await;
    assert_eq!(job.left_out[0].code, LeftOutCode::NotFound);
}

pub(crate) async fn whoever_came_within_the_period_gets_their_part(world: World) {
    let mut roster = company(3);
    change(&mut roster, 2, |joiner| {
        joiner.start_date = Some("2026-02-01".into());
    });
    world.connect(roster).await;
    let bulk = BudgetBulk {
        amount: "365.00".to_owned(),
        pro_rata_from: Some("start_date".to_owned()),
        ..year()
    };
    give(&world, &everybody(), &bulk).await;
    let amount = async |name: String| world.person(&name).await.budget.unwrap().amount;
    assert_eq!(amount(email(1)).await, "365.00");
    assert_eq!(amount(email(2)).await, "334.00");
}

pub(crate) async fn wrong_bulks_are_refused_field_by_field(world: World) {
    let refused = async |change: fn(&mut BudgetBulk)| {
        let mut bulk = year();
        change(&mut bulk);
        let error = world
            .app
            .give_budgets(&world.org, &everybody(), &bulk)
            .await
            .unwrap_err();
        (error.field.unwrap(), error.code)
    };
    let wrong = refused(|bulk| bulk.period_end = "2025-01-01".to_owned()).await;
    assert_eq!(wrong, ("period_end", "end_before_start"));
    let wrong = refused(|bulk| bulk.currency = "eur".to_owned()).await;
    assert_eq!(wrong, ("currency", "unknown_currency"));
    let wrong = refused(|bulk| bulk.amount = "5.001".to_owned()).await;
    assert_eq!(wrong, ("amount", "invalid_amount"));
    let wrong = refused(|bulk| bulk.period_start = "2026-1-1".to_owned()).await;
    assert_eq!(wrong, ("period_start", "invalid_date"));
    let wrong = refused(|bulk| bulk.pro_rata_from = Some("2027-01-01".to_owned())).await;
    assert_eq!(wrong, ("pro_rata_from", "after_period"));
    let nobody = PeopleChoice::Ids(Vec::new());
    let error = world
        .app
        .give_budgets(&world.org, &nobody, &year())
        .await
        .unwrap_err();
    assert_eq!(error.code, "nobody");
}

pub(crate) async fn two_bulks_at_once_give_nobody_two_budgets(world: World) {
    world.connect(company(12)).await;
    let other = world.another_app().await;
    for app in [&world.app, &other] {
        app.give_budgets(&world.org, &everybody(), &year())
            .await
            .unwrap();
    }
    let (one, two) = tokio::join!(world.app.work_off(), other.work_off());
    one.unwrap();
    two.unwrap();
    for number in 1..=12 {
        let id = world.person(&email(number)).await.id;
        assert_eq!(
            world
                .store
                .budgets_of(world.org.id, id)
                .await
                .unwrap()
                .len(),
            1
        );
    }
}

pub(crate) async fn a_bulk_is_taken_back_as_a_whole_or_not_at_all(world: World) {
    world.connect(company(4)).await;
    let job = give(&world, &everybody(), &year()).await.id.to_string();
    let name = email(2);
    let change = async |action| {
        let changed = world
            .app
            .change_budget(&world.org, &name, None, action, "why");
        adds_up(&changed.await.unwrap());
    };
    change(BudgetAction::Deduct("20".to_owned())).await;
    let refused = world.app.take_back(&world.org, &job).await.unwrap_err();
    assert_eq!(refused.code, "budget_spent");
    assert!(
        world.person(&email(1)).await.budget.is_some(),
        "none was taken back"
    );
    change(BudgetAction::Remove).await;
    let second = give(&world, &everybody(), &year()).await;
    assert_eq!(second.left_out.len(), 3, "only who had none got one");
    let second = second.id.to_string();
    world.app.take_back(&world.org, &second).await.unwrap();
    assert!(world.person(&email(2)).await.budget.is_none());
    let again = world.app.take_back(&world.org, &second).await.unwrap_err();
    assert_eq!(again.code, "taken_back");
}

pub(crate) async fn nobody_takes_more_than_is_left(world: World) {
    world.connect(company(2)).await;
    give(&world, &everybody(), &year()).await;
    let name = email(2);
    let take = || {
        let action = BudgetAction::Deduct("300.00".to_owned());
        world.app.change_budget(&world.org, &name, None, action, "")
    };
    let (one, two) = tokio::join!(take(), take());
    let refused = match (one, two) {
        (Ok(_), Err(refused)) | (Err(refused), Ok(_)) => refused,
        other => panic!("one of both: {other:?}"),
    };
    assert_eq!(refused.code, "insufficient_budget");
    assert_eq!(
        ledger(&world, &name).await.budget.unwrap().remaining,
        "200.00"
    );
    let action = BudgetAction::Return;
    let returned = world
        .app
        .change_budget(&world.org, &name, None, action, "")
        .await
        .unwrap();
    adds_up(&returned);
    assert_eq!(returned.budget.unwrap().remaining, "0.00");
    assert!(world.person(&name).await.budget.is_none());
}

pub(crate) async fn archiving_freezes_and_coming_back_thaws_unless_hired_anew(world: World) {
    world.connect(company(8)).await;
    give(&world, &everybody(), &year()).await;
    let before = ledger(&world, &email(3)).await.entries.len();
    // By the HRIS, and back by it.
    world.sync_after(|roster| terminate(roster, 3)).await;
    assert!(is_frozen(&ledger(&world, &email(3)).await));
    let back = |roster: &mut sandbox::Roster, start: &str| {
        change(roster, 3, |person| {
            person.lifecycle_status = Some("Employed".into());
            person.termination_date = None;
            person.start_date = Some(start.into());
        });
    };
    world.sync_after(|roster| back(roster, "2020-01-06")).await;
    assert!(!is_frozen(&ledger(&world, &email(3)).await));
    // Hired anew.
    world.sync_after(|roster| terminate(roster, 3)).await;
    world.sync_after(|roster| back(roster, "2026-03-01")).await;
    assert_eq!(world.person(&email(3)).await.status.as_str(), "active");
    assert!(is_frozen(&ledger(&world, &email(3)).await));
    let thawed = world
        .app
        .change_budget(&world.org, &email(3), None, BudgetAction::Thaw, "")
        .await;
    assert!(!is_frozen(&thawed.unwrap()));
    // By hand, and undone.
    world
        .app
        .archive_person(&world.org, &email(4))
        .await
        .unwrap();
    assert!(is_frozen(&ledger(&world, &email(4)).await));
    world
        .app
        .restore_person(&world.org, &email(4), false)
        .await
        .unwrap();
    assert!(!is_frozen(&ledger(&world, &email(4)).await));
    let archived = world.sync_after(|roster| terminate(roster, 6)).await;
    assert!(is_frozen(&ledger(&world, &email(6)).await));
    let id = archived.run.id.to_string();
    world.app.undo(&world.org, &id, None).await.unwrap();
    assert!(!is_frozen(&ledger(&world, &email(6)).await));
    assert_eq!(
        ledger(&world, &email(3)).await.entries.len(),
        before,
        "no money moved"
    );
}
