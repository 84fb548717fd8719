//! What admins arrange beside the sync: passwords, second factors, issues, links for others.

use app::{Failure, PersonPatch, SignedIn};
use secrecy::{ExposeSecret as _, SecretString};

use crate::world::{Browser, PASSWORD, World, link};

/// Somebody who was invited and has joined.
pub(crate) async fn joined(world: &World, email: &str) -> Browser {
    let people = app::PeopleChoice::Ids(vec![
        world
            .app
            .person(&world.org, email)
            .await
            .unwrap()
            .id
            .to_string(),
    ]);
    world.app.invite(&world.org, &people, false).await.unwrap();
    world.work_off().await;
    let mails = world
        .app
        .outbox(&world.org, None, None)
        .await
        .unwrap()
        .items;
    let mail = mails.iter().find(|mail| mail.recipient == email).unwrap();
    let text = world
        .app
        .waiting_invitation(&world.org, &mail.id.to_string())
        .await
        .unwrap();
    let mut words = text.split_whitespace();
    let address = words.find(|word| word.contains("/invitation/")).unwrap();
    let path = address.strip_prefix(&world.url).unwrap();
    let mut guest = Browser::of(world);
    guest
        .sends(path, &[("password", "a password of their own")])
        .await
        .is(303);
    guest
}

async fn boss(world: &World) -> SignedIn {
    let password = SecretString::from(PASSWORD.to_owned());
    let begun = world.app.sign_in("boss@acme.test", &password, "test").await;
    begun.unwrap().remove(0).signed_in
}

/// The code of an app at this moment.
fn code_now(world: &World, secret: &str) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret.replace(' ', "")).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    let now = u64::try_from(world.app.now().as_second()).unwrap();
    totp.generate(now).to_string()
}

pub(crate) async fn a_password_is_changed_and_the_old_one_lets_nobody_in(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    let mut other = Browser::of_admin(&world).await;
    let me = browser.opens("/me").await.is(200);
    let change = |now, new| [("password", now), ("new_password", new)];
    browser
        .fills(&me, "/me/password", &change("not it", "short"))
        .await
        .is(422)
        .says("not your password so far")
        .says("fewer than 12");
    browser
        .fills(&me, "/me/password", &change(PASSWORD, "another long one"))
        .await
        .is(200)
        .says("Your password is changed");
    other.opens("/admin").await.is(303);
    let mut fresh = Browser::of(&world);
    let of = |password| [("email", "boss@acme.test"), ("password", password)];
    let old = fresh.sends("/sign-in", &of(PASSWORD)).await;
    assert_ne!(old.status, 303, "the old one still works");
    let new = fresh.sends("/sign-in", &of("another long one")).await;
    assert_eq!(new.location, "/admin");
}

pub(crate) async fn a_second_factor_is_asked_for_and_each_code_works_once(world: World) {
    let who = boss(&world).await;
    let mut browser = Browser::of_admin(&world).await;
    let page = browser
        .opens("/me/second-factor")
        .await
        .is(200)
        .says("<path d=");
    let begun = world.app.begin_second_factor(&who).await.unwrap();
    let secret = begun.secret.expose_secret().to_owned();
    assert!(page.text.contains(&secret), "the key is another one");
    browser
        .fills(&page, "/me/second-factor", &[("code", "000000")])
        .await
        .is(422)
        .says("code-error");
    // Not confirmed, it is not asked for.
    let fields = [("email", "boss@acme.test"), ("password", PASSWORD)];
    let mut other = Browser::of(&world);
    assert_eq!(other.sends("/sign-in", &fields).await.location, "/admin");
    let code = code_now(&world, &secret);
    let codes = browser
        .fills(&page, "/me/second-factor", &[("code", &code)])
        .await
        .is(200)
        .says("Keep these codes");
    let recovery = codes.text.split("<code>").nth(1).unwrap();
    let recovery = recovery.split('<').next().unwrap().to_owned();
    assert_eq!(
        codes.headers["cache-control"], "no-store",
        "codes are kept by the browser"
    );

    // With the password alone nobody is in.
    let mut other = Browser::of(&world);
    let answer = other.sends("/sign-in", &fields).await.is(303);
    assert!(
        answer.location.starts_with("/sign-in/code"),
        "{}",
        answer.location
    );
    other.opens("/admin").await.is(303);
    other.opens("/home").await.is(303);
    // The code that confirmed it was used up by that.
    other
        .sends("/sign-in/code", &[("code", &code)])
        .await
        .is(422);
    let answer = other.sends("/sign-in/code", &[("code", &recovery)]).await;
    assert_eq!(answer.is(303).location, "/admin");
    other.opens("/admin").await.is(200);
    // A recovery code works once.
    let mut third = Browser::of(&world);
    third.sends("/sign-in", &fields).await.is(303);
    third
        .sends("/sign-in/code", &[("code", &recovery)])
        .await
        .is(422);
    let mut last = 0;
    for _ in 0..12 {
        last = third
            .sends("/sign-in/code", &[("code", "123456")])
            .await
            .status;
    }
    assert_eq!(last, 429, "codes can be guessed for ever");
    // Whoever has lost everything asks the operator.
    world
        .app
        .forget_second_factor(&world.org, "boss@acme.test")
        .await
        .unwrap();
    let mut fourth = Browser::of(&world);
    assert_eq!(fourth.sends("/sign-in", &fields).await.location, "/admin");
}

