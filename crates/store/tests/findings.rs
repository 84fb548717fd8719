//! Who is skipped or flagged, over several runs.

use domain::{Code, RunId};
use hris::Coverage;
use reconcile::Finding;
use store::Reach;

use crate::{
    connections::connection,
    plans::{flag, flag_person, plan_of_findings},
    world::World,
};

async fn found(world: &World, run: RunId) -> Vec<(String, Code, String)> {
    let page = world
        .store
        .run_findings(world.org, run, None, None)
        .await
        .unwrap();
    assert_eq!(page.total, Some(page.items.len() as u64));
    page.items
        .into_iter()
        .map(|finding| {
            let id = finding.hris_id.map(|id| id.to_string()).unwrap_or_default();
            (id, finding.code, finding.seen.to_string())
        })
        .collect()
}

async fn run_with(world: &World, reach: Reach, findings: Vec<Finding>) -> RunId {
    let plan = plan_of_findings(findings);
    world
        .apply_as(&plan, |apply| apply.reach = reach)
        .await
        .unwrap()
        .0
}

fn told(id: &str, code: Code, seen: &str) -> (String, Code, String) {
    (id.to_owned(), code, seen.to_owned())
}

pub(crate) async fn findings_are_intervals(world: World) {
    let [ada] = world.with_people(["ada@x.test"]).await;
    let cycle = || flag_person(&ada, Code::ManagerCycle);
    let missing = || flag("h1", Code::MissingCountry, "");
    let first = run_with(&world, Reach::Whole, vec![cycle(), missing(), missing()]).await;
    let second = run_with(&world, Reach::Whole, vec![cycle(), missing()]).await;
    let third = run_with(&world, Reach::Whole, vec![cycle()]).await;
    let row = world
        .store
        .person_row(world.org, ada.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.attention, [Code::ManagerCycle]);
    let fourth = run_with(&world, Reach::Whole, vec![missing()]).await;
    let row = world
        .store
        .person_row(world.org, ada.id)
        .await
        .unwrap()
        .unwrap();
    assert!(row.attention.is_empty());

    let (cycle, missing) = (
        told("h-ada", Code::ManagerCycle, ""),
        told("h1", Code::MissingCountry, ""),
    );
    assert_eq!(found(&world, first).await, [cycle.clone(), missing.clone()]);
    assert_eq!(
        found(&world, second).await,
        [cycle.clone(), missing.clone()]
    );
    assert_eq!(found(&world, third).await, [cycle]);
    assert_eq!(found(&world, fourth).await, [missing]);
    let page = world
        .store
        .run_findings(world.org, first, Some(1), None)
        .await
        .unwrap();
    let next = page.next.as_deref();
    let rest = world
        .store
        .run_findings(world.org, first, Some(1), next)
        .await
        .unwrap();
    assert_eq!(
        (page.items.len(), rest.items.len(), rest.next),
        (1, 1, None)
    );
}

pub(crate) async fn a_named_run_ends_only_the_findings_of_its_people(world: World) {
    let missing = |id| flag(id, Code::MissingCountry, "");
    run_with(
        &world,
        Reach::Whole,
        vec![missing("h1"), missing("h2"), missing("h3")],
    )
    .await;
    let mut plan = plan_of_findings(vec![flag("h2", Code::MissingEmail, "")]);
    plan.outcomes
        .push(("h3".into(), reconcile::Outcome::Updated));
    let (named, _) = world
        .apply_as(&plan, |apply| apply.reach = Reach::Named)
        .await
        .unwrap();
    assert_eq!(
        found(&world, named).await,
        [told("h2", Code::MissingEmail, "")]
    );
    // What stands now shows in a later whole run that finds it all again, in its old intervals.
    let whole = run_with(
        &world,
        Reach::Whole,
        vec![missing("h1"), flag("h2", Code::MissingEmail, "")],
    );
    let whole = whole.await;
    let both = [
        told("h1", Code::MissingCountry, ""),
        told("h2", Code::MissingEmail, ""),
    ];
    assert_eq!(found(&world, whole).await, both);
}

pub(crate) async fn the_timer_ends_no_finding(world: World) {
    let [ada, bo] = world.with_people(["ada@x.test", "bo@x.test"]).await;
    run_with(
        &world,
        Reach::Whole,
        vec![flag_person(&ada, Code::ManagerCycle)],
    )
    .await;
    run_with(
        &world,
        Reach::Timer,
        vec![flag_person(&bo, Code::LastAdmin)],
    )
    .await;
    for (person, code) in [(ada, Code::ManagerCycle), (bo, Code::LastAdmin)] {
        let row = world
            .store
            .person_row(world.org, person.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(row.attention, [code]);
    }
}

pub(crate) async fn another_reason_is_another_interval(world: World) {
    let country = |seen| flag("h1", Code::UnknownCountry, seen);
    let first = run_with(&world, Reach::Whole, vec![country("Portugol")]).await;
    let second = run_with(&world, Reach::Whole, vec![country("Portugall")]).await;
    assert_eq!(
        found(&world, first).await,
        [told("h1", Code::UnknownCountry, "Portugol")]
    );
    assert_eq!(
        found(&world, second).await,
        [told("h1", Code::UnknownCountry, "Portugall")]
    );
}

pub(crate) async fn missing_people_are_counted_in_good_runs(world: World) {
    let [ada, bo] = world.with_people(["ada@x.test", "bo@x.test"]).await;
    let live = connection();
    world
        .store
        .put_connection(world.org, &live, "sealed")
        .await
        .unwrap();
    let gone = |person| flag_person(person, Code::NotFoundInHris);
    for (findings, link) in [
        (vec![], Some(live.id)),
        (vec![gone(&ada)], Some(live.id)),
        // A run that read another connection, or none, does not count.
        (vec![gone(&ada)], None),
        (
            vec![
                gone(&ada),
                Finding {
                    seen: "again".into(),
                    ..gone(&bo)
                },
            ],
            Some(live.id),
        ),
    ] {
        world
            .apply_over(link, &plan_of_findings(findings), |_| ())
            .await
            .unwrap();
    }
    // Nor does one that did not judge everybody.
    let both = plan_of_findings(vec![gone(&ada), gone(&bo)]);
    world
        .apply_over(Some(live.id), &both, |apply| apply.reach = Reach::Timer)
        .await
        .unwrap();
    let past = world.load().await.directory.past;
    assert_eq!(past.missing_runs.get(&ada.id), Some(&2));
    assert_eq!(past.missing_runs.get(&bo.id), Some(&1));
    assert_eq!((past.good_runs, past.coverage), (0, None));

    let coverage = Coverage {
        employees: 7,
        ..Coverage::default()
    };
    // It has to live as long as any run could.
    let kept: &'static Coverage = Box::leak(Box::new(coverage.clone()));
    let plan = plan_of_findings(vec![gone(&bo)]);
    let adjust = |apply: &mut store::ApplyRun<'_>| apply.coverage = Some(kept);
    world
        .apply_over(Some(live.id), &plan, adjust)
        .await
        .unwrap();
    let past = world.load().await.directory.past;
    assert_eq!(past.missing_runs.get(&ada.id), None);
    assert_eq!(past.missing_runs.get(&bo.id), Some(&2));
    assert_eq!((past.good_runs, past.coverage), (1, Some(coverage)));
}
