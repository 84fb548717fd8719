//! Explanations: everybody has one, and none says anything else than the plan.

use proptest::{prelude::*, test_runner::TestCaseResult};
use reconcile::{Subject, explain, reconcile};

use crate::history::{Scene, histories, scenes};

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn everybody_is_explained_by_what_the_plan_says(history in histories()) {
        for scene in scenes(&history) {
            employees(&scene)?;
            people(&scene)?;
        }
    }
}

fn told(scene: &Scene, subject: Subject<'_>) -> Option<reconcile::Explanation> {
    let Scene {
        directory,
        roster,
        policy,
        today,
        ..
    } = scene;
    explain(directory, roster, policy, *today, subject)
}

fn employees(scene: &Scene) -> TestCaseResult {
    let plan = reconcile(&scene.directory, &scene.roster, &scene.policy, scene.today);
    for (id, outcome) in &plan.outcomes {
        let told = told(scene, Subject::Employee(id)).expect("every employee is explained");
        prop_assert_eq!(told.outcome, Some(*outcome));
        prop_assert!(!told.rules.is_empty());
        for finding in plan
            .findings
            .iter()
            .filter(|f| f.hris_id.as_ref() == Some(id))
        {
            prop_assert!(
                told.rules
                    .iter()
                    .any(|rule| rule.code == Some(finding.code))
            );
        }
    }
    Ok(())
}

fn people(scene: &Scene) -> TestCaseResult {
    let plan = reconcile(&scene.directory, &scene.roster, &scene.policy, scene.today);
    for person in &scene.directory.people {
        let told = told(scene, Subject::Person(person.id)).expect("every person is explained");
        prop_assert!(!told.rules.is_empty());
        let changed = plan
            .changes
            .iter()
            .find(|change| change.existing() == Some(person.id));
        if let (Some(change), Some(employee)) = (changed, &told.employee) {
            prop_assert_eq!(change.hris_id(), Some(employee), "{:?}", told);
        }
    }
    Ok(())
}
