//! What is made of each value of a record.

use hris::{
    Employee, ManagerRef, Roster, Seen,
    normalise::{Access, Lifecycle},
};

use super::decoded::{bad, by_id, known, one, roster, unknown, value, with};

#[test]
fn a_value_of_the_wrong_type_spoils_only_itself() {
    for (wrong, shown) in [
        ("true", "true"),
        ("1.5", "1.5"),
        ("-3", "-3"),
        ("[1,2]", "a list"),
        ("{\"x\":1}", "an object"),
    ] {
        let employee = with(&format!(
            r#""firstName":{wrong},"surname":"Ferreira","email":{wrong},"work":{{"startDate":{wrong},"department":{wrong}}},
            "internal":{{"lifecycleStatus":{wrong},"status":{wrong},"terminationDate":{wrong}}},"address":{{"country":{wrong}}}"#
        ));
        assert_eq!(employee.surname, value("Ferreira"));
        assert_eq!(employee.first_name, bad(shown));
        assert_eq!(employee.email, bad(shown));
        assert_eq!(employee.start_date, bad(shown));
        assert_eq!(employee.end_date, bad(shown));
        assert_eq!(employee.department, bad(shown));
        assert_eq!(employee.lifecycle, bad(shown));
        assert_eq!(employee.access, bad(shown));
        assert_eq!(employee.country, bad(shown));
    }
    assert_eq!(
        with(r#""work":{"startDate":20230201}"#).start_date,
        bad("20230201")
    );
    assert_eq!(
        with(r#""work":{"startDate":"01/02/2023"}"#).start_date,
        bad("01/02/2023")
    );
    assert_eq!(with(r#""email":"not an email""#).email, bad("not an email"));
}

#[test]
fn readable_dates_are_never_read() {
    let employee =
        with(r#""work":{"startDate":null},"humanReadable":{"work":{"startDate":"2023-02-01"}}"#);
    assert_eq!(employee.start_date, Seen::Null);
}

#[test]
fn a_manager_is_an_id_or_an_email_and_never_a_name() {
    let email = Seen::Value(ManagerRef::Email("tom@acme.test".into()));
    for (work, manager) in [
        (
            r#""reportsTo":{"id":"2","email":"tom@acme.test"}"#,
            by_id("2"),
        ),
        (r#""reportsTo":{"id":2}"#, by_id("2")),
        (
            r#""reportsTo":{"id":null,"email":" Tom@ACME.test "}"#,
            email.clone(),
        ),
        (
            r#""reportsTo":"3332883909410030364""#,
            by_id("3332883909410030364"),
        ),
        (
            r#""reportsTo":3332883909410030364"#,
            by_id("3332883909410030364"),
        ),
        (r#""reportsTo":"TOM@acme.test""#, email),
        (r#""reportsTo":"Tom Okafor""#, bad("Tom Okafor")),
        (r#""reportsTo":"@""#, bad("@")),
        (
            r#""reportsTo":{"displayName":"Tom Okafor"}"#,
            bad("an object without id and email"),
        ),
        (r#""reportsTo":["2"]"#, bad("a list")),
        (r#""reportsTo":null"#, Seen::Null),
        (r#""reportsTo":"""#, Seen::Null),
        (r#""manager":"2""#, by_id("2")),
        (r#""manager":null"#, Seen::Null),
        (r#""manager":"Tom""#, bad("Tom")),
        (r#""reportsTo":{"id":"2"},"manager":"3""#, by_id("2")),
        (r#""reportsTo":"Tom Okafor","manager":"3""#, by_id("3")),
        (r#""reportsTo":null,"manager":null"#, Seen::Null),
        (r#""x":1"#, Seen::Absent),
    ] {
        assert_eq!(
            with(&format!("\"work\":{{{work}}}")).manager,
            manager,
            "{work}"
        );
    }
}

#[test]
fn a_country_is_the_machines_else_the_readable_one_and_a_contradiction_is_unknown() {
    for (machine, readable, country) in [
        (r#""Portugal""#, r#""Portugal""#, known("PT")),
        (r#""Portugal""#, "null", known("PT")),
        (r#""PT""#, r#""Portogallo e basta""#, known("PT")),
        (r#""261""#, r#""Portugal""#, known("PT")),
        ("261", r#""Portugal""#, known("PT")),
        (r#""Portugal""#, r#""Spain""#, unknown("Portugal / Spain")),
        (r#""Atlantis""#, "null", unknown("Atlantis")),
        (r#""261""#, r#""Atlantis""#, unknown("Atlantis")),
        (r#""n/a""#, "null", Seen::Null),
        (r#""n/a""#, r#""Portugal""#, known("PT")),
        (r#"" ""#, "null", Seen::Null),
        ("null", "null", Seen::Null),
    ] {
        let employee = with(&format!(
            r#""address":{{"country":{machine}}},"humanReadable":{{"address":{{"country":{readable}}}}}"#
        ));
        assert_eq!(employee.country, country, "{machine} {readable}");
    }
}

#[test]
fn statuses_are_read_without_case_and_unknown_words_are_kept() {
    for (machine, readable, status, text) in [
        ("TERMINATED", "x", Lifecycle::Terminated, "TERMINATED"),
        ("garden leave", "x", Lifecycle::GardenLeave, "garden leave"),
        ("17", "Terminated", Lifecycle::Terminated, "Terminated"),
        (
            "Ausgeschieden",
            "Ausgeschieden",
            Lifecycle::Unknown,
            "Ausgeschieden",
        ),
    ] {
        let employee = with(&format!(
            r#""internal":{{"lifecycleStatus":"{machine}"}},"humanReadable":{{"internal":{{"lifecycleStatus":"{readable}"}}}}"#
        ));
        let reading = employee.lifecycle.value().unwrap();
        assert_eq!((reading.status, reading.text.as_str()), (status, text));
    }
    let employee = with(r#""internal":{"status":"INACTIVE"}"#);
    assert_eq!(employee.access.value().unwrap().status, Access::Inactive);
}

#[test]
fn departments_have_one_entry_per_id_whatever_the_order() {
    let person = |id: usize, department: &str, name: &str| {
        format!(
            r#"{{"id":"{id}","work":{{"department":{department}}},"humanReadable":{{"work":{{"department":{name}}}}}}}"#
        )
    };
    let people = [
        person(1, r#""7""#, r#""Sales""#),
        person(2, r#""7""#, r#""Sales EMEA""#),
        person(3, "7", r#""Sales EMEA""#),
        person(4, r#""Marketing""#, "null"),
        person(5, r#""N/A""#, "null"),
        person(6, r#""9""#, "null"),
    ];
    let names = |roster: &Roster| {
        let mut names: Vec<(String, Option<String>)> = roster
            .employees
            .iter()
            .map(|employee| {
                let name = employee
                    .department
                    .value()
                    .map(|place| roster.department(*place).name.to_string());
                (employee.id.to_string(), name)
            })
            .collect();
        names.sort();
        names
            .into_iter()
            .map(|(_, name)| name.unwrap_or_default())
            .collect::<Vec<_>>()
    };
    let mut order: Vec<&str> = people.iter().map(String::as_str).collect();
    let first = roster(&order);
    assert_eq!(
        names(&first),
        [
            "Sales EMEA",
            "Sales EMEA",
            "Sales EMEA",
            "Marketing",
            "",
            "9"
        ]
    );
    for _ in 0..order.len() {
        order.rotate_left(1);
        let turned = roster(&order);
        assert_eq!(turned.departments, first.departments);
        assert_eq!(names(&turned), names(&first));
    }
}

#[test]
fn long_names_are_cut() {
    let employee = with(&format!(r#""firstName":"{}""#, "x".repeat(10_000)));
    assert_eq!(employee.first_name.value().unwrap().len(), 300);
}

#[test]
fn of_two_spellings_a_value_counts_before_a_null_and_nested_before_flat() {
    assert_eq!(
        with(r#""firstName":null,"/root/firstName":{"value":"A"}"#).first_name,
        value("A")
    );
    assert_eq!(
        with(r#""firstName":"A","/root/firstName":{"value":null}"#).first_name,
        value("A")
    );
    assert_eq!(
        with(r#""firstName":"  ","/root/firstName":{"value":"A"}"#).first_name,
        value("A")
    );
    assert_eq!(
        with(r#""/root/firstName":{"value":"B"},"firstName":"A""#).first_name,
        value("A")
    );
    assert_eq!(
        with(r#""/root/firstName":{"value":null}"#).first_name,
        Seen::Null
    );
    assert_eq!(with(r#""/root/firstName":{}"#).first_name, Seen::Absent);
}

#[test]
fn absent_is_not_null() {
    let nothing = one(r#"{"id":"1"}"#);
    assert_eq!(nothing, Employee::unknown("1".into()));
    let empty = with(
        r#""firstName":null,"surname":"","displayName":" ","email":null,"work":{"startDate":null,"department":null,"reportsTo":null},
        "internal":{"lifecycleStatus":null,"status":"","terminationDate":""},"address":{"country":null}"#,
    );
    assert_eq!(empty.first_name, Seen::Null);
    assert_eq!(empty.surname, Seen::Null);
    assert_eq!(empty.display_name, Seen::Null);
    assert_eq!(empty.email, Seen::Null);
    assert_eq!(empty.start_date, Seen::Null);
    assert_eq!(empty.end_date, Seen::Null);
    assert_eq!(empty.department, Seen::Null);
    assert_eq!(empty.manager, Seen::Null);
    assert_eq!(empty.lifecycle, Seen::Null);
    assert_eq!(empty.access, Seen::Null);
    assert_eq!(empty.country, Seen::Null);
    for section in ["work", "internal", "address", "humanReadable"] {
        for nothing in ["null", "7", "-1", "1.5", "true", "\"x\"", "[1]", "{}"] {
            assert_eq!(
                with(&format!("\"{section}\":{nothing}")),
                Employee::unknown("1".into())
            );
        }
    }
}
