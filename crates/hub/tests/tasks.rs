//! What an admin does, from the first page to the last, without JavaScript.

use crate::world::{Browser, World, employee};

pub(crate) async fn an_admin_connects_previews_and_syncs(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    browser.opens("/admin").await.says("Connect your HR system");
    let page = browser
        .opens("/admin/settings/hris/connect/hibob")
        .await
        .is(200);
    let fields = [
        ("service_user_id", "sandbox"),
        ("token", " sandbox-token "),
        ("preview", "1"),
    ];
    browser
        .fills(&page, "/admin/settings/hris/connect/hibob", &fields)
        .await
        .says("Waiting to begin");
    world.work_off().await;
    let history = browser
        .opens("/admin/sync")
        .await
        .says("Preview ready, nothing changed");
    let preview = history
        .links()
        .into_iter()
        .find(|link| link.starts_with("/admin/sync/"))
        .unwrap();
    let page = browser
        .opens(&preview)
        .await
        .says("Start syncing")
        .says("No emails are sent");
    browser
        .opens("/admin/people?source=hris")
        .await
        .says("Nobody matches");

    drop(page);
    let page = browser.opens(&format!("{preview}/start")).await.is(200);
    let expect = page.field("expect");
    browser
        .fills(
            &page,
            "/admin/sync",
            &[("kind", "sync"), ("expect", &expect)],
        )
        .await
        .is(200);
    world.work_off().await;
    browser
        .opens("/admin/people?source=hris")
        .await
        .says("119 people");
    let integration = world.app.integration(&world.org).await.unwrap();
    assert_eq!(integration.state, "synced", "started, it goes on every day");
    let home = browser.opens("/admin").await.says("person is skipped");
    let skipped = home
        .links()
        .into_iter()
        .find(|link| link.contains("tab=skipped"))
        .unwrap();
    browser
        .opens(&skipped)
        .await
        .says("No home country")
        .says("Nr004");
    browser.opens("/admin/people?q=nr00").await.says("8 people");
}

pub(crate) async fn wrong_credentials_stay_in_the_form_but_for_the_token(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    let address = "/admin/settings/hris/connect/hibob";
    let page = browser.opens(address).await;
    let fields = [
        ("service_user_id", "SERVICE-1"),
        ("token", "canary-token-1234"),
    ];
    let refused = browser
        .fills(&page, address, &fields)
        .await
        .is(422)
        .says("<title>Error:")
        .says("SERVICE-1");
    assert!(
        !refused.text.contains("canary-token"),
        "the token is given back"
    );
    browser
        .fills(&page, address, &[("service_user_id", ""), ("token", "x")])
        .await
        .is(422)
        .says("service_user_id-error");
    browser
        .opens("/admin/settings/hris")
        .await
        .says("Not connected");
}

pub(crate) async fn everybody_without_a_budget_gets_one_across_pages(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let list = browser
        .opens("/admin/people?status=active&budget=none&source=hris")
        .await
        .says("Select all 119 people");
    let nobody = browser
        .fills(
            &list,
            "/admin/people/bulk",
            &[("action", "budgets"), ("status", "active")],
        )
        .await;
    nobody.is(422).says("Select at least one person.");
    let chosen = [
        ("action", "budgets"),
        ("across", "1"),
        ("status", "active"),
        ("budget", "none"),
        ("source", "hris"),
    ];
    let form = browser
        .fills(&list, "/admin/people/bulk", &chosen)
        .await
        .says("Add budgets to 119 people");
    let mut links = form.links().into_iter();
    let check = links.find(|link| link.ends_with("/check")).unwrap();
    let period = "currency=eur&period_start=2026-01-01&period_end=2026-12-31";
    let wrong = browser
        .opens(&format!("{check}?amount=abc&{period}"))
        .await
        .is(422);
    assert!(
        wrong.text.contains("value=\"abc\""),
        "what was typed is gone"
    );
    let page = browser
        .opens(&format!("{check}?amount=500&{period}"))
        .await
        .says("119 people get a budget")
        .says("59,500.00 EUR");
    // Nothing has been done yet.
    browser
        .opens("/admin/people?budget=any")
        .await
        .says("Nobody matches");
    let fields = [
        ("amount", "500"),
        ("currency", "EUR"),
        ("period_start", "2026-01-01"),
        ("period_end", "2026-12-31"),
    ];
    let start = check.replace("/check", "/start");
    for _ in 0..2 {
        // Pressed twice, it is done once.
        browser
            .fills(&page, &start, &fields)
            .await
            .is(200)
            .says("0 of 119 done");
    }
    world.work_off().await;
    browser
        .opens("/admin/people?status=active&budget=none&source=hris")
        .await
        .says("Nobody matches");
    browser
        .opens("/admin/people?budget=any")
        .await
        .says("119 people")
        .says("500.00 EUR");
}

