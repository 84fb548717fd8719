//! Who sees what, and what nobody gets in with.

use std::collections::BTreeSet;

use crate::world::{Browser, World, employee};

const ADMIN_PAGES: [&str; 24] = [
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
