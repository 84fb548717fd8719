//! Who sees what, and what nobody gets in with.

use std::collections::BTreeSet;

use crate::world::{Browser, World, employee};

const ADMIN_PAGES: [&str; 26] = [
    "/admin",
    "/admin/people",
    "/admin/people.csv",
    "/admin/people/new",
    "/admin/people/check",
    "/admin/budgets",
    "/admin/content",
    "/admin/content/new",
    "/admin/content/import",
    "/admin/import",
    "/admin/issues",
    "/admin/sync",
    "/admin/sync/out-of-scope",
    "/admin/sync/skipped",
    "/admin/settings",
    "/admin/settings/hris",
    "/admin/settings/hris/connect/hibob",
    "/admin/settings/organisation",
    "/admin/settings/admins",
    "/admin/settings/tokens",
    "/admin/settings/rules",
    "/admin/settings/regions",
    "/admin/settings/left-out",
    "/admin/settings/emails",
    "/admin/settings/outbox",
    "/admin/help",
];

pub(crate) async fn whoever_is_not_signed_in_is_led_to_sign_in_and_back(world: World) {
    let mut browser = Browser::of(&world);
    for path in ADMIN_PAGES {
        let page = browser.opens(path).await.is(303);
        assert!(
            page.location.starts_with("/sign-in?next=%2Fadmin"),
            "{}",
            page.location
        );
    }
    assert_eq!(browser.opens("/").await.is(303).location, "/sign-in");
    let fields = [
        ("email", "boss@acme.test"),
        ("password", crate::world::PASSWORD),
        ("next", "/admin/people?status=active"),
    ];
    let page = browser.sends("/sign-in", &fields).await.is(303);
    assert_eq!(page.location, "/admin/people?status=active");
    browser
        .opens("/admin/people")
        .await
        .is(200)
        .says("Sign out");
    // Only pages of ours are led to.
    let mut other = Browser::of(&world);
    for next in ["https://evil.test/", "//evil.test/", "/\\evil.test"] {
        let fields = [fields[0], fields[1], ("next", next)];
        assert_eq!(
            other.sends("/sign-in", &fields).await.location,
            "/admin",
            "{next}"
        );
    }
    let page = browser.opens("/sign-out").await.is(200);
    browser.fills(&page, "/sign-out", &[]).await.says("Sign in");
    browser.opens("/admin").await.is(303);
}

pub(crate) async fn a_person_without_admin_rights_sees_no_admin_page(world: World) {
    let boss = world
        .app
        .person(&world.org, "boss@acme.test")
        .await
        .unwrap();
    let second = app::NewAdmin {
        email: "other@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: Some(crate::world::PASSWORD.to_owned().into()),
    };
    world.app.create_admin(&world.org, second).await.unwrap();
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin").await.is(200);
    let patch = app::PersonPatch {
        admin: Some(false),
        ..app::PersonPatch::default()
    };
    world
        .app
        .edit_person(&world.org, &boss.id.to_string(), patch)
        .await
        .unwrap();
    for path in ADMIN_PAGES {
        browser.opens(path).await.is(403).says("An admin of Acme");
    }
    let proof = page.field("proof");
    let fields = [("proof", proof.as_str()), ("kind", "sync")];
    browser.sends("/admin/sync", &fields).await.is(403);
    browser.opens("/home").await.is(200).says("Your record");
    assert_eq!(browser.opens("/").await.location, "/home");
}

pub(crate) async fn a_form_that_is_not_from_a_page_of_ours_changes_nothing(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    let fields = [("email", "x@acme.test"), ("first_name", "X")];
    browser
        .sends("/admin/people/new", &fields)
        .await
        .is(403)
        .says("nothing was changed");
    let wrong = [("proof", "x"), fields[0], fields[1]];
    browser.sends("/admin/people/new", &wrong).await.is(403);
    let mut other = Browser::of_admin(&world).await;
    let page = other.opens("/admin/people/new").await;
    let proof = page.field("proof");
    let foreign = [("proof", proof.as_str()), fields[0], fields[1]];
    browser.sends("/admin/people/new", &foreign).await.is(403);
    let people = browser.opens("/admin/people").await.is(200);
    assert!(!people.text.contains("x@acme.test"));
    other
        .fills(&page, "/admin/people/new", &fields)
        .await
        .says("They were added.");
}

