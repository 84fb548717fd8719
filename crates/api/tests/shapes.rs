//! What answers look like: each is read into the contract, which takes no key too many or too few.

use api::contract::{
    Change, Exclusion, Explanation, Finding, Group, History, Integration, Job, Ledger,
    Organisation, Page, Person, Policy, Region, Run, Undone,
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

pub(crate) async fn everything_that_is_written_has_the_shape_of_the_contract(world: World) {
    world.connected().await;
    let new = json!({ "email": "new@acme.test", "first_name": "New", "last_name": "One", "country": "PT" });
    let made = world.send("POST", "/people", &new).await.is(201);
    assert!(made.headers.contains_key("etag"));
    let id = made.read::<Person>().id;
    let person = |what: &str| format!("/people/{id}{what}");
    let patch = json!({ "last_name": "Two", "end_date": null });
    let edited: Person = world
        .send("PATCH", &person(""), &patch)
        .await
        .is(200)
        .read();
    assert_eq!(edited.last_name, "Two");
    world
        .send("POST", &person("/archive"), &json!({}))
        .await
        .is(200)
        .read::<Person>();
    let back = json!({ "keep": true });
    world
        .send("POST", &person("/restore"), &back)
        .await
        .is(200)
        .read::<Person>();
    let bulk = json!({
        "people": { "filter": { "q": "new" } }, "period_start": "2026-01-01", "period_end": "2026-12-31",
        "currency": "EUR", "amount": "500.00", "spendable_from": "2026-02-01",
    });
    let job: Job = world
        .send("POST", "/budgets/bulk", &bulk)
        .await
        .is(202)
        .read();
    world.work_off().await;
    let job: Job = world.get(&format!("/jobs/{}", job.id)).await.is(200).read();
    assert_eq!((job.total, job.done), (1, 1));
    let more = json!({ "amount": "20.50", "note": "well done" });
    let ledger: Ledger = world
        .send("POST", &person("/budget/top-up"), &more)
        .await
        .is(200)
        .read();
    assert_eq!(ledger.budget.unwrap().remaining, "520.50");
    world
        .send("POST", &person("/budget/deduct"), &more)
        .await
        .is(200)
        .read::<Ledger>();
    world.get(&person("/budget")).await.is(200).read::<Ledger>();
    let removed: Ledger = world
        .send("POST", &person("/budget/remove"), &json!({}))
        .await
        .is(200)
        .read();
    assert_eq!(removed.budget.unwrap().remaining, "0.00");
    let invite = json!({ "people": { "ids": [id] } });
    let job: Job = world
        .send("POST", "/invitations/bulk", &invite)
        .await
        .is(202)
        .read();
    assert_eq!(job.total, 1);
    world.work_off().await;
    let sync: Run = world
        .send("POST", "/sync-runs", &json!({ "kind": "sync" }))
        .await
        .is(202)
        .read();
    let again: Run = world
        .send("POST", "/sync-runs", &json!({ "kind": "sync" }))
        .await
        .is(200)
        .read();
    assert_eq!(sync.id, again.id);
    world
        .send("POST", &format!("/sync-runs/{}/stop", sync.id), &json!({}))
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
    let group = json!({ "name": "Book club" });
    world
        .send("POST", "/groups", &group)
        .await
        .refuses(409, "managed_by_hris");
    world
        .send("DELETE", "/integration?keep_end_dates=true", &json!({}))
        .await
        .is(200)
        .read::<Integration>();
    let made: Group = world.send("POST", "/groups", &group).await.is(201).read();
    world
        .send("POST", "/groups", &group)
        .await
        .refuses(409, "group_name_taken");
    let path = format!("/groups/{}", made.id);
    world
        .send("PATCH", &path, &json!({ "name": "Reading" }))
        .await
        .is(200)
        .read::<Group>();
    world.send("DELETE", &path, &json!({})).await.is(204);
    let region = json!({ "name": "Iberia", "countries": ["PT"] });
    world
        .send("POST", "/content-regions", &region)
        .await
        .refuses(409, "country_in_other_region");
    let region = json!({ "name": "Nowhere", "countries": [] });
    let made: Region = world
        .send("POST", "/content-regions", &region)
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
    world.send("DELETE", &person(""), &json!({})).await.is(200);
    world.get(&person("")).await.refuses(404, "not_found");
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
