//! Against the HiBob simulator, which shares nothing with this client.

use std::collections::HashMap;

use domain::{Field, HrisId, text::Email};
use hris::{
    Connector as _, CountryReading, Employee, ManagerRef, NoProgress, Roster, Seen, Wanted,
    normalise,
};
use jiff::civil::Date;
use sandbox::WorkSlashKeys;

use super::bench::Bench;

fn date(text: Option<&domain::SmolStr>) -> Option<Date> {
    normalise::date(text?).ok()
}

fn assert_same(
    read: &Employee,
    roster: &Roster,
    told: &sandbox::Employee,
    names: &HashMap<String, String>,
) {
    let who = &told.id;
    assert_eq!(read.first_name.value(), told.first_name.as_ref(), "{who}");
    assert_eq!(read.surname.value(), told.surname.as_ref(), "{who}");
    assert_eq!(
        read.email.value().map(normalise::Email::as_str),
        told.email
            .as_deref()
            .map(str::trim)
            .filter(|text| normalise::email(text).is_ok()),
        "{who}"
    );
    assert_eq!(
        read.start_date.value().copied(),
        date(told.start_date.as_ref()),
        "{who}"
    );
    assert_eq!(
        read.end_date.value().copied(),
        date(told.termination_date.as_ref()),
        "{who}"
    );
    assert_eq!(
        read.lifecycle.value().map(|reading| reading.status),
        told.lifecycle_status.as_deref().map(normalise::lifecycle),
        "{who}"
    );
    assert_eq!(
        read.access.value().map(|reading| reading.status),
        told.access_status.as_deref().map(normalise::access),
        "{who}"
    );
    let country = match &read.country {
        Seen::Value(CountryReading::Known(country)) => Some(*country),
        _ => None,
    };
    let expected = match told.country.as_deref().map(normalise::country) {
        Some(normalise::CountryMatch::Known(country)) => Some(country),
        _ => None,
    };
    assert_eq!(
        country, expected,
        "{who}: {:?} {:?}",
        read.country, told.country
    );
    let department = read
        .department
        .value()
        .map(|place| roster.department(*place));
    assert_eq!(
        department.map(|found| &found.id),
        told.department_id.as_ref(),
        "{who}"
    );
    if let Some(found) = department {
        let name = names
            .get(found.id.as_str())
            .map_or(found.id.as_str(), String::as_str);
        assert_eq!(found.name, name, "{who}");
    }
}

fn department_names(told: &sandbox::Roster) -> HashMap<String, String> {
    let name = |item: &sandbox::Department| item.name.as_ref().unwrap_or(&item.id).to_string();
    told.departments
        .iter()
        .map(|item| (item.id.to_string(), name(item)))
        .collect()
}

#[tokio::test]
async fn what_is_read_is_what_the_company_is() {
    let bench = Bench::start(400).await;
    let told = bench.sandbox().roster();
    let read = bench.pull().await.unwrap();
    assert!(read.unreadable.is_empty(), "{:?}", read.unreadable);
    assert_eq!(read.employees.len(), told.employees.len());
    let people: HashMap<&str, &sandbox::Employee> = told
        .employees
        .iter()
        .map(|employee| (employee.id.as_str(), employee))
        .collect();
    let names = department_names(&told);
    for employee in &read.employees {
        let told = people[employee.id.as_str()];
        assert_same(employee, &read, told, &names);
        let known = told
            .manager_id
            .as_deref()
            .filter(|id| people.contains_key(id));
        if let Some(manager) = known {
            assert_eq!(
                employee.manager,
                Seen::Value(ManagerRef::Id(manager.into()))
            );
        }
    }
    for field in Field::ALL {
        assert!(read.coverage.saw(*field), "{field}");
    }
}

#[tokio::test]
async fn every_way_of_writing_the_same_company_reads_the_same() {
    let bench = Bench::start(120).await;
    let usual = bench.pull().await.unwrap();
    let ways: [fn(&mut sandbox::Settings); 10] = [
        |way| way.work_slash_keys = WorkSlashKeys::Bare,
        |way| way.work_slash_keys = WorkSlashKeys::Both,
        |way| way.slash_keys = false,
        |way| way.gzip = true,
        |way| way.readable_dates = sandbox::ReadableDates::Iso,
        |way| way.country_values = sandbox::CountryValues::Id,
        |way| way.strict_empty_filters = true,
        |way| way.wrap_fields = true,
        |way| way.retry_after = true,
        |way| way.id_always = false,
    ];
    for (number, way) in ways.into_iter().enumerate() {
        bench.set(way);
        let read = bench.pull().await.unwrap();
        assert_eq!(read.departments, usual.departments, "way {number}");
        for (read, usual) in read.employees.iter().zip(&usual.employees) {
            assert_eq!(read, usual, "way {number}");
        }
        assert_eq!(read.coverage, usual.coverage, "way {number}");
    }
    bench.set(|way| way.lifecycle_case = sandbox::LifecycleCase::Label);
    let read = bench.pull().await.unwrap();
    let statuses = |roster: &Roster| -> Vec<_> {
        let of = |employee: &Employee| employee.lifecycle.value().map(|reading| reading.status);
        roster.employees.iter().map(of).collect()
    };
    assert_eq!(statuses(&read), statuses(&usual));
}

