//! Getting in: invitations, links, sessions, and how all of it ends.

use app::{App, JobView, PeopleChoice, PersonPatch};
use domain::{LeftOutCode, MailKind, MailState};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    company::{change, company, email, terminate},
    world::World,
};

const PASSWORD: &str = "correct horse battery";

fn password() -> SecretString {
    SecretString::from(PASSWORD)
}

async fn invite(world: &World, again: bool) -> JobView {
    let everybody = PeopleChoice::Filter(Box::default());
    let job = world
        .app
        .invite(&world.org, &everybody, again)
        .await
        .unwrap();
    world.app.work_off().await.unwrap();
    world
        .app
        .job(&world.org, &job.id.to_string())
        .await
        .unwrap()
}

/// The secret in the newest invitation of somebody.
async fn invitation(world: &World, recipient: &str) -> String {
    let outbox = world
        .app
        .outbox(&world.org, None, None)
        .await
        .unwrap()
        .items;
    let mail = outbox
        .iter()
        .find(|mail| mail.recipient == recipient && mail.kind == MailKind::Invitation)
        .unwrap();
    let id = mail.id.to_string();
    let text = world.app.waiting_invitation(&world.org, &id).await.unwrap();
    let link = text
        .lines()
        .find(|line| line.contains("/invitation/"))
        .unwrap();
    link.rsplit('/').next().unwrap().to_owned()
}

async fn accept(app: &App, token: &str) -> Result<String, &'static str> {
    let begun = app.accept_invitation(token, &password(), "a browser").await;
    begun
        .map(|begun| begun.token.expose_secret().to_owned())
        .map_err(|refused| refused.code)
}

async fn is_in(world: &World, session: &str) -> bool {
    world.app.session(session).await.unwrap().is_some()
}

pub(crate) async fn an_invitation_lets_somebody_in_once(world: World) {
    world.connect(company(3)).await;
    let job = invite(&world, false).await;
    assert_eq!((job.total, job.left_out.len()), (3, 0));
    let token = invitation(&world, &email(2)).await;
    let (one, two) = tokio::join!(accept(&world.app, &token), accept(&world.app, &token));
    let session = match (one, two) {
        (Ok(session), Err("void_link")) | (Err("void_link"), Ok(session)) => session,
        other => panic!("one of both: {other:?}"),
    };
    let who = world.app.session(&session).await.unwrap().unwrap();
    assert_eq!(who.person.email, email(2));
    assert_eq!(
        world.person(&email(2)).await.invitation.state.as_str(),
        "accepted"
    );
    let again = invite(&world, true).await;
    let id = who.person.id;
    assert_eq!(again.left_out.len(), 1);
    assert_eq!(again.left_out[0].person_id, id);
    assert_eq!(again.left_out[0].code, LeftOutCode::Joined);
    assert_eq!(
        world
            .app
            .sign_in(&email(2), &password(), "")
            .await
            .unwrap()
            .len(),
        1
    );
    let wrong = SecretString::from("wrong horse battery");
    assert!(world.app.sign_in(&email(2), &wrong, "").await.is_err());
    world.app.sign_out(&session).await.unwrap();
    assert!(!is_in(&world, &session).await);
}

pub(crate) async fn only_who_asks_again_is_invited_again_and_the_old_link_is_void(world: World) {
    world.connect(company(2)).await;
    invite(&world, false).await;
    let old = invitation(&world, &email(2)).await;
    let job = invite(&world, false).await;
    let codes: Vec<_> = job.left_out.iter().map(|out| out.code).collect();
    assert_eq!(codes, [LeftOutCode::AlreadyInvited; 2]);
    invite(&world, true).await;
    assert_eq!(accept(&world.app, &old).await, Err("void_link"));
    let new = invitation(&world, &email(2)).await;
    assert!(accept(&world.app, &new).await.is_ok());
}

pub(crate) async fn somebody_who_was_never_invited_gets_in_by_no_way(world: World) {
    world.connect(company(3)).await;
    world.app.request_link(&email(2)).await.unwrap();
    world.app.request_link("nobody@acme.test").await.unwrap();
    let outbox = world.app.outbox(&world.org, None, None).await.unwrap();
    assert_eq!(outbox.total, Some(0), "no mail");
    let refused = world
        .app
        .sign_in(&email(2), &password(), "")
        .await
        .unwrap_err();
    let unknown = world
        .app
        .sign_in("nobody@acme.test", &password(), "")
        .await
        .unwrap_err();
    assert_eq!(refused, unknown, "the same answer");
    let org = world.org.id.0.simple();
    for token in [
        "",
        "x",
        &format!("{org}_"),
        &format!("{org}_AAAA"),
        "rc_x_y",
    ] {
        assert!(
            world
                .app
                .accept_invitation(token, &password(), "")
                .await
                .is_err()
        );
        assert!(world.app.sign_in_with_link(token, "").await.is_err());
        assert!(!is_in(&world, token).await);
    }
}

