//! Somebody who edits without a pause: every run ends all the same, and nothing of theirs is lost.

use std::{
    cell::Cell,
    future::Future,
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    time::Duration,
};

use app::{NoRunProgress, PersonPatch, SyncRequest, view::RunReport};
use domain::{ProblemCode, RunKind, RunState, Status, Trigger};
use tokio::{runtime::Handle, task::block_in_place};

use crate::{
    company::{change, company, email, terminate},
    world::{World, ends},
};

/// An edit that takes longer waits for the run. The run waits no longer for it either.
const PATIENCE: Duration = Duration::from_millis(300);

thread_local! {
    static IS_THE_EDITOR: Cell<bool> = const { Cell::new(false) };
}

/// Whether it is the editor who looks at the clock.
pub(crate) fn is_the_editor() -> bool {
    IS_THE_EDITOR.get()
}

/// Makes an edit at every look at the clock, and waits for it.
pub(crate) struct Watch {
    ask: mpsc::Sender<()>,
    done: mpsc::Receiver<()>,
    waits: bool,
}

impl Watch {
    pub(crate) fn look(&mut self) {
        if self.waits {
            self.waits = self.done.try_recv().is_err();
        } else if self.ask.send(()).is_ok() {
            self.waits = self.done.recv_timeout(PATIENCE).is_err();
        }
    }
}

/// Ends the watch also when a test panics, or the editor would wait for ever.
struct Watched<'w>(&'w World);

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        *self.0.clock.watch.lock().unwrap() = None;
    }
}

/// Does something while somebody else makes the next edit whenever the clock is looked at.
pub(crate) fn while_somebody_edits<T>(
    world: &World,
    edit: impl AsyncFn(usize) + Send,
    what: impl Future<Output = T>,
) -> T {
    let (ask, asked) = mpsc::channel();
    let (tell, done) = mpsc::channel();
    let runtime = Handle::current();
    let editor = move || {
        IS_THE_EDITOR.set(true);
        for (number, ()) in asked.iter().enumerate() {
            runtime.block_on(edit(number));
            // Nobody hears of the last one.
            _ = tell.send(());
        }
    };
    block_in_place(|| {
        std::thread::scope(|scope| {
            scope.spawn(editor);
            let watch = Watch {
                ask,
                done,
                waits: false,
            };
            *world.clock.watch.lock().unwrap() = Some(watch);
            let _watched = Watched(world);
            Handle::current().block_on(what)
        })
    })
}

fn named(name: String) -> PersonPatch {
    PersonPatch {
        first_name: Some(name),
        ..PersonPatch::default()
    }
}

/// An edit that meets a run is refused and made again, as a person would.
async fn rename(world: &World, email: &str, name: String) {
    while world
        .app
        .edit_person(&world.org, email, named(name.clone()))
        .await
        .is_err()
    {}
}

/// Edits that no plan changes, but every plan is made anew for.
async fn elsewhere(world: &World, number: usize) {
    rename(world, "by.hand@acme.test", format!("Hand {number}")).await;
}

async fn with_somebody_by_hand(world: &World) {
    world.connect(company(20)).await;
    world.add("by.hand@acme.test", PersonPatch::default()).await;
}

async fn preview(world: &World) -> RunReport {
    let request = SyncRequest {
        kind: RunKind::Preview,
        trigger: Trigger::Cli,
        as_of: None,
        expect: None,
    };
    world
        .app
        .sync(&world.org, request, &NoRunProgress)
        .await
        .unwrap()
}

fn six_are_terminated(world: &World) {
    let left = world.hibob.change(|roster| {
        for number in 5..=10 {
            terminate(roster, number);
        }
    });
    left.unwrap();
}

async fn approve(world: &World, held: &RunReport) -> Result<RunReport, app::Failure> {
    let id = held.run.id.to_string();
    world
        .app
        .approve(&world.org, &id, false, &NoRunProgress)
        .await
}

pub(crate) async fn a_sync_is_applied_while_somebody_edits_without_pause(world: World) {
    world.connect(company(20)).await;
    let renamed = world.hibob.change(|roster| {
        change(roster, 3, |person| person.first_name = Some("Zoe".into()));
    });
    renamed.unwrap();
    let edits = AtomicUsize::new(0);
    let edit = async |number| {
        rename(&world, &email(3), format!("Hand {number}")).await;
        edits.store(number + 1, Ordering::Relaxed);
    };

    let run = while_somebody_edits(&world, edit, world.sync());

    assert_eq!(run.run.state, RunState::Finished, "{run:?}");
    let edits = edits.load(Ordering::Relaxed);
    assert!(edits > 4, "{edits}");
    // Of all the edits the plan knows the newest before it, and what came after stands on top.
    let history = world
        .app
        .person_history(&world.org, &email(3))
        .await
        .unwrap();
    let told = &history.items[..history.items.len() - 1];
    assert_eq!(told.len(), edits + 1, "no edit is lost");
    for pair in told.windows(2) {
        let [later, earlier] = pair else { continue };
        assert_eq!(later.fields[0].before, earlier.fields[0].after);
    }
    let by_the_run = history
        .items
        .iter()
        .find(|entry| entry.run_id == Some(run.run.id));
    let change = &by_the_run.unwrap().fields[0];
    assert_eq!(change.after.as_deref(), Some("Zoe"));
    assert!(change.before.as_deref().unwrap().starts_with("Hand "));
}

