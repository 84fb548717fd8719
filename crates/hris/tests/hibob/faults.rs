//! What the simulator can break.

use std::sync::atomic::Ordering;

use domain::ProblemCode;
use hris::{Connector as _, NoProgress, Seen};
use sandbox::{Fault, Permissions};

use super::bench::{Bench, client};

#[tokio::test]
async fn every_fault_has_its_problem() {
    let bench = Bench::start(60).await;
    for (fault, in_pull, in_check, tries) in [
        (
            "status=401",
            ProblemCode::CredentialsRefused,
            ProblemCode::CredentialsRefused,
            1,
        ),
        (
            "status=403",
            ProblemCode::NoPermission,
            ProblemCode::NoPermission,
            1,
        ),
        (
            "status=404",
            ProblemCode::BadAnswer,
            ProblemCode::NotHiBob,
            1,
        ),
        (
            "status=400",
            ProblemCode::BadAnswer,
            ProblemCode::NotHiBob,
            1,
        ),
        (
            "status=500",
            ProblemCode::Unreachable,
            ProblemCode::Unreachable,
            4,
        ),
        (
            "status=503",
            ProblemCode::Unreachable,
            ProblemCode::Unreachable,
            4,
        ),
        ("html", ProblemCode::BadAnswer, ProblemCode::NotHiBob, 1),
        ("not_json", ProblemCode::BadAnswer, ProblemCode::NotHiBob, 1),
        (
            "no_employees_key",
            ProblemCode::BadAnswer,
            ProblemCode::NotHiBob,
            1,
        ),
        ("redirect", ProblemCode::BadAnswer, ProblemCode::NotHiBob, 1),
        (
            "gzip_bomb=64",
            ProblemCode::BadAnswer,
            ProblemCode::NotHiBob,
            1,
        ),
        (
            "reset",
            ProblemCode::Unreachable,
            ProblemCode::Unreachable,
            4,
        ),
        (
            "truncate",
            ProblemCode::RosterIncomplete,
            ProblemCode::Unreachable,
            4,
        ),
        (
            "truncate=chunked",
            ProblemCode::RosterIncomplete,
            ProblemCode::Unreachable,
            4,
        ),
        (
            "truncate=json",
            ProblemCode::RosterIncomplete,
            ProblemCode::Unreachable,
            4,
        ),
    ] {
        bench.sandbox().reset();
        bench.fault(fault);
        assert_eq!(bench.pull().await.unwrap_err(), in_pull, "{fault}");
        assert_eq!(bench.searches(), tries, "{fault}");
        assert_eq!(bench.check().await.unwrap_err(), in_check, "{fault}");
    }
}

#[tokio::test]
async fn a_fault_that_passes_is_survived() {
    let bench = Bench::start(60).await;
    for fault in [
        "status=502",
        "reset",
        "truncate",
        "truncate=json",
        "rate_limit=1",
    ] {
        let fault = Fault::parse(fault).unwrap().times(2);
        bench.sandbox().set_faults(vec![fault]);
        assert!(bench.pull().await.is_ok());
    }
}

#[tokio::test]
async fn a_service_user_that_hibob_does_not_know_is_refused_once() {
    let bench = Bench::start(10).await;
    let stranger = client(&bench.handle, &bench.time, "wrong");
    for _ in 0..2 {
        let problem = stranger.check(&NoProgress).await.unwrap_err();
        assert_eq!(problem.code, ProblemCode::CredentialsRefused);
    }
    assert_eq!(bench.sandbox().log().len(), 2);

    bench
        .sandbox()
        .set_permissions(Permissions { groups: Vec::new() })
        .unwrap();
    assert_eq!(bench.pull().await.unwrap_err(), ProblemCode::NoPermission);
    assert_eq!(bench.searches(), 3);
}

#[tokio::test]
async fn a_limit_of_calls_is_waited_for_by_the_clock_of_both() {
    let bench = Bench::start(20).await;
    bench.set(|settings| settings.rate_limit_per_minute = 2);
    for _ in 0..6 {
        bench.pull().await.unwrap();
    }
    assert!(bench.time.sleeps.load(Ordering::SeqCst) >= 2);
}

#[tokio::test]
async fn wrong_types_spoil_values_and_not_the_pull() {
    let bench = Bench::start(300).await;
    bench.fault("wrong_types");
    let roster = bench.pull().await.unwrap();
    let all = roster.employees.len() + roster.unreadable.len();
    assert_eq!(all, bench.sandbox().roster().employees.len());
    assert!(
        roster.unreadable.len() * 10 <= all,
        "{}",
        roster.unreadable.len()
    );
    assert!(
        roster
            .employees
            .iter()
            .any(|employee| matches!(employee.start_date, Seen::Bad(_)))
    );

    bench.fault("duplicate_employee");
    assert_eq!(bench.pull().await.unwrap().employees.len(), all + 1);
}
