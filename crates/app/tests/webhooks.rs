//! Webhooks: signals that somebody changed.

use app::Received;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::{RunState, Trigger};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::SignedDuration;
use sha2::Sha512;

use crate::{
    company::{change, company, email, employee, id, terminate},
    world::World,
};

const SECRET: &str = "hush";

fn signature(body: &str) -> String {
    let mac = Hmac::<Sha512>::new_from_slice(SECRET.as_bytes()).unwrap();
    let mac = mac.chain_update(body.as_bytes());
    BASE64_STANDARD.encode(mac.finalize().into_bytes())
}

fn event(number: usize, second: usize) -> String {
    let id = id(number);
    format!(
        r#"{{"type":"employee.updated","triggeredAt":"2026-03-02T08:15:{second:02}","version":"v2","data":{{"employeeId":"{id}"}}}}"#
    )
}

/// Connected, with a secret; the last part of the address.
async fn hooked(world: &World, people: usize) -> String {
    world.connect(company(people)).await;
    world.app.work_off().await.unwrap();
    let patch = app::IntegrationPatch {
        webhook_secret: Some(Some(SECRET.into())),
        ..app::IntegrationPatch::default()
    };
    let integration = world
        .app
        .change_integration(&world.org, patch)
        .await
        .unwrap();
    assert!(integration.webhook.secret_set);
    let url = integration.webhook.url.unwrap();
    url.rsplit('/').next().unwrap().to_owned()
}

async fn send(world: &World, name: &str, body: &str) -> Received {
    let signature = signature(body);
    let sent = world
        .app
        .receive_webhook(name, Some(&signature), body.as_bytes());
    sent.await.unwrap()
}

async fn follow(world: &World) {
    world.later(SignedDuration::from_secs(5));
    world.app.work_off().await.unwrap();
    assert_eq!(world.app.task_counts().await.unwrap(), (0, 0));
}

pub(crate) async fn whom_a_webhook_names_is_synced_and_nobody_else(world: World) {
    let name = hooked(&world, 8).await;
    world
        .hibob
        .change(|roster| {
            change(roster, 2, |person| person.surname = Some("Renamed".into()));
            change(roster, 3, |person| person.surname = Some("Unnamed".into()));
            terminate(roster, 4);
            roster.employees.push(employee(9));
            // Absence plays no part.
            roster.employees.retain(|person| person.id != id(5));
        })
        .unwrap();
    for (second, number) in [2, 4, 9, 5].into_iter().enumerate() {
        assert_eq!(
            send(&world, &name, &event(number, second)).await,
            Received::Taken
        );
    }
    let before = world.runs().await;
    follow(&world).await;
    assert_eq!(world.runs().await, before + 1, "a burst is one run");
    let run = world
        .app
        .runs(&world.org, Some(1), None)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(
        (run.trigger, run.state),
        (Trigger::Webhook, RunState::Finished)
    );
    let counts = run.counts;
    assert_eq!(
        (
            counts.employees,
            counts.added,
            counts.updated,
            counts.archived
        ),
        (3, 1, 1, 1)
    );
    assert_eq!(world.person(&email(2)).await.last_name, "Renamed");
    assert_ne!(world.person(&email(3)).await.last_name, "Unnamed");
    assert_eq!(world.person(&email(5)).await.attention, []);
    let full = world.sync().await.run.counts;
    assert_eq!(
        (full.added, full.updated, full.archived),
        (0, 1, 0),
        "the daily sync is the truth"
    );
}

pub(crate) async fn an_event_that_comes_twice_is_followed_once(world: World) {
    let name = hooked(&world, 3).await;
    assert_eq!(send(&world, &name, &event(2, 1)).await, Received::Taken);
    assert_eq!(send(&world, &name, &event(2, 1)).await, Received::Ignored);
    follow(&world).await;
    let before = world.runs().await;
    assert_eq!(send(&world, &name, &event(2, 1)).await, Received::Ignored);
    follow(&world).await;
    assert_eq!(world.runs().await, before);
    assert_eq!(send(&world, &name, &event(2, 2)).await, Received::Taken);
    follow(&world).await;
    assert_eq!(world.runs().await, before + 1);
}

pub(crate) async fn what_is_not_signed_is_not_taken(world: World) {
    let name = hooked(&world, 3).await;
    let body = event(2, 1);
    let other = signature(&event(3, 1));
    for signature in [None, Some(""), Some("AAAA"), Some(other.as_str())] {
        let refused = world.app.receive_webhook(&name, signature, body.as_bytes());
        assert_eq!(refused.await.unwrap_err().code, "wrong_signature");
    }
    let patch = app::IntegrationPatch {
        webhook_secret: Some(None),
        ..app::IntegrationPatch::default()
    };
    world
        .app
        .change_integration(&world.org, patch)
        .await
        .unwrap();
    let good = signature(&body);
    let refused = world
        .app
        .receive_webhook(&name, Some(&good), body.as_bytes());
    assert_eq!(
        refused.await.unwrap_err().code,
        "wrong_signature",
        "no secret is set"
    );
    let ping = world.app.receive_webhook(&name, None, b"Ping test").await;
    assert_eq!(ping.unwrap(), Received::Handshake);
    for unknown in ["", "x", "x_y", &name.replace('_', "_0")] {
        let refused = world
            .app
            .receive_webhook(unknown, Some(&good), body.as_bytes());
        assert_eq!(refused.await.unwrap_err().code, "not_found", "{unknown}");
    }
}

pub(crate) async fn a_paused_connection_takes_no_webhooks(world: World) {
    let name = hooked(&world, 3).await;
    world.app.pause(&world.org).await.unwrap();
    assert_eq!(send(&world, &name, &event(2, 1)).await, Received::Ignored);
    let before = world.runs().await;
    follow(&world).await;
    assert_eq!(world.runs().await, before);
    world.app.disconnect(&world.org, true).await.unwrap();
    let body = event(2, 2);
    let good = signature(&body);
    let gone = world
        .app
        .receive_webhook(&name, Some(&good), body.as_bytes());
    assert_eq!(gone.await.unwrap_err().code, "not_found");
}

pub(crate) async fn many_at_once_are_a_whole_sync(world: World) {
    let name = hooked(&world, 60).await;
    for number in 1..=60 {
        send(&world, &name, &event(number, number % 60)).await;
    }
    follow(&world).await;
    let run = world
        .app
        .runs(&world.org, Some(1), None)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(run.trigger, Trigger::Webhook);
    assert_eq!(run.counts.employees, 60);
}

pub(crate) async fn safeguards_hold_what_webhooks_would_do_and_an_admin_approves_it(world: World) {
    let name = hooked(&world, 20).await;
    world
        .hibob
        .change(|roster| (2..12).for_each(|number| terminate(roster, number)))
        .unwrap();
    for number in 2..12 {
        send(&world, &name, &event(number, number)).await;
    }
    follow(&world).await;
    let run = world
        .app
        .runs(&world.org, Some(1), None)
        .await
        .unwrap()
        .items
        .remove(0);
    assert_eq!(run.state, RunState::Held);
    assert_eq!(world.how_many("archived").await, 0);
    let id = run.id.to_string();
    let approved = world
        .app
        .approve(&world.org, &id, false, &app::NoRunProgress)
        .await
        .unwrap();
    assert!(approved.run.state.is_success(), "{approved:?}");
    assert_eq!(world.how_many("archived").await, 10);
}