#[tokio::test]
async fn a_manager_that_is_only_a_name_is_unreadable_and_never_guessed() {
    let bench = Bench::start(60).await;
    let usual = bench.pull().await.unwrap();
    bench.set(|way| way.reports_to_as_name = true);
    let read = bench.pull().await.unwrap();
    for (read, usual) in read.employees.iter().zip(&usual.employees) {
        let same = read.manager == usual.manager;
        assert!(
            same || matches!(read.manager, Seen::Bad(_)),
            "{:?}",
            read.manager
        );
    }
}

#[tokio::test]
async fn a_section_that_is_closed_is_absent_everywhere_and_the_trial_names_it() {
    let bench = Bench::start(60).await;
    bench.set(|settings| {
        settings
            .field_sections
            .insert("address.country".to_owned(), "home".to_owned());
    });
    bench.fault("vanish_section=home");
    let found = bench.check().await.unwrap();
    let unseen: Vec<_> = found.unseen(Wanted::Required).collect();
    assert_eq!(unseen.len(), 1);
    assert_eq!(
        (unseen[0].field, unseen[0].section.as_str()),
        (Field::Country, "Home")
    );
    assert!(
        found
            .roster
            .employees
            .iter()
            .all(|employee| employee.country == Seen::Absent)
    );
    assert_eq!(bench.hibob.section_of(Field::Country), "section Home");

    for (section, fields) in [
        (
            "lifecycle",
            &[
                Field::LifecycleStatus,
                Field::AccessStatus,
                Field::TerminationDate,
            ][..],
        ),
        (
            "work",
            &[Field::StartDate, Field::Department, Field::Manager],
        ),
        ("address", &[Field::Country]),
    ] {
        bench.sandbox().reset();
        bench.fault(&format!("vanish_section={section}"));
        let roster = bench.pull().await.unwrap();
        let unseen: Vec<Field> = Field::ALL
            .iter()
            .copied()
            .filter(|field| !roster.coverage.saw(*field))
            .collect();
        let mut fields = fields.to_vec();
        fields.sort();
        assert_eq!(unseen, fields, "{section}");
    }
}

#[tokio::test]
async fn an_audience_of_employed_people_shows_no_leavers() {
    let bench = Bench::start(200).await;
    let all = bench.check().await.unwrap();
    assert!(
        all.leavers_seen > 0 && all.starters_seen > 0,
        "{} {}",
        all.leavers_seen,
        all.starters_seen
    );
    bench.fault("narrow_audience");
    let some = bench.check().await.unwrap();
    assert_eq!((some.leavers_seen, some.starters_seen), (0, 0));
    assert!(some.employees_seen < all.employees_seen);
    bench.fault("empty");
    assert_eq!(bench.check().await.unwrap().employees_seen, 0);
}

#[tokio::test]
async fn somebody_is_found_by_email_and_nobody_is_an_answer() {
    let bench = Bench::start(30).await;
    let told = bench.sandbox().roster();
    let known = told.employees.iter().find(|told| told.email.is_some());
    let known = known.unwrap();
    let email = Email::parse(&known.email.as_deref().unwrap().to_uppercase()).unwrap();
    let read = bench.hibob.find(&email, &NoProgress).await.unwrap();
    let ids: Vec<&str> = read.employees.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, [known.id.as_str()]);
    let nobody = Email::parse("nobody@acme.test").unwrap();
    let read = bench.hibob.find(&nobody, &NoProgress).await.unwrap();
    assert!(read.employees.is_empty());
}

#[tokio::test]
async fn people_are_read_by_id() {
    let bench = Bench::start(300).await;
    let told = bench.sandbox().roster();
    let ids: Vec<HrisId> = told
        .employees
        .iter()
        .step_by(2)
        .map(|employee| HrisId(employee.id.clone()))
        .collect();
    let read = bench.hibob.pull_named(&ids, &NoProgress).await.unwrap();
    assert_eq!(read.employees.len(), ids.len());
    assert_eq!(bench.searches(), ids.len().div_ceil(100));
    let all = bench.pull().await.unwrap();
    for employee in &read.employees {
        let same = all
            .employees
            .iter()
            .find(|other| other.id == employee.id)
            .unwrap();
        assert_eq!(same.email, employee.email);
        assert_eq!(same.manager, employee.manager);
    }
}
