//! What admins bring along as files: content by region, and people.

use app::PersonPatch;

use crate::{
    desk::joined,
    world::{Browser, Page, World, link},
};

pub(crate) async fn content_is_seen_in_its_region_and_nowhere_else(world: World) {
    world.connected().await;
    let regions = world.app.regions(&world.org).await.unwrap().items;
    let region = |name: &str| {
        let mut regions = regions.iter();
        let region = regions.find(|region| region.name == name);
        region.unwrap().id.to_string()
    };
    let (here, elsewhere) = (region("Europe"), region("North America"));
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin/content/new").await.is(200);
    let of = |title, link, region| [("title", title), ("link", link), ("region", region)];
    for wrong in [
        of("", "https://learn.test/", here.as_str()),
        of("Rust", "javascript:alert(1)", here.as_str()),
        of("Rust", "https://learn.test/ x", here.as_str()),
        of("Rust", "https://learn.test/", "nowhere"),
    ] {
        browser
            .fills(&page, "/admin/content/new", &wrong)
            .await
            .is(422);
    }
    // All that is wrong is told at once.
    browser
        .fills(&page, "/admin/content/new", &of("", "ftp://x", "nowhere"))
        .await
        .is(422)
        .says("needs a title")
        .says("is no link")
        .says("no content region");
    for (title, link, region) in [
        ("Rust <b>", "https://learn.test/rust", here.as_str()),
        ("Far away", "https://learn.test/far", elsewhere.as_str()),
    ] {
        browser
            .fills(&page, "/admin/content/new", &of(title, link, region))
            .await
            .says("The content is saved.");
    }
    // A file is taken as a whole, or nothing of it.
    let page = browser.opens("/admin/content/import").await.is(200);
    let file = "title,link,regions\nSQL,https://learn.test/sql,Europe\nBad,ftp://x,Europe\n";
    browser
        .fills(&page, "/admin/content/import", &[("text", file)])
        .await
        .is(422)
        .says("1 row cannot be taken");
    let list = browser.opens("/admin/content").await;
    assert!(!list.text.contains("SQL"), "half a file was taken");
    let good = "title,link,regions\nSQL,https://learn.test/sql,Europe; Africa\n";
    let wrong = browser
        .fills(&page, "/admin/content/import", &[("text", good)])
        .await;
    wrong.is(422).says("no content region");
    let good = "\u{feff}Title,Link,Regions\r\nSQL,https://learn.test/sql,Europe;North America\r\n";
    browser
        .fills(&page, "/admin/content/import", &[("text", good)])
        .await
        .says("SQL");

    let mut guest = joined(&world, "p7@acme.test").await;
    let home = guest.opens("/home").await.says("Rust &").says("SQL");
    assert!(!home.text.contains("Far away"), "another region's is shown");
    let item = link(&home, "/content/");
    let there = guest.opens(&item).await.is(303);
    assert!(there.location.starts_with("https://learn.test/"));
    let contents = world.app.contents(&world.org).await.unwrap();
    let far = contents.iter().find(|item| item.title == "Far away");
    guest
        .opens(&format!("/content/{}", far.unwrap().id))
        .await
        .is(404);
    // Deleted, nobody sees it.
    let rust = contents.iter().find(|item| item.title.starts_with("Rust"));
    let address = format!("/admin/content/{}", rust.unwrap().id);
    let page = browser.opens(&address).await.says("Rust");
    browser
        .fills(&page, &format!("{address}/delete"), &[])
        .await
        .says("The content is deleted.");
    guest.opens(&item).await.is(404);
}

/// A file put down: its preview, and where that is.
async fn put_down(browser: &mut Browser, file: &str) -> (Page, String) {
    let page = browser.opens("/admin/import").await.is(200);
    let fields = [("text", file)];
    let preview = browser.fills(&page, "/admin/import", &fields).await;
    let preview = preview.is(200);
    let start = link(&preview, "/admin/sync/");
    let address = preview.links().into_iter();
    let address = address.filter(|link| link.starts_with("/admin/sync/"));
    let mut address = address.filter(|link| link.ends_with("/changes.csv"));
    let address = address.next().unwrap_or(start);
    let id = address.split('/').nth(3).unwrap().to_owned();
    (preview, format!("/admin/sync/{id}"))
}