pub(crate) async fn archiving_ends_sessions_links_and_invitations(world: World) {
    world.connect(company(8)).await;
    invite(&world, false).await;
    let token = invitation(&world, &email(2)).await;
    let session = accept(&world.app, &token).await.unwrap();
    let unused = invitation(&world, &email(3)).await;
    world
        .sync_after(|roster| {
            terminate(roster, 2);
            terminate(roster, 3);
        })
        .await;
    assert!(!is_in(&world, &session).await);
    assert_eq!(accept(&world.app, &unused).await, Err("void_link"));
    // The mail that waited for a mail server is withdrawn, and nobody else's.
    let mails = world
        .app
        .outbox(&world.org, None, None)
        .await
        .unwrap()
        .items;
    let state_of = |recipient: &str| {
        let mut mails = mails.iter();
        let mail = mails.find(|mail| mail.recipient == recipient);
        mail.unwrap().state.as_str()
    };
    assert_eq!(state_of(&email(3)), "failed");
    assert_eq!(state_of(&email(5)), "waiting");
    assert!(world.app.sign_in(&email(2), &password(), "").await.is_err());
    assert_eq!(
        world.person(&email(3)).await.invitation.state.as_str(),
        "never"
    );
    // By hand it is the same.
    let by_hand = invitation(&world, &email(4)).await;
    let session = accept(&world.app, &by_hand).await.unwrap();
    world
        .app
        .archive_person(&world.org, &email(4))
        .await
        .unwrap();
    assert!(!is_in(&world, &session).await);
}

pub(crate) async fn another_address_voids_what_was_sent_to_the_old_one(world: World) {
    world.connect(company(30)).await;
    invite(&world, false).await;
    let (by_sync, by_hand) = (
        invitation(&world, &email(2)).await,
        invitation(&world, &email(3)).await,
    );
    world
        .sync_after(|roster| {
            change(roster, 2, |person| {
                person.email = Some("new@acme.test".into());
            });
        })
        .await;
    let patch = PersonPatch {
        email: Some("other@acme.test".to_owned()),
        ..PersonPatch::default()
    };
    world.edit(&email(3), patch).await;
    assert_eq!(accept(&world.app, &by_sync).await, Err("void_link"));
    assert_eq!(accept(&world.app, &by_hand).await, Err("void_link"));
    assert_eq!(
        world
            .person("new@acme.test")
            .await
            .invitation
            .state
            .as_str(),
        "never"
    );
}

pub(crate) async fn a_link_signs_in_once_and_not_for_long(world: World) {
    world.connect(company(2)).await;
    invite(&world, false).await;
    let token = invitation(&world, &email(2)).await;
    accept(&world.app, &token).await.unwrap();
    let admin = app::NewAdmin {
        email: "boss@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: None,
    };
    let made = world.app.create_admin(&world.org, admin).await.unwrap();
    let link = made.sign_in_link.unwrap();
    let link = link.rsplit('/').next().unwrap();
    let session = world.app.sign_in_with_link(link, "").await.unwrap();
    assert!(session.signed_in.person.admin);
    assert!(world.app.sign_in_with_link(link, "").await.is_err(), "once");
    world.app.request_link(&email(2)).await.unwrap();
    world.app.work_off().await.unwrap();
    let outbox = world
        .app
        .outbox(&world.org, None, None)
        .await
        .unwrap()
        .items;
    let mail = outbox
        .iter()
        .find(|mail| mail.kind == MailKind::SignIn)
        .unwrap();
    assert_eq!(mail.state, MailState::Waiting, "no mail server is set");
    let hidden = world
        .app
        .waiting_invitation(&world.org, &mail.id.to_string())
        .await;
    assert!(
        hidden.is_err(),
        "a link that signs in is for nobody else's eyes"
    );
    // A session that nobody uses ends.
    let token = session.token.expose_secret().to_owned();
    assert!(is_in(&world, &token).await);
    world.on_day("2026-03-04");
    assert!(!is_in(&world, &token).await);
}