pub(crate) async fn a_connection_that_is_cancelled_leaves_nobody_behind_whatever_was_before(
    world: World,
) {
    let mut browser = Browser::of_admin(&world).await;
    for _ in 0..2 {
        let page = browser.opens("/admin/settings/hris/connect/hibob").await;
        let credentials = [
            ("service_user_id", "sandbox"),
            ("token", "sandbox-token"),
            ("preview", "1"),
        ];
        let address = "/admin/settings/hris/connect/hibob";
        browser.fills(&page, address, &credentials).await.is(200);
        world.work_off().await;
        let last = world.app.integration(&world.org).await.unwrap().last_run;
        let preview = format!("/admin/sync/{}", last.unwrap().id);
        let page = browser.opens(&preview).await.is(200).says("Preview ready");
        browser
            .fills(&page, "/admin/settings/hris/disconnect", &[("cancel", "1")])
            .await
            .is(200);
        browser.opens(&preview).await.is(404);
        let history = browser.opens("/admin/sync").await;
        assert!(
            !history.text.contains(&preview),
            "the preview is still there"
        );
        // Once more after a connection that was synced with and ended.
        world.connected().await;
        world.app.disconnect(&world.org, true).await.unwrap();
    }
}

pub(crate) async fn the_hibob_admin_connects_by_a_link_and_sees_nothing_else(world: World) {
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin/settings/hris/connect").await.is(200);
    let made = browser
        .fills(&page, "/admin/settings/hris/connect/send", &[])
        .await
        .is(200);
    let address = made.text.split("class=\"secret\">").nth(1).unwrap();
    let address = address.split('<').next().unwrap();
    let path = address.strip_prefix(&world.url).unwrap().to_owned();
    let mut outside = Browser::of(&world);
    let form = outside.opens(&path).await.is(200).says("Acme");
    assert!(
        !form.text.contains("/admin"),
        "our pages are shown to others"
    );
    outside.opens("/connect/made-up").await.is(404);
    let fields = [("service_user_id", "sandbox"), ("token", "wrong")];
    outside.sends(&path, &fields).await.is(422);
    let fields = [("service_user_id", "sandbox"), ("token", "sandbox-token")];
    outside
        .sends(&path, &fields)
        .await
        .is(200)
        .says("HiBob is connected");
    // It is used up.
    outside.opens(&path).await.is(404);
    world.work_off().await;
    browser
        .opens("/admin/people?source=hris")
        .await
        .says("119 people");
}

pub(crate) async fn issues_go_out_of_the_way_for_a_week_and_come_back(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin/issues").await.says("No home country");
    let about = link(&page, "/admin/sync/");
    browser.opens(&about).await.says("Nr004");
    browser
        .fills(&page, "/admin/issues/missing_country/snooze", &[])
        .await
        .says("Out of the way")
        .says("Bring it back");
    let hris = browser.opens("/admin/settings/hris").await;
    assert!(
        !hris.text.contains("No home country"),
        "it is still in front"
    );
    browser
        .fills(&page, "/admin/issues/missing_country/wake", &[])
        .await
        .is(200);
    browser
        .opens("/admin/settings/hris")
        .await
        .says("No home country");
}

pub(crate) async fn many_are_archived_and_brought_back_but_for_the_last_admin(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let list = browser.opens("/admin/people?status=active").await;
    let all = [("action", "archive"), ("across", "1"), ("status", "active")];
    let check = browser
        .fills(&list, "/admin/people/bulk", &all)
        .await
        .says("119 people are archived")
        .says("are the last admin who can sign in");
    let start = link(&check, "/admin/jobs/").replace("/check", "/start");
    let start = if start.ends_with("/start") {
        start
    } else {
        format!("{}/start", start.trim_end_matches("/form"))
    };
    browser.fills(&check, &start, &[]).await.is(200);
    world.work_off().await;
    browser
        .opens("/admin/people?status=archived")
        .await
        .says("119 people");
    browser
        .opens("/admin/people?status=active")
        .await
        .says("1 person");
    let list = browser.opens("/admin/people?status=archived").await;
    let all = [
        ("action", "restore"),
        ("across", "1"),
        ("status", "archived"),
    ];
    let check = browser
        .fills(&list, "/admin/people/bulk", &all)
        .await
        .says("119 people are brought back");
    let start = link(&check, "/admin/jobs/");
    let id = start.trim_start_matches("/admin/jobs/");
    let id = id.split('/').next().unwrap();
    let page = browser
        .fills(&check, &format!("/admin/jobs/{id}/start"), &[])
        .await
        .is(200);
    drop(page);
    world.work_off().await;
    browser
        .opens(&format!("/admin/jobs/{id}"))
        .await
        .says("119 people are back");
    browser
        .opens("/admin/people?status=active")
        .await
        .says("120 people");
}