pub(crate) async fn guessing_is_slowed_down_and_unknown_people_get_the_same_answer(world: World) {
    let mut browser = Browser::of(&world);
    let mut said = BTreeSet::new();
    for email in ["boss@acme.test", "nobody@acme.test"] {
        let page = browser
            .sends(
                "/sign-in",
                &[("email", email), ("password", "wrong password")],
            )
            .await
            .is(422);
        said.insert(page.text.replace(email, ""));
    }
    assert_eq!(said.len(), 1, "the answers tell who is here");
    let mut last = 0;
    for _ in 0..12 {
        let fields = [("email", "boss@acme.test"), ("password", "wrong password")];
        last = browser.sends("/sign-in", &fields).await.status;
    }
    assert_eq!(last, 429);
    for email in ["boss@acme.test", "nobody@acme.test"] {
        let page = browser
            .sends("/sign-in/link", &[("email", email)])
            .await
            .is(303);
        assert_eq!(page.location, "/sign-in?sent");
    }
}

pub(crate) async fn every_page_has_the_rules_for_browsers(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    for path in ["/sign-in", "/admin", "/nowhere", "/assets/hub.css"] {
        let page = browser.opens(path).await;
        let rule = |name: &str| page.headers[name].to_str().unwrap().to_owned();
        let policy = rule("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(rule("x-content-type-options"), "nosniff");
        assert_eq!(rule("referrer-policy"), "same-origin");
        for inline in [" style=", "<script>", "<style", " onclick="] {
            assert!(
                !page.text.contains(inline) || path.ends_with("css"),
                "{path}: {inline}"
            );
        }
    }
}

/// One person and one run of each kind stand for the others.
fn shape_of(path: &str) -> String {
    let letters = path.chars();
    letters
        .map(|letter| {
            if letter.is_ascii_hexdigit() {
                'x'
            } else {
                letter
            }
        })
        .collect()
}

pub(crate) async fn every_link_of_every_page_leads_somewhere(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut open = vec![
        "/admin".to_owned(),
        "/home".to_owned(),
        "/sign-in".to_owned(),
    ];
    while let Some(path) = open.pop() {
        let path = path.split('#').next().unwrap_or_default().to_owned();
        let shape = shape_of(&path);
        if path.is_empty() || !seen.insert(shape) || seen.len() > 400 {
            continue;
        }
        let page = browser.opens(&path).await;
        // Where a form is sent to may be a place that is only sent to.
        assert!(
            matches!(page.status, 200 | 303 | 405),
            "{path}: {} {}",
            page.status,
            page.text
        );
        open.extend(
            page.links()
                .into_iter()
                .filter(|link| link.starts_with('/')),
        );
    }
    for part in ADMIN_PAGES {
        let shape = shape_of(part);
        assert!(
            seen.contains(&shape) || seen.iter().any(|path| path.starts_with(&shape)),
            "nothing leads to {part}"
        );
    }
}

pub(crate) async fn hostile_names_stay_text(world: World) {
    world
        .hibob
        .change(|roster| {
            let mut hostile = employee(200);
            hostile.first_name = Some("<script>alert(1)</script>".into());
            hostile.surname = Some("\"onmouseover='x' 👩‍💻 \u{202e}מ".into());
            roster.employees.push(hostile);
        })
        .unwrap();
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let people = browser.opens("/admin/people?q=script").await.is(200);
    assert!(people.text.contains("1 person"), "{}", people.text);
    for path in ["/admin/people?q=script", "/admin/sync", "/admin"] {
        let page = browser.opens(path).await;
        assert!(!page.text.contains("<script>alert"), "{path}");
        assert!(!page.text.contains("<b>10"), "{path}");
    }
}

/// What every route is for, as its address says.
const OPEN_TO_ALL: [&str; 13] = [
    "/",
    "/sign-in",
    "/sign-in/link",
    "/sign-in/choose",
    "/sign-in/code",
    "/sign-in/{token}",
    "/invitation/{token}",
    "/connect/{token}",
    "/assets/hub.css",
    "/assets/hub.js",
    "/assets/mark.svg",
    "/favicon.ico",
    "/sign-out",
];
const FOR_MEMBERS: [&str; 8] = [
    "/home",
    "/content/{id}",
    "/me",
    "/me/password",
    "/me/second-factor",
    "/me/second-factor/off",
    "/sign-out/everywhere",
    "/sign-out",
];

/// The addresses of all routes, as they stand in the code: the router itself tells none.
fn routes() -> BTreeSet<String> {
    fn gather(folder: &std::path::Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for rest in text.split(".route(").skip(1) {
                if let Some(address) = rest.trim_start().strip_prefix('"') {
                    found.insert(address.split('"').next().unwrap().to_owned());
                }
            }
        }
    }
    let mut found = BTreeSet::new();
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    gather(&source, &mut found);
    found
}