pub(crate) async fn a_bulk_that_is_going_is_followed_and_stopped(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let list = browser.opens("/admin/people?source=hris").await.is(200);
    let chosen = [("action", "archive"), ("across", "1"), ("source", "hris")];
    let check = browser.fills(&list, "/admin/people/bulk", &chosen).await;
    let start = check.links().into_iter();
    let mut start = start.filter(|link| link.ends_with("/start"));
    let start = start.next().unwrap_or_else(|| {
        let id = check.text.split("/admin/jobs/").nth(1).unwrap();
        format!("/admin/jobs/{}/start", id.split('/').next().unwrap())
    });
    let job = browser.fills(&check, &start, &[]).await.says("done");
    let address = start.trim_end_matches("/start");
    assert!(
        job.text
            .contains(&format!("data-live=\"{address}/events\""))
    );
    let stopped = browser.fills(&job, &format!("{address}/stop"), &[]).await;
    stopped.is(200).says("Then it was stopped");
    // What it says while it goes is an answer, and over at once now.
    browser
        .opens(&format!("{address}/events"))
        .await
        .is(200)
        .says("event: end");
    world.work_off().await;
    browser
        .opens("/admin/people?status=archived")
        .await
        .says("Nobody matches");
    browser
        .fills(&job, &format!("{address}/stop"), &[])
        .await
        .is(409);
}

pub(crate) async fn an_invited_person_joins_and_sees_their_own_record(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let person = world.app.person(&world.org, "p7@acme.test").await.unwrap();
    let page = browser
        .opens(&format!("/admin/people/{}", person.id))
        .await
        .says("Not invited");
    browser
        .fills(&page, &format!("/admin/people/{}/invite", person.id), &[])
        .await
        .is(200);
    // Nobody who was not invited gets in, and nothing tells who was.
    let mut guest = Browser::of(&world);
    let fields = [
        ("email", "p7@acme.test"),
        ("password", "a password of their own"),
    ];
    guest.sends("/sign-in", &fields).await.is(422);
    world.work_off().await;
    let mail = world
        .app
        .outbox(&world.org, None, None)
        .await
        .unwrap()
        .items
        .remove(0);
    let text = world
        .app
        .waiting_invitation(&world.org, &mail.id.to_string())
        .await
        .unwrap();
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/invitation/"))
        .unwrap();
    let path = link.strip_prefix(&world.url).unwrap();
    guest.opens(path).await.is(200).says("Choose a password");
    guest.sends(path, &[("password", "short")]).await.is(422);
    guest
        .sends(path, &[("password", "a password of their own")])
        .await
        .is(303);
    guest
        .opens("/home")
        .await
        .is(200)
        .says("Person Nr007")
        .says("Your budget");
    guest.opens("/admin").await.is(403);
    let mut late = Browser::of(&world);
    late.sends(path, &[("password", "a password of theirs")])
        .await
        .is(422);
    // Archived, they are out at once.
    world
        .app
        .archive_person(&world.org, "p7@acme.test")
        .await
        .unwrap();
    guest.opens("/home").await.is(303);
}

