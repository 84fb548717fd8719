//! Writes that come twice: done once, and never again when nobody knows whether they were.

use jiff::SignedDuration;
use store::{NewApiToken, Once, Turn};

use crate::world::{World, id, now};

async fn token(world: &World) -> domain::TokenId {
    let token = NewApiToken {
        id: id(),
        name: "Payroll",
        hash: "abc",
        read_only: false,
        created_at: now(),
    };
    world.store.add_token(world.org, token).await.unwrap();
    token.id
}

pub(crate) async fn a_write_is_begun_once_and_its_answer_kept_for_a_day(world: World) {
    let once = Once {
        token: token(&world).await,
        key: "k",
        request: "r",
    };
    let turn = async |once, seconds| {
        let at = now() + SignedDuration::from_secs(seconds);
        world.store.begin_once(world.org, once, at).await.unwrap()
    };
    assert_eq!(turn(once, 0).await, Turn::Ours);
    assert_eq!(turn(once, 59).await, Turn::InFlight);
    let other = Once {
        request: "other",
        ..once
    };
    assert_eq!(turn(other, 59).await, Turn::OtherRequest);
    // Its process died: it may have been done, so it is never done again under this key.
    assert_eq!(turn(once, 61).await, Turn::Unknown);
    assert_eq!(turn(once, 23 * 3600).await, Turn::Unknown);

    world
        .store
        .answer_once(world.org, once, 201, "done")
        .await
        .unwrap();
    let answered = Turn::Answered {
        status: 201,
        answer: "done".to_owned(),
    };
    assert_eq!(turn(once, 23 * 3600).await, answered);
    assert_eq!(
        turn(once, 25 * 3600).await,
        Turn::Ours,
        "a day later it is forgotten"
    );
}

pub(crate) async fn what_came_to_nothing_may_be_tried_again(world: World) {
    let once = Once {
        token: token(&world).await,
        key: "k",
        request: "r",
    };
    for _ in 0..2 {
        let turn = world.store.begin_once(world.org, once, now()).await;
        assert_eq!(turn.unwrap(), Turn::Ours);
        world.store.forget_once(world.org, once).await.unwrap();
    }
}