/// An address with an id of another organisation in it, or one that was made up.
fn filled(route: &str, id: &str) -> String {
    let parts = route.split('/').map(|part| match part {
        "{token}" => "made-up",
        "{state}" => "pause",
        "{act}" => "approve",
        "{name}" => "invitation",
        "{code}" => "missing_country",
        part if part.starts_with('{') => id,
        part => part,
    });
    parts.collect::<Vec<_>>().join("/")
}

pub(crate) async fn every_route_lets_in_only_whom_it_is_for(world: World) {
    world.connected().await;
    let all = routes();
    assert!(all.len() > 90, "only {} routes were found", all.len());
    let other = app::NewOrganisation {
        name: "Other".to_owned(),
        slug: None,
        time_zone: "UTC".to_owned(),
    };
    let slug = world.app.create_organisation(other).await.unwrap().slug;
    let other = world.app.organisation(&slug).await.unwrap();
    let theirs = app::NewAdmin {
        email: "theirs@other.test".to_owned(),
        first_name: None,
        last_name: None,
        password: Some(crate::world::PASSWORD.to_owned().into()),
    };
    let theirs = world.app.create_admin(&other, theirs).await.unwrap();
    let foreign = theirs.person.id.to_string();
    let member = app::NewAdmin {
        email: "member@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: Some(crate::world::PASSWORD.to_owned().into()),
    };
    let member = world.app.create_admin(&world.org, member).await.unwrap();
    let patch = app::PersonPatch {
        admin: Some(false),
        ..app::PersonPatch::default()
    };
    world
        .app
        .edit_person(&world.org, &member.person.id.to_string(), patch)
        .await
        .unwrap();
    let mut nobody = Browser::of(&world);
    let mut plain = Browser::of(&world);
    let fields = [
        ("email", "member@acme.test"),
        ("password", crate::world::PASSWORD),
    ];
    plain.sends("/sign-in", &fields).await.is(303);
    let own = plain.opens("/home").await;
    let mut admin = Browser::of_admin(&world).await;
    let page = admin.opens("/admin").await;
    for route in &all {
        if OPEN_TO_ALL.contains(&route.as_str()) {
            continue;
        }
        let address = filled(route, &foreign);
        let got = nobody.opens(&address).await;
        let led_away = got.location.starts_with("/sign-in") || got.status == 405;
        assert!(led_away, "{route}: {} {}", got.status, got.location);
        let sent = nobody.sends(&address, &[]).await;
        let led_away = sent.location.starts_with("/sign-in") || sent.status == 405;
        assert!(led_away, "{route}: {} {}", sent.status, sent.text);
        if FOR_MEMBERS.contains(&route.as_str()) {
            continue;
        }
        assert!(route.starts_with("/admin"), "who is {route} for?");
        let got = plain.opens(&address).await;
        assert!(matches!(got.status, 403 | 405), "{route}: {}", got.status);
        let sent = plain.fills(&own, &address, &[]).await;
        assert!(matches!(sent.status, 403 | 405), "{route}: {}", sent.status);
        // Of another organisation nothing is told.
        if address.contains(&foreign) {
            let got = admin.opens(&address).await;
            assert!(matches!(got.status, 404 | 405), "{route}: {}", got.status);
            let sent = admin.fills(&page, &address, &[]).await;
            assert!(
                matches!(sent.status, 404 | 405 | 422),
                "{route}: {} {}",
                sent.status,
                sent.text
            );
            assert!(!sent.text.contains("theirs@other.test"), "{route} tells");
        }
    }
    let here = world.app.person(&other, &foreign).await.unwrap();
    assert_eq!(
        here.status,
        domain::Status::Active,
        "somebody elsewhere was changed"
    );
}