pub(crate) async fn a_held_sync_is_approved(world: World) {
    world.connected().await;
    world
        .hibob
        .change(|roster| {
            for leaver in roster.employees.iter_mut().skip(50).take(40) {
                leaver.lifecycle_status = Some("Terminated".into());
                leaver.termination_date = Some("2026-02-27".into());
            }
        })
        .unwrap();
    let mut browser = Browser::of_admin(&world).await;
    let home = browser.opens("/admin").await;
    let run = browser
        .fills(&home, "/admin/sync", &[("kind", "sync")])
        .await
        .is(200);
    world.work_off().await;
    drop(run);
    let home = browser
        .opens("/admin")
        .await
        .says("sync waits for your review");
    drop(home);
    let history = browser
        .opens("/admin/sync")
        .await
        .says("On hold, nothing changed");
    let held = history
        .links()
        .into_iter()
        .find(|link| link.starts_with("/admin/sync/") && !link.contains("review"))
        .unwrap();
    let page = browser
        .opens(&held)
        .await
        .says("This sync waits for you")
        .says("40 people would be archived at once")
        .says("If you approve:");
    browser
        .opens("/admin/people?status=archived")
        .await
        .says("Nobody matches");
    // Whoever archives so many says how many.
    browser
        .fills(&page, &format!("{held}/approve"), &[("typed", "4")])
        .await
        .is(422)
        .says("Nothing has been changed");
    browser
        .fills(&page, &format!("{held}/approve"), &[("typed", "40")])
        .await
        .is(200)
        .says("It is approved and applied.");
    browser
        .opens("/admin/people?status=archived")
        .await
        .says("40 people");
    // Undone, they are all back.
    let page = browser.opens("/admin/sync").await;
    let runs: Vec<String> = page
        .links()
        .into_iter()
        .filter(|link| link.starts_with("/admin/sync/") && !link.contains('?'))
        .collect();
    let page = browser.opens(&runs[0]).await.says("Undo this sync");
    browser
        .fills(&page, &format!("{}/undo", runs[0]), &[])
        .await
        .is(200);
    browser
        .opens("/admin/people?status=archived")
        .await
        .says("Nobody matches");
}

pub(crate) async fn a_person_is_added_edited_archived_and_brought_back(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin/people/new").await;
    let wrong = [
        ("email", "no email"),
        ("first_name", "Ana"),
        ("country", "PT"),
    ];
    let again = browser
        .fills(&page, "/admin/people/new", &wrong)
        .await
        .is(422)
        .says("email-error");
    assert!(
        again.text.contains("value=\"Ana\""),
        "what was typed is gone"
    );
    let right = [
        ("email", "ana@acme.test"),
        ("first_name", "Ana"),
        ("last_name", "Sá"),
        ("country", "PT"),
    ];
    browser
        .fills(&page, "/admin/people/new", &right)
        .await
        .says("They were added.");
    browser
        .fills(&page, "/admin/people/new", &right)
        .await
        .is(422)
        .says("There is a problem");
    let id = world
        .app
        .person(&world.org, "ana@acme.test")
        .await
        .unwrap()
        .id;
    let of = |what: &str| format!("/admin/people/{id}/{what}");
    let page = browser.opens(&of("edit")).await.says("value=\"Sá\"");
    let edits = [
        ("email", "ana@acme.test"),
        ("first_name", "Ana"),
        ("last_name", "Silva"),
        ("country", "PT"),
    ];
    browser
        .fills(&page, &of("edit"), &edits)
        .await
        .says("Ana Silva");
    let page = browser
        .opens(&of("archive"))
        .await
        .says("Archive Ana Silva?");
    browser
        .fills(&page, &of("archive"), &[])
        .await
        .says("They are archived.")
        .says("Bring back");
    let page = browser.opens(&of("restore")).await;
    browser
        .fills(&page, &of("restore"), &[])
        .await
        .says("They are back.");
    let page = browser
        .opens(&of("erase"))
        .await
        .says("This cannot be undone");
    browser.fills(&page, &of("erase"), &[]).await.is(200);
    browser.opens(&format!("/admin/people/{id}")).await.is(404);
    // The last admin is kept.
    let boss = world
        .app
        .person(&world.org, "boss@acme.test")
        .await
        .unwrap()
        .id;
    let page = browser
        .opens(&format!("/admin/people/{boss}/archive"))
        .await;
    browser
        .fills(&page, &format!("/admin/people/{boss}/archive"), &[])
        .await
        .is(409);
}