pub(crate) async fn a_hold_is_made_while_somebody_edits_without_pause(world: World) {
    with_somebody_by_hand(&world).await;
    six_are_terminated(&world);

    let edit = async |number| elsewhere(&world, number).await;
    let held = while_somebody_edits(&world, edit, world.sync());

    assert_eq!(held.run.state, RunState::Held, "{held:?}");
    assert_eq!(held.changes.len(), 6);
    let record = world.store.run(world.org.id, held.run.id).await.unwrap();
    assert!(record.unwrap().base_version.unwrap() > 4);
}

pub(crate) async fn a_preview_is_made_while_somebody_edits_without_pause(world: World) {
    world.connect(company(20)).await;
    let renamed = world.hibob.change(|roster| {
        change(roster, 3, |person| person.first_name = Some("Zoe".into()));
    });
    renamed.unwrap();

    let edit = async |number| rename(&world, &email(3), format!("Hand {number}")).await;
    let made = while_somebody_edits(&world, edit, preview(&world));

    assert_eq!(made.run.state, RunState::Finished, "{made:?}");
    let before = made.changes[0].fields[0].before.as_deref();
    assert!(before.unwrap().starts_with("Hand "), "{before:?}");
}

pub(crate) async fn a_pass_of_the_timer_ends_while_somebody_edits_without_pause(world: World) {
    world.add("ada@acme.test", ends("2026-03-01")).await;
    let edits = AtomicUsize::new(0);
    let edit = async |number| {
        world
            .add(&format!("p{number}@acme.test"), ends("2026-03-01"))
            .await;
        edits.store(number + 1, Ordering::Relaxed);
    };

    let run = while_somebody_edits(&world, edit, world.tick()).unwrap();

    // Whoever came before it was made is in it; six of them are more than pass without a look.
    let edits = edits.load(Ordering::Relaxed);
    assert!(edits > 4, "{edits}");
    assert!(run.changes.len() > 4, "{run:?}");
    if run.run.state == RunState::Held {
        assert!(run.changes.len() > 5);
    } else {
        assert!(run.run.state.is_success(), "{run:?}");
        assert_eq!(world.how_many("archived").await, run.changes.len());
    }
}

pub(crate) async fn a_hold_is_approved_while_somebody_edits_without_pause(world: World) {
    with_somebody_by_hand(&world).await;
    six_are_terminated(&world);
    let held = world.sync().await;

    let edit = async |number| elsewhere(&world, number).await;
    let applied = while_somebody_edits(&world, edit, approve(&world, &held)).unwrap();

    assert!(applied.run.state.is_success(), "{applied:?}");
    assert_eq!(applied.run.id, held.run.id);
    assert_eq!(world.how_many("archived").await, 6);
}

pub(crate) async fn a_new_plan_is_shown_while_somebody_edits_without_pause(world: World) {
    with_somebody_by_hand(&world).await;
    six_are_terminated(&world);
    let held = world.sync().await;
    let left = world.hibob.change(|roster| terminate(roster, 11));
    left.unwrap();
    let runs = world.runs().await;

    let edit = async |number| elsewhere(&world, number).await;
    let failure = while_somebody_edits(&world, edit, approve(&world, &held)).unwrap_err();

    assert_eq!(failure.code, "plan_changed", "{failure}");
    assert_eq!(world.runs().await, runs + 1, "tries in vain leave no run");
    let waiting = world.store.held_runs(world.org.id).await.unwrap();
    assert_eq!(waiting.len(), 1);
    assert_ne!(waiting[0].run.id, held.run.id);
    assert_eq!(waiting[0].run.counts.archived, 7);
    let older = world.run(&held).await.run;
    assert_eq!(older.error.unwrap().code, ProblemCode::Superseded);
    assert_eq!(world.how_many("archived").await, 0);
}

pub(crate) async fn a_run_is_undone_while_somebody_edits_without_pause(world: World) {
    with_somebody_by_hand(&world).await;
    let run = world.sync_after(|roster| terminate(roster, 5)).await;
    assert_eq!(world.person(&email(5)).await.status, Status::Archived);

    let edit = async |number| elsewhere(&world, number).await;
    let id = run.run.id.to_string();
    let undone = while_somebody_edits(&world, edit, world.app.undo(&world.org, &id, None));

    assert_eq!(undone.unwrap().changes.len(), 1);
    assert_eq!(world.person(&email(5)).await.status, Status::Active);
}
