//! What answers look like: each is read into the contract, which takes no key too many or too few.

use api::contract::{
    Change, Exclusion, Explanation, FailedTask, Finding, Group, History, Integration, Job, Ledger,
    Mail, Organisation, Page, Person, Policy, Region, Run, Undone,
};
use serde_json::json;

use crate::world::World;

pub(crate) async fn everything_that_is_read_has_the_shape_of_the_contract(world: World) {
    world.connected().await;
    let people: Page<Person> = world.get("/people?sort=email&limit=2").await.is(200).read();
    assert_eq!((people.items.len(), people.total), (2, Some(6)));
    let next = people.next.unwrap();
    let more: Page<Person> = world
        .get(&format!("/people?sort=email&limit=500&after={next}"))
        .await
        .is(200)
        .read();
    assert_eq!((more.items.len(), more.total, more.next), (4, None, None));
    let id = &people.items[1].id;
    world
        .get(&format!("/people/{id}"))
        .await
        .is(200)
        .read::<Person>();
    let history: Page<History> = world
        .get(&format!("/people/{id}/history"))
        .await
        .is(200)
        .read();
    assert_eq!(history.items.len(), 1);
    world
        .get(&format!("/people/{id}/explain"))
        .await
        .is(200)
        .read::<Explanation>();
    world
        .get("/organisation")
        .await
        .is(200)
        .read::<Organisation>();
    world.get("/policy").await.is(200).read::<Policy>();
    world.get("/groups").await.is(200).read::<Page<Group>>();
    world
        .get("/content-regions")
        .await
        .is(200)
        .read::<Page<Region>>();
    world
        .get("/integration")
        .await
        .is(200)
        .read::<Integration>();
    let runs: Page<Run> = world.get("/sync-runs").await.is(200).read();
    let run = &runs.items[0].id;
    world
        .get(&format!("/sync-runs/{run}"))
        .await
        .is(200)
        .read::<Run>();
    let changes: Page<Change> = world
        .get(&format!("/sync-runs/{run}/changes?limit=4"))
        .await
        .is(200)
        .read();
    assert_eq!((changes.items.len(), changes.total), (4, Some(6)));
    let skipped: Page<Finding> = world
        .get(&format!("/sync-runs/{run}/skipped"))
        .await
        .is(200)
        .read();
    assert_eq!(skipped.items[0].code, "missing_country");
    let csv = world.get("/people.csv?q=nr3").await.is(200);
    assert!(csv.header("content-type").starts_with("text/csv"));
    let lines: Vec<&str> = csv.text.lines().collect();
    assert!(lines[0].starts_with("id,hris_id,email,first_name"));
    assert_eq!(lines.len(), 2, "{}", csv.text);
}

/// A person that an admin adds by hand, and the path of that person's calls.
async fn somebody_new(world: &World) -> String {
    let new = json!({ "email": "new@acme.test", "first_name": "New", "last_name": "One", "country": "PT" });
    let made = world.send("POST", "/people", &new).await.is(201);
    assert!(made.headers.contains_key("etag"));
    format!("/people/{}", made.read::<Person>().id)
}

pub(crate) async fn a_person_from_added_to_erased(world: World) {
    let person = somebody_new(&world).await;
    let edits = json!({ "last_name": "Two", "end_date": null });
    let edited: Person = world.send("PATCH", &person, &edits).await.is(200).read();
    assert_eq!(edited.last_name, "Two");
    let archive = format!("{person}/archive");
    let gone = world.send("POST", &archive, &json!({})).await.is(200);
    assert_eq!(gone.json()["status"], "archived");
    gone.read::<Person>();
    let restore = format!("{person}/restore");
    let back = world.send("POST", &restore, &json!({ "keep": true })).await;
    assert_eq!(back.is(200).read::<Person>().last_name, "Two");
    world.send("DELETE", &person, &json!({})).await.is(200);
    world.get(&person).await.refuses(404, "not_found");
}

pub(crate) async fn budgets_and_invitations_in_bulk(world: World) {
    let person = somebody_new(&world).await;
    let bulk = json!({
        "people": { "filter": { "q": "new" } }, "period_start": "2026-01-01", "period_end": "2026-12-31",
        "currency": "EUR", "amount": "500.00", "spendable_from": "2026-02-01",
    });
    let asked = world.send("POST", "/budgets/bulk", &bulk).await.is(202);
    let job: Job = asked.read();
    world.work_off().await;
    let job: Job = world.get(&format!("/jobs/{}", job.id)).await.is(200).read();
    assert_eq!((job.total, job.done), (1, 1));

    let budget = format!("{person}/budget");
    let more = json!({ "amount": "20.50", "note": "well done" });
    let topped: Ledger = world
        .send("POST", &format!("{budget}/top-up"), &more)
        .await
        .is(200)
        .read();
    assert_eq!(topped.budget.unwrap().remaining, "520.50");
    let deducted: Ledger = world
        .send("POST", &format!("{budget}/deduct"), &more)
        .await
        .is(200)
        .read();
    assert_eq!(deducted.budget.unwrap().remaining, "500.00");
    world.get(&budget).await.is(200).read::<Ledger>();
    let removed: Ledger = world
        .send("POST", &format!("{budget}/remove"), &json!({}))
        .await
        .is(200)
        .read();
    assert_eq!(removed.budget.unwrap().remaining, "0.00");

    let id = person.trim_start_matches("/people/");
    let invite = json!({ "people": { "ids": [id] } });
    let asked = world.send("POST", "/invitations/bulk", &invite).await;
    assert_eq!(asked.is(202).read::<Job>().total, 1);
    world.work_off().await;
    let invited = world.get(&person).await.is(200).json();
    let mails: Page<Mail> = world.get("/mails").await.is(200).read();
    assert_eq!(mails.items[0].recipient, "new@acme.test");
    assert!(!format!("{mails:?}").contains("http"), "no link is told");
    let failed: Page<FailedTask> = world.get("/failed-tasks").await.is(200).read();
    assert_eq!(failed.total, Some(0));
    // Without a mail server the mail waits in the outbox, and is not said to be sent.
    assert_eq!(invited["invitation"]["state"], "queued");
}

