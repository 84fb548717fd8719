//! The faults one by one and two by two.

use sandbox::Fault;

use super::{
    expected::{one_of_each, other_values, passing, replaces},
    scenario::Scenario,
};
use crate::database::Engine;

async fn suffer_alone(engine: Engine, faults: Vec<Fault>) {
    let scenario = Scenario::fill(engine).await;
    for fault in faults {
        scenario.suffer(&[fault]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_alone_leaves_nothing_half_done_on_sqlite() {
    let faults = [one_of_each(), other_values(), passing()].concat();
    suffer_alone(Engine::Sqlite, faults).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_alone_leaves_nothing_half_done_on_postgres() {
    suffer_alone(Engine::Postgres, [one_of_each(), passing()].concat()).await;
}

/// Every two of the faults; of two that stand in place of the answer also the other way round.
fn pairs() -> Vec<[Fault; 2]> {
    let all = one_of_each();
    let mut pairs = Vec::new();
    for (at, one) in all.iter().enumerate() {
        for other in &all[at + 1..] {
            pairs.push([one.clone(), other.clone()]);
            if replaces(one) && replaces(other) {
                pairs.push([other.clone(), one.clone()]);
            }
        }
    }
    pairs
}

/// The pairs whose turn it is when they are dealt out to so many tests.
async fn suffer_pairs(turn: usize, of: usize) {
    let scenario = Scenario::fill(Engine::Sqlite).await;
    for pair in pairs().iter().skip(turn).step_by(of) {
        scenario.suffer(pair).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_two_faults_together_leave_nothing_half_done_first_half() {
    suffer_pairs(0, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_two_faults_together_leave_nothing_half_done_second_half() {
    suffer_pairs(1, 2).await;
}