pub(crate) async fn links_of_an_admin_go_to_the_old_address_until_the_new_one_is_confirmed(
    world: World,
) {
    world.connected().await;
    let patch = PersonPatch {
        admin: Some(true),
        ..PersonPatch::default()
    };
    let person = world
        .app
        .edit_person(&world.org, "p7@acme.test", patch)
        .await
        .unwrap();
    drop(joined(&world, "p7@acme.test").await);
    world
        .hibob
        .change(|roster| {
            roster.employees[6].email = Some("stranger@evil.test".into());
        })
        .unwrap();
    let request = app::SyncRequest {
        kind: domain::RunKind::Sync,
        trigger: domain::Trigger::Manual,
        as_of: None,
        expect: None,
    };
    world
        .app
        .sync(&world.org, request, &app::NoRunProgress)
        .await
        .unwrap();
    let recipients = async || -> Result<Vec<String>, Failure> {
        let mails = world.app.outbox(&world.org, None, None).await?.items;
        let links = mails
            .into_iter()
            .filter(|mail| mail.kind == domain::MailKind::SignIn);
        Ok(links.map(|mail| mail.recipient).collect())
    };
    world.app.request_link("stranger@evil.test").await.unwrap();
    assert_eq!(recipients().await.unwrap(), ["p7@acme.test"]);
    world.app.request_link("p7@acme.test").await.unwrap();
    assert_eq!(recipients().await.unwrap().len(), 2);
    let mut browser = Browser::of_admin(&world).await;
    let address = format!("/admin/people/{}", person.id);
    let page = browser
        .opens(&address)
        .await
        .says("still go to p7@acme.test");
    browser
        .fills(&page, &format!("{address}/confirm-email"), &[])
        .await
        .says("The new address is confirmed.");
    world.app.request_link("stranger@evil.test").await.unwrap();
    let all = recipients().await.unwrap();
    assert!(all.contains(&"stranger@evil.test".to_owned()), "{all:?}");
    world.app.request_link("p7@acme.test").await.unwrap();
    assert_eq!(
        recipients().await.unwrap().len(),
        3,
        "the old one still works"
    );
}

pub(crate) async fn views_are_saved_and_mails_looked_at(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let page = browser.opens("/admin/people?q=nr00&status=active").await;
    let view = [
        ("q", "nr00"),
        ("status", "active"),
        ("view_name", "The <first> ten"),
    ];
    browser
        .fills(&page, "/admin/people/views", &view)
        .await
        .says("The view is saved.")
        .says("The &#60;first&#62; ten");
    browser
        .fills(&page, "/admin/people/views", &view)
        .await
        .is(422)
        .says("Another view has this name");
    let views = world.app.saved_views(&world.org).await.unwrap();
    let id = views[0].id.to_string();
    browser
        .fills(&page, "/admin/people/views/delete", &[("view", &id)])
        .await
        .says("The view is deleted.");
    for name in app::MAILS {
        let page = browser
            .opens(&format!("/admin/settings/emails/{name}"))
            .await;
        let page = page.is(200).says("<iframe");
        let frame = browser.opens(&link(&page, "/admin/settings/emails/")).await;
        drop(frame);
        let frame = browser
            .opens(&format!("/admin/settings/emails/{name}/frame"))
            .await
            .is(200);
        let rules = frame.headers["content-security-policy"].to_str().unwrap();
        assert!(
            rules.contains("sandbox") && !rules.contains("unsafe"),
            "{rules}"
        );
        browser
            .fills(&page, &format!("/admin/settings/emails/{name}/test"), &[])
            .await
            .says("The test is on its way to you.");
    }
    let mails = world
        .app
        .outbox(&world.org, None, None)
        .await
        .unwrap()
        .items;
    let tests = mails
        .iter()
        .filter(|mail| mail.subject.starts_with("[Test]"));
    assert_eq!(tests.count(), app::MAILS.len());
    assert!(mails.iter().all(|mail| mail.recipient == "boss@acme.test"));
}

pub(crate) async fn a_going_sync_is_told_as_events_until_it_is_over(world: World) {
    world.connected().await;
    let mut browser = Browser::of_admin(&world).await;
    let home = browser.opens("/admin").await;
    let page = browser
        .fills(&home, "/admin/sync", &[("kind", "sync")])
        .await
        .says("data-live=");
    let events = page.text.split("data-live=\"").nth(1).unwrap();
    let events = events.split('"').next().unwrap().to_owned();
    let looking = async {
        let page = browser.opens(&events).await.is(200);
        assert!(
            page.headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/event-stream"),
        );
        page
    };
    let (told, ()) = tokio::join!(looking, async {
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        world.work_off().await;
    });
    let told = told.says("event: html").says("Waiting to begin");
    let end = told.text.rsplit("event: end").next().unwrap();
    assert!(end.contains("/admin/sync/"), "{end}");
    // Whoever is not signed in is told nothing.
    Browser::of(&world).opens(&events).await.is(303);
}
