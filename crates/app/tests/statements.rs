//! The number of SQL statements does not depend on the number of people.

use app::SyncRequest;
use domain::{RunKind, Trigger};

use crate::{company::company, world::World};

/// How many statements a sync or preview takes that finds nothing to change, its report included.
async fn unchanged(world: &World, kind: RunKind) -> u64 {
    let request = SyncRequest {
        kind,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    };
    let before = world.statements.get();
    let synced = world.app.sync(&world.org, request, &app::NoRunProgress);
    let report = synced.await.unwrap();
    assert_eq!(report.changes.len(), 0, "{report:?}");
    world.statements.get() - before
}

pub(crate) async fn an_unchanged_sync_takes_as_many_statements_for_any_number_of_people(
    world: World,
) {
    world.connect(company(10)).await;
    let few = (
        unchanged(&world, RunKind::Sync).await,
        unchanged(&world, RunKind::Preview).await,
    );
    // No more than 20 people join at once without a look.
    for people in [25, 40] {
        world.sync_after(|roster| *roster = company(people)).await;
    }

    let many = (
        unchanged(&world, RunKind::Sync).await,
        unchanged(&world, RunKind::Preview).await,
    );

    assert_eq!(world.how_many("active").await, 40);
    assert_eq!(many, few);
}
