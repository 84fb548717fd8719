use proptest::prelude::*;

use super::*;
use crate::{AccessReading, EmployeeRecord, normalise::Access};

const FULL: &str = r#"{"id":"3332883884017713938","first_name":"Nadia","surname":"Ferreira",
    "display_name":"Nadia Ferreira","email":"nadia@acme.test","start_date":"2023-02-01",
    "end_date":"2026-12-31","lifecycle":{"status":"employed","text":"Employed"},
    "access":{"status":"active","text":"Active"},"manager":{"id":"7"},
    "department":{"id":"10","name":"Engineering"},"country":{"known":"PT"}}"#;

fn record() -> EmployeeRecord {
    serde_json::from_str(FULL).unwrap()
}

fn of(record: EmployeeRecord) -> Fingerprint {
    let roster = Roster::of_records([record]);
    roster.fingerprint(&roster.employees[0])
}

#[test]
fn the_fingerprint_is_the_one_that_is_stored() {
    // Stored fingerprints are compared with new ones for years: if this fails, FORMAT must grow.
    assert_eq!(of(record()), Fingerprint(STORED));
}

const STORED: u64 = 1_603_627_825_526_717_236;

#[test]
fn every_field_counts() {
    let changes: [fn(&mut EmployeeRecord); 14] = [
        |record| record.id = "1".into(),
        |record| record.first_name = Seen::Absent,
        |record| record.surname = Seen::Null,
        |record| record.display_name = Seen::bad("Nadia Ferreira"),
        |record| record.email = Seen::Value("Nadia@acme.test".parse().unwrap()),
        |record| record.start_date = Seen::Value("2023-02-02".parse().unwrap()),
        |record| record.end_date = Seen::Value("2026-11-30".parse().unwrap()),
        |record| record.lifecycle = Seen::Null,
        |record| {
            record.access = Seen::Value(AccessReading {
                status: Access::Inactive,
                text: "Active".into(),
            });
        },
        |record| record.manager = Seen::Value(ManagerRef::Id("8".into())),
        |record| record.manager = Seen::Value(ManagerRef::Email("7".into())),
        |record| record.department = Seen::Null,
        |record| record.country = Seen::Value(CountryReading::Unknown("PT".into())),
        |_| (),
    ];
    let mut prints: Vec<Fingerprint> = changes
        .iter()
        .map(|change| {
            let mut other = record();
            change(&mut other);
            of(other)
        })
        .collect();
    prints.sort();
    prints.dedup();
    assert_eq!(prints.len(), changes.len());
}

#[test]
fn copies_count_in_any_order() {
    let (one, two) = (Fingerprint(1), Fingerprint(2));
    assert_eq!(
        Fingerprint::of_copies(&mut [one, two]),
        Fingerprint::of_copies(&mut [two, one])
    );
    assert_ne!(Fingerprint::of_copies(&mut [one, two]), one);
}

proptest! {
    #[test]
    fn two_names_never_run_into_each_other(one in "\\PC{0,12}", other in "\\PC{0,12}", cut in 0_usize..12) {
        prop_assume!(!one.is_empty() && !other.is_empty());
        let whole = format!("{one}{other}");
        let cut = whole.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(one.len());
        prop_assume!(cut != one.len());
        let named = |first: &str, last: &str| {
            let mut named = record();
            named.first_name = Seen::Value(first.into());
            named.surname = Seen::Value(last.into());
            of(named)
        };
        prop_assert_ne!(named(&one, &other), named(&whole[..cut], &whole[cut..]));
    }
}