pub(crate) async fn rules_regions_and_who_is_left_out_are_set(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let address = "/admin/settings/rules";
    let page = browser.opens(address).await.is(200);
    let mut fields = vec![("archive_at", "start_of_day"), ("use_preferred_name", "1")];
    let numbers = [
        "archive",
        "archive_week",
        "identity",
        "approver",
        "group",
        "added",
        "missing",
    ];
    let names: Vec<(String, String)> = numbers
        .iter()
        .map(|name| (format!("{name}_percent"), format!("{name}_floor")))
        .collect();
    for (percent, floor) in &names {
        fields.extend([(percent.as_str(), "12"), (floor.as_str(), "7")]);
    }
    browser
        .fills(&page, address, &fields)
        .await
        .says("They are saved.");
    let policy = world.app.policy(&world.org).await.unwrap();
    assert_eq!(policy.safeguards.archive_floor, 7);
    assert!(policy.use_preferred_name && !policy.archive_inactive);
    fields[2].1 = "many";
    browser
        .fills(&page, address, &fields)
        .await
        .is(422)
        .says("value=\"many\"");
    assert_eq!(world.app.policy(&world.org).await.unwrap(), policy);

    let address = "/admin/settings/regions/new";
    let page = browser.opens(address).await.is(200);
    let taken = [("name", "Iberia"), ("countries", "pt, es")];
    browser
        .fills(&page, address, &taken)
        .await
        .is(422)
        .says("There is a problem");
    browser
        .fills(&page, address, &[("name", "Nowhere")])
        .await
        .says("Nowhere");

    let address = "/admin/settings/left-out";
    let page = browser.opens(address).await.is(200);
    browser
        .fills(&page, address, &[("hris_id", "77"), ("reason", "")])
        .await
        .is(422);
    browser
        .fills(
            &page,
            address,
            &[("hris_id", "77"), ("reason", "A test account")],
        )
        .await
        .says("A test account");
    browser
        .fills(
            &page,
            "/admin/settings/left-out/remove",
            &[("hris_id", "77")],
        )
        .await
        .says("Nobody is left out.");
}

pub(crate) async fn a_person_s_budget_is_changed_and_why_they_stand_so_is_told(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let id = world
        .app
        .person(&world.org, "p9@acme.test")
        .await
        .unwrap()
        .id
        .to_string();
    let bulk = app::BudgetBulk {
        period_start: "2026-01-01".to_owned(),
        period_end: "2026-12-31".to_owned(),
        currency: "EUR".to_owned(),
        amount: "100".to_owned(),
        pro_rata_from: None,
        spendable_from: None,
    };
    let people = app::PeopleChoice::Ids(vec![id.clone()]);
    world
        .app
        .give_budgets(&world.org, &people, &bulk)
        .await
        .unwrap();
    world.work_off().await;
    let address = format!("/admin/people/{id}");
    let page = browser.opens(&address).await.says("100.00 EUR");
    let budget = format!("{address}/budget");
    browser
        .fills(
            &page,
            &budget,
            &[
                ("action", "top_up"),
                ("amount", "20.50"),
                ("note", "well done"),
            ],
        )
        .await
        .says("120.50 EUR")
        .says("well done");
    browser
        .fills(&page, &budget, &[("action", "deduct"), ("amount", "1000")])
        .await
        .is(409);
    browser.opens(&address).await.says("120.50 EUR");
    let why = browser.opens(&format!("{address}/why")).await.is(200);
    why.says("The rules that applied").says("Nr009");
    // Somebody who is not here, from the list that does not have them.
    let list = browser.opens("/admin/people?q=p4%40acme.test").await;
    let list = list.says("Check one person");
    let check = list
        .links()
        .into_iter()
        .find(|link| link.starts_with("/admin/people/check?q="));
    let found = browser.opens(&check.unwrap()).await.is(200);
    found.says("skipped").says("country");
    let nobody = browser.opens("/admin/people/check?q=nobody%40acme.test");
    nobody.await.says("HiBob has not shown anybody");
    // HiBob is asked now: somebody whom no sync has seen, and what has been mended since.
    let told = world.hibob.change(|roster| {
        roster.employees[3].country = Some("Portugal".into());
        roster.employees.push(employee(900));
    });
    told.unwrap();
    for q in ["p900%40acme.test", "p4%40acme.test"] {
        let found = browser.opens(&format!("/admin/people/check?q={q}")).await;
        found
            .says("HiBob shows them now")
            .says("The next sync comes to:")
            .says("added");
    }
    let people = world.app.person(&world.org, "p900@acme.test").await;
    assert!(people.is_err(), "a check has written");
    // Where it cannot be asked, the last sync tells.
    // Refused credentials are never tried again, so it is told at once.
    world
        .hibob
        .set_faults(vec![sandbox::Fault::parse("status=403").unwrap()]);
    let found = browser.opens("/admin/people/check?q=p4%40acme.test").await;
    found.says("could not be asked just now").says("skipped");
}