pub(crate) async fn every_page_is_looked_at_in_the_browser_and_in_the_navigation(world: World) {
    drop(world);
    let looked_at = include_str!("../../../e2e/pages.py");
    let templates = {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let files = std::fs::read_dir(folder).unwrap();
        files
            .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
            .collect::<String>()
    };
    let code =
        include_str!("../src/shell.rs").to_owned() + include_str!("../src/pages/settings.rs");
    // Reached by other ways: by mail, as a file, in a frame, by a form, or while something goes on.
    let elsewhere = [
        "{token}",
        ".csv",
        "/frame",
        "/events",
        "/link",
        "/choose",
        "/code",
        "/assets/",
        "/favicon",
        "/second-factor/off",
        "/me/password",
        "/jobs/",
        "/everywhere",
        "/help/hris",
        "/review",
        "/content/{id}",
        "/outbox/{id}",
        "/test",
        "/views",
        "/bulk",
        "/send",
        "/schedule",
        "/webhook",
        "/state/",
        "/snooze",
        "/wake",
        "/retry",
        "/sync/{id}",
        "/check/sync",
        "/invite",
        "/budget",
        "/erase",
        "/restore",
        "/{act}",
        "/delete",
        "/revoke",
        "/remove",
        "/allow",
        "/again",
        "/apply",
        "/confirm-email",
        "/edit",
        "/why",
        "/unlink",
        "/archive",
        "/people/{id}",
        "/emails/{name}",
        "/regions/{id}",
    ];
    for route in routes() {
        if route == "/" || elsewhere.iter().any(|part| route.contains(part)) {
            continue;
        }
        assert!(
            looked_at.contains(&format!("\"{route}\""))
                || looked_at.contains(&format!("\"{route}?"))
                || route == "/sign-in"
                || route.ends_with("/hibob"),
            "no browser looks at {route}"
        );
        let is_led_to = templates.contains(&format!("\"{route}"))
            || code.contains(&format!("\"{route}\""))
            || ["/home", "/sign-in"].contains(&route.as_str());
        assert!(is_led_to, "nothing leads to {route}");
    }
}

pub(crate) async fn every_page_is_there_in_german(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    browser.language = "de".to_owned();
    let id = world
        .app
        .person(&world.org, "p9@acme.test")
        .await
        .unwrap()
        .id;
    let run = world.app.runs(&world.org, None, None).await.unwrap().items;
    let run = run[0].id;
    let mut pages: Vec<String> = ADMIN_PAGES
        .into_iter()
        .filter(|path| *path != "/admin/people.csv")
        .map(str::to_owned)
        .collect();
    for what in [
        "", "/edit", "/why", "/archive", "/erase", "/restore", "/unlink", "/link",
    ] {
        pages.push(format!("/admin/people/{id}{what}"));
    }
    for what in ["", "?tab=skipped", "?tab=add", "/start"] {
        pages.push(format!("/admin/sync/{run}{what}"));
    }
    pages.push(format!("/admin/sync/{run}/people/{id}"));
    pages.extend(["/home", "/me", "/me/second-factor", "/sign-out"].map(str::to_owned));
    for path in pages {
        let page = browser.opens(&path).await.is(200).says("<html lang=\"de\"");
        for english in [
            "The HRIS",
            "the HRIS",
            "in the HRIS",
            "nothing was changed",
            " people ",
            "Save changes",
            "Sync history",
            "Fill in",
            "New in",
            "The start date",
            "Matched by",
        ] {
            assert!(
                !page.text.contains(english),
                "{path} says {english:?} in German:\n{}",
                page.text
            );
        }
    }
    browser
        .opens("/admin/nowhere")
        .await
        .is(404)
        .says("Diese Seite gibt es nicht");
}

/// A session that has ended, or another one since, loses nothing of what was typed.
pub(crate) async fn what_was_sent_from_an_old_page_is_kept(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin/people/new").await;
    let proof = page.field("proof");
    let fields = [
        ("proof", proof.as_str()),
        ("email", "late@acme.test"),
        ("first_name", "Late <b>"),
        ("password", "canary"),
    ];
    let out = browser.opens("/sign-out").await;
    browser.fills(&out, "/sign-out", &[]).await;
    browser.is_modern = true;
    let kept = browser
        .sends("/admin/people/new", &fields)
        .await
        .is(403)
        .says("Your session has ended")
        .says("value=\"late@acme.test\"")
        .says("Late &#60;b&#62;");
    assert!(!kept.text.contains("canary"), "a secret is given back");
    // Signed in again, the old page's proof is another session's.
    let sign_in = [
        ("email", "boss@acme.test"),
        ("password", crate::world::PASSWORD),
    ];
    browser.sends("/sign-in", &sign_in).await.is(303);
    let stale = browser
        .sends("/admin/people/new", &fields)
        .await
        .is(403)
        .says("You have signed in anew")
        .says("value=\"late@acme.test\"");
    let people = browser.opens("/admin/people").await;
    assert!(
        !people.text.contains("late@acme.test"),
        "it was done already"
    );
    let again = [("email", "late@acme.test"), ("first_name", "Late")];
    browser
        .fills(&stale, "/admin/people/new", &again)
        .await
        .says("They were added.");
    // A form that another site sends is no page of ours.
    browser.is_foreign = true;
    browser
        .sends("/admin/people/new", &fields)
        .await
        .is(403)
        .says("This form is too old");
}