pub(crate) async fn a_csv_file_is_a_preview_and_taken_as_it_was_shown(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin/import").await.is(200);
    for (file, problem) in [("name\nx\n", "no column email"), ("email\n", "no rows")] {
        browser
            .fills(&page, "/admin/import", &[("text", file)])
            .await
            .is(422)
            .says(problem);
    }
    let rows = "email,first_name,last_name,country,end_date\nnew@acme.test,New,Comer,PT,\np7@acme.test,Other,X,PT,\n\
                no email,X,Y,PT,\nb@acme.test,B,C,,\nc@acme.test,'=C,D,PT,soon\n";
    let (preview, address) = put_down(&mut browser, rows).await;
    preview
        .says("5 rows were read")
        .says("1 person is added")
        .says("3 are skipped");
    browser
        .opens(&format!("{address}?tab=skipped"))
        .await
        .says("no email")
        .says("(line 4)")
        .says("HiBob decides about them")
        .says("Mend this row in your file");
    browser
        .opens("/admin/people?source=csv")
        .await
        .says("Nobody matches");
    let start = browser.opens(&format!("{address}/start")).await.is(200);
    let id = address.rsplit('/').next().unwrap().to_owned();
    let expect = [("expect", id.as_str()), ("kind", "sync")];
    let taken = browser.fills(&start, "/admin/sync", &expect).await;
    taken.says("The file is taken.").says("Undo");
    browser
        .opens("/admin/people?source=csv")
        .await
        .says("1 person");
    // HiBob's people are as HiBob has them.
    let person = world.app.person(&world.org, "p7@acme.test").await.unwrap();
    assert_eq!(person.first_name, "Person");
    // It is taken once.
    browser
        .fills(&start, "/admin/sync", &expect)
        .await
        .is(409)
        .says("no longer kept");
    browser
        .opens("/admin/sync?type=csv")
        .await
        .says("Finished with problems");
}

pub(crate) async fn a_csv_file_has_the_limits_of_a_sync_and_is_not_taken_once_people_have_moved(
    world: World,
) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let rows = (0..40).map(|number| format!("many{number}@acme.test,Many,PT\n"));
    let many = "email,first_name,country\n".to_owned() + &rows.collect::<String>();
    let (preview, address) = put_down(&mut browser, &many).await;
    preview.says("would be held");
    let start = browser.opens(&format!("{address}/start")).await;
    let start = start.says("up to 30 pass").is(200);
    let id = address.rsplit('/').next().unwrap().to_owned();
    let started = |typed| [("expect", id.as_str()), ("kind", "sync"), ("typed", typed)];
    for typed in ["", "4", "4 1", "40x"] {
        browser
            .fills(&start, "/admin/sync", &started(typed))
            .await
            .is(422)
            .says("Type 40");
    }
    // Meanwhile another admin adds one of them.
    let patch = PersonPatch {
        email: Some("many3@acme.test".to_owned()),
        first_name: Some("Else".to_owned()),
        ..PersonPatch::default()
    };
    world.app.add_person(&world.org, patch).await.unwrap();
    let again = browser.fills(&start, "/admin/sync", &started("40")).await;
    let again = again
        .says("so nothing was applied")
        .says("39 people are added");
    let people = world.app.person(&world.org, "many4@acme.test").await;
    assert!(people.is_err(), "half a file was taken");
    let next = link(&again, "/admin/sync/01");
    let next = next.split(['?', '/']).nth(3).unwrap();
    let expect = [("expect", next), ("kind", "sync"), ("typed", "39")];
    browser
        .fills(&start, "/admin/sync", &expect)
        .await
        .says("The file is taken.");
    // Somebody erased is in no file that waits.
    let (_, waits) = put_down(&mut browser, "email,last_name\nmany9@acme.test,Other\n").await;
    world
        .app
        .erase_person(&world.org, "many9@acme.test")
        .await
        .unwrap();
    let id = waits.rsplit('/').next().unwrap();
    browser
        .fills(&start, "/admin/sync", &[("expect", id), ("kind", "sync")])
        .await
        .is(409);
}