pub(crate) async fn a_run_asked_for_stopped_and_undone(world: World) {
    world.connected().await;
    let wanted = json!({ "kind": "sync" });
    let run: Run = world
        .send("POST", "/sync-runs", &wanted)
        .await
        .is(202)
        .read();
    let again: Run = world
        .send("POST", "/sync-runs", &wanted)
        .await
        .is(200)
        .read();
    assert_eq!(run.id, again.id);
    world
        .send("POST", &format!("/sync-runs/{}/stop", run.id), &json!({}))
        .await
        .is(200)
        .read::<Run>();
    let runs: Page<Run> = world.get("/sync-runs").await.read();
    let first = &runs.items.last().unwrap().id;
    let undone: Undone = world
        .send("POST", &format!("/sync-runs/{first}/undo"), &json!({}))
        .await
        .is(200)
        .read();
    assert!(undone.paused);
    world
        .send("POST", "/integration/resume", &json!({}))
        .await
        .is(200)
        .read::<Integration>();
}

pub(crate) async fn settings_are_changed(world: World) {
    world.connected().await;
    let schedule =
        json!({ "schedule": { "time": "07:30", "days": "weekdays" }, "webhook_secret": "x" });
    let changed: Integration = world
        .send("PATCH", "/integration", &schedule)
        .await
        .is(200)
        .read();
    assert_eq!(changed.schedule.time, "07:30");
    assert!(changed.webhook.secret_set);
    let out = json!({ "hris_id": "7", "reason": "a test record" });
    world
        .send("POST", "/integration/exclusions", &out)
        .await
        .is(201)
        .read::<Exclusion>();
    world
        .send("DELETE", "/integration/exclusions/7", &json!({}))
        .await
        .is(200)
        .read::<Exclusion>();
    let zone = json!({ "time_zone": "Europe/Lisbon" });
    world
        .send("PATCH", "/organisation", &zone)
        .await
        .is(200)
        .read::<Organisation>();
    let policy = world.get("/policy").await.json();
    world
        .send("PUT", "/policy", &policy)
        .await
        .is(200)
        .read::<Policy>();
}

pub(crate) async fn groups_are_the_admins_once_no_hris_is_connected(world: World) {
    world.connected().await;
    let group = json!({ "name": "Book club" });
    let managed = world.send("POST", "/groups", &group).await;
    managed.refuses(409, "managed_by_hris");
    world
        .send("DELETE", "/integration?keep_end_dates=true", &json!({}))
        .await
        .is(200)
        .read::<Integration>();
    let made: Group = world.send("POST", "/groups", &group).await.is(201).read();
    let twice = world.send("POST", "/groups", &group).await;
    twice.refuses(409, "group_name_taken");
    let path = format!("/groups/{}", made.id);
    let renamed: Group = world
        .send("PATCH", &path, &json!({ "name": "Reading" }))
        .await
        .is(200)
        .read();
    assert_eq!(renamed.name, "Reading");
    world.send("DELETE", &path, &json!({})).await.is(204);
}

pub(crate) async fn content_regions_are_made_and_removed(world: World) {
    let taken = json!({ "name": "Iberia", "countries": ["PT"] });
    let refused = world.send("POST", "/content-regions", &taken).await;
    refused.refuses(409, "country_in_other_region");
    let free = json!({ "name": "Nowhere", "countries": [] });
    let made: Region = world
        .send("POST", "/content-regions", &free)
        .await
        .is(201)
        .read();
    let path = format!("/content-regions/{}", made.id);
    let renamed = json!({ "name": "Somewhere", "countries": [] });
    world
        .send("PUT", &path, &renamed)
        .await
        .is(200)
        .read::<Region>();
    world.send("DELETE", &path, &json!({})).await.is(204);
}

#[test]
fn the_document_is_the_one_that_was_looked_at() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/openapi.json");
    let document = api::document() + "\n";
    if std::env::var_os("ROLLCALL_RENEW_OPENAPI").is_some() {
        std::fs::write(path, &document).unwrap();
    }
    let looked_at = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        looked_at == document,
        "the API has changed: look at the difference that `ROLLCALL_RENEW_OPENAPI=1 cargo nextest run -p api document` makes"
    );
}