pub(crate) async fn a_sync_mails_nobody_but_admins_and_once_for_each_cause(world: World) {
    world.connect(company(40)).await;
    let admin = app::NewAdmin {
        email: "boss@acme.test".to_owned(),
        first_name: None,
        last_name: None,
        password: Some(password()),
    };
    world.app.create_admin(&world.org, admin).await.unwrap();
    world.app.work_off().await.unwrap();
    let subjects = async || {
        let outbox = world
            .app
            .outbox(&world.org, None, None)
            .await
            .unwrap()
            .items;
        assert!(
            outbox.iter().all(|mail| mail.recipient == "boss@acme.test"),
            "{outbox:?}"
        );
        let mut subjects: Vec<_> = outbox.into_iter().map(|mail| mail.subject).collect();
        subjects.reverse();
        subjects
    };
    // A hold, looked at three days in a row, is one mail.
    world
        .hibob
        .change(|roster| (2..20).for_each(|number| terminate(roster, number)))
        .unwrap();
    for day in 3..=5 {
        world.on_day(&format!("2026-03-{day:02}"));
        world.app.work_off().await.unwrap();
    }
    assert_eq!(subjects().await, ["Acme: a sync waits for your review"]);
    // Refused credentials are one mail, and one when it is over.
    world
        .hibob
        .set_faults(vec![sandbox::Fault::parse("status=401").unwrap()]);
    for day in 6..=8 {
        world.on_day(&format!("2026-03-{day:02}"));
        world.app.work_off().await.unwrap();
    }
    assert_eq!(subjects().await.len(), 2);
    world.hibob.set_faults(Vec::new());
    world.connect(company(41)).await;
    world.on_day("2026-03-09");
    world.app.work_off().await.unwrap();
    let all = subjects().await;
    assert_eq!(all[2..], ["Acme: the sync with the HRIS works again"]);
    // What happened this morning is told by the morning's mail.
    world.on_day("2026-03-10");
    world.hibob.change(|roster| terminate(roster, 7)).unwrap();
    world.app.work_off().await.unwrap();
    assert_eq!(subjects().await[3..], ["Acme: what changed this morning"]);
    world.on_day("2026-03-11");
    world.app.work_off().await.unwrap();
    assert_eq!(subjects().await.len(), 4, "nothing happened");
}

pub(crate) async fn admins_are_told_of_another_email_and_of_the_last_admin_who_was_kept(
    world: World,
) {
    world.connect(company(40)).await;
    world.app.work_off().await.unwrap();
    let admin = app::NewAdmin {
        email: crate::company::email(7),
        first_name: None,
        last_name: None,
        password: Some(password()),
    };
    world.app.create_admin(&world.org, admin).await.unwrap();
    let told = async || {
        let outbox = world.app.outbox(&world.org, None, None).await.unwrap();
        let mut told: Vec<_> = outbox
            .items
            .into_iter()
            .filter(|mail| mail.kind == domain::MailKind::Notice)
            .map(|mail| (mail.recipient, mail.subject))
            .collect();
        told.sort();
        told
    };
    world
        .hibob
        .change(|roster| roster.employees[6].email = Some("other@acme.test".into()))
        .unwrap();
    for day in 3..=4 {
        world.on_day(&format!("2026-03-{day:02}"));
        world.app.work_off().await.unwrap();
    }
    let moved = "Acme: an admin has another email now".to_owned();
    let expected = [
        ("other@acme.test".to_owned(), moved.clone()),
        (crate::company::email(7), moved),
    ];
    assert_eq!(told().await, expected, "once, to both addresses");

    world.hibob.change(|roster| terminate(roster, 7)).unwrap();
    for day in 5..=7 {
        world.on_day(&format!("2026-03-{day:02}"));
        world.app.work_off().await.unwrap();
    }
    let kept = told().await;
    let kept: Vec<_> = kept
        .iter()
        .filter(|(_, subject)| subject.contains("last admin"))
        .collect();
    assert_eq!(kept.len(), 1, "{kept:?}");
}

pub(crate) async fn mails_wait_in_the_outbox_until_a_mail_server_is_set(world: World) {
    world.connect(company(40)).await;
    let people =
        app::PeopleChoice::Ids(vec![person_id(&world, 3).await, person_id(&world, 4).await]);
    world.app.invite(&world.org, &people, false).await.unwrap();
    world.app.work_off().await.unwrap();
    let states = async || {
        let outbox = world.app.outbox(&world.org, None, None).await.unwrap();
        let states: Vec<_> = outbox.items.iter().map(|mail| mail.state).collect();
        states
    };
    assert_eq!(states().await, [domain::MailState::Waiting; 2]);

    let mut server = testkit::MailServer::start("plain");
    let url = format!("smtp://127.0.0.1:{}", server.port());
    world
        .app
        .set_mailer(mail::Mailer::new(&url, None, "learn.test").unwrap());
    world.app.work_off().await.unwrap();
    assert_eq!(states().await, [domain::MailState::Sent; 2]);
    let mut to: Vec<String> = (0..2)
        .map(|_| server.next_letter()["to"][0].as_str().unwrap().to_owned())
        .collect();
    to.sort();
    assert_eq!(to, [crate::company::email(3), crate::company::email(4)]);
    // What it said is gone, and so it can be read nowhere any more.
    let sent = world
        .app
        .outbox(&world.org, None, None)
        .await
        .unwrap()
        .items;
    let read = world
        .app
        .waiting_invitation(&world.org, &sent[0].id.to_string())
        .await;
    assert_eq!(read.unwrap_err().code, "not_found");
    let person = world
        .app
        .person(&world.org, &crate::company::email(3))
        .await
        .unwrap();
    assert_eq!(person.invitation.state, domain::InvitationState::Sent);
    assert_eq!(world.app.task_counts().await.unwrap(), (0, 0));
}

async fn person_id(world: &World, number: usize) -> String {
    let email = crate::company::email(number);
    let person = world.app.person(&world.org, &email).await.unwrap();
    person.id.to_string()
}
