//! What is made of the bytes of an answer.

use domain::{Field, ProblemCode, text::Email};
use hris::{
    Employee, Seen,
    hibob::decode_answer,
    normalise::{Access, Lifecycle},
};
use jiff::civil::date;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{
    decoded::{bad, by_id, decode, known, one, roster, value, with},
    server::{answer_of, full},
};

#[test]
fn everything_of_an_employee_is_read() {
    let roster = roster(&[&full(0)]);
    let nadia = &roster.employees[0];
    assert_eq!(nadia.id.as_str(), "3332883884017713938");
    assert_eq!(nadia.first_name, value("Nadia"));
    assert_eq!(nadia.surname, value("Ferreira"));
    assert_eq!(nadia.display_name, value("Nadia Ferreira"));
    assert_eq!(
        nadia.email,
        Seen::Value(Email::parse("nadia.0@acme.test").unwrap())
    );
    assert_eq!(nadia.start_date, Seen::Value(date(2023, 2, 1)));
    assert_eq!(nadia.end_date, Seen::Null);
    assert_eq!(nadia.lifecycle.value().unwrap().status, Lifecycle::Employed);
    assert_eq!(nadia.access.value().unwrap().status, Access::Active);
    assert_eq!(nadia.manager, by_id("3332883884017713938"));
    assert_eq!(nadia.country, known("PT"));
    let department = roster.department(*nadia.department.value().unwrap());
    assert_eq!(
        (department.id.as_str(), department.name.as_str()),
        ("261454635", "Engineering")
    );
    for field in Field::ALL {
        assert_eq!(roster.coverage.of(*field), 1, "{field}");
    }
}

/// The same employee with only one of the spellings.
fn spelled(nested: bool) -> String {
    let mut record: Value = serde_json::from_str(&full(0)).unwrap();
    record
        .as_object_mut()
        .unwrap()
        .retain(|key, value| key == "humanReadable" || nested != (value.get("value").is_some()));
    record.to_string()
}

#[test]
fn both_spellings_tell_the_same() {
    assert_eq!(roster(&[&spelled(true)]), roster(&[&full(0)]));
    assert_eq!(roster(&[&spelled(false)]), roster(&[&full(0)]));
    let slashed = r#"{"/root/id":{"value":"1"},"/work/startDate":{"value":"2023-02-01"},"/work/department":{"value":"Sales"},
        "/work/reportsTo":{"value":{"id":"2"}},"/work/manager":{"value":"2"}}"#;
    let employee = one(slashed);
    assert_eq!(employee.start_date, Seen::Value(date(2023, 2, 1)));
    assert_eq!(employee.manager, by_id("2"));
    assert!(matches!(employee.department, Seen::Value(_)));
}

#[test]
fn text_that_cannot_be_a_string_spoils_only_itself() {
    let spoilt = bad("text with an unreadable character");
    for name in [r"a\ud83d", r"\ude00b", r"a\u0000b"] {
        let employee = with(&format!(
            r#""firstName":"{name}","surname":"😀 \ud83d\ude00","x":"\ud800""#
        ));
        assert_eq!(employee.first_name, spoilt, "{name}");
        assert_eq!(employee.surname, value("😀 😀"));
    }
    for raw in [&b"\xff\xfe"[..], b"a\xc3", b"\0", b"\n"] {
        let text = [
            br#"{"employees":[{"id":"1","surname":"B","firstName":""#,
            raw,
            br#""}]}"#,
        ]
        .concat();
        let roster = decode_answer(&text[..]).unwrap();
        assert_eq!(roster.employees[0].first_name, spoilt, "{raw:?}");
        assert_eq!(roster.employees[0].surname, value("B"));
    }
    assert_eq!(roster(&[r#"{"id":"\ud800"}"#]).unreadable.len(), 1);
}

#[test]
fn a_record_without_a_readable_id_is_nobodys() {
    for record in [
        "{}",
        r#"{"id":null}"#,
        r#"{"id":"  "}"#,
        r#"{"id":-1}"#,
        r#"{"id":1.0}"#,
        r#"{"id":33328838840177139380000}"#,
        r#"{"id":true}"#,
        r#"{"id":["1"]}"#,
        r#"{"id":{"id":"1"}}"#,
        r#"{"id":"1\u0000"}"#,
        "null",
        "7",
        "\"1\"",
        "[\"1\"]",
        r#"{"id":"1","firstName":x}"#,
    ] {
        let roster = roster(&[record, r#"{"id":"2"}"#]);
        assert_eq!(roster.employees.len(), 1, "{record}");
        assert_eq!(roster.unreadable.len(), 1, "{record}");
        assert!(roster.unreadable[0].starts_with("record 1 of the answer: "));
        assert_eq!(roster.coverage.employees, 1);
    }
    assert_eq!(
        one(r#"{"id":3332883884017713938}"#).id.as_str(),
        "3332883884017713938"
    );
    assert_eq!(
        one(r#"{"id":18446744073709551615}"#).id.as_str(),
        "18446744073709551615"
    );
    assert_eq!(one(r#"{"id":" 1 "}"#).id.as_str(), "1");
}

#[test]
fn a_wanted_key_that_stands_twice_makes_the_record_unreadable() {
    for record in [
        r#"{"id":"1","id":"2"}"#,
        r#"{"id":"1","\u0069d":"2"}"#,
        r#"{"id":"1","email":null,"email":null}"#,
        r#"{"id":"1","work":{"startDate":"2020-01-01","startDate":"2020-01-02"}}"#,
        r#"{"id":"1","work":{},"work":{"startDate":"2020-01-02"}}"#,
        r#"{"id":"1","/root/email":{"value":"a"},"/root/email":{"value":"a"}}"#,
        r#"{"id":"1","/root/email":{"value":"a","value":"a"}}"#,
        r#"{"id":"1","work":{"reportsTo":{"id":"2","id":"3"}}}"#,
        r#"{"id":"1","humanReadable":{},"humanReadable":{}}"#,
    ] {
        let roster = roster(&[record]);
        assert_eq!(
            roster.unreadable,
            ["record 1 of the answer: a key stands in it twice"],
            "{record}"
        );
    }
    assert_eq!(
        with(r#""x":1,"x":2,"work":{"y":1,"y":2}"#),
        Employee::unknown("1".into())
    );
}

#[test]
fn a_few_unreadable_records_are_passed_over_and_many_are_not() {
    let answer = |good: usize, bad: usize| {
        let good = (0..good).map(|id| format!(r#"{{"id":"{id}"}}"#));
        let all: Vec<String> = good
            .chain(std::iter::repeat_n("{}".to_owned(), bad))
            .collect();
        decode_answer(format!("{{\"employees\":[{}]}}", all.join(",")).as_bytes())
    };
    assert_eq!(answer(0, 5).unwrap().unreadable.len(), 5);
    assert_eq!(answer(54, 6).unwrap().unreadable.len(), 6);
    let problem = answer(53, 6).unwrap_err();
    assert_eq!(problem.code, ProblemCode::BadAnswer);
    assert!(problem.detail.contains("6 of 59"), "{problem}");
}

#[test]
fn what_is_no_answer_has_a_problem() {
    for (text, code) in [
        ("", ProblemCode::RosterIncomplete),
        ("<html>", ProblemCode::BadAnswer),
        (r#"{"employees":[{"id":"1"}"#, ProblemCode::RosterIncomplete),
        (r#"{"error":"x"}"#, ProblemCode::BadAnswer),
    ] {
        assert_eq!(
            decode_answer(text.as_bytes()).unwrap_err().code,
            code,
            "{text}"
        );
    }
    let whole = answer_of(3);
    for end in 0..whole.len() {
        let problem = decode_answer(&whole.as_bytes()[..end]).unwrap_err();
        assert_eq!(problem.code, ProblemCode::RosterIncomplete, "cut at {end}");
    }
}

proptest! {
    #[test]
    fn any_values_give_an_employee_or_an_unreadable_record(
        first in any::<String>(), email in any::<String>(), start in any::<String>(),
        number in any::<f64>(), department in any::<String>(), id in "[0-9]{1,19}",
    ) {
        let record = json!({
            "id": id, "firstName": first, "email": email, "surname": number,
            "work": {"startDate": start, "department": department, "reportsTo": email},
            "internal": {"status": start, "lifecycleStatus": department},
            "address": {"country": first},
        });
        let roster = roster(&[&record.to_string()]);
        prop_assert_eq!(roster.employees.len(), 1);
        prop_assert_eq!(roster.employees[0].id.as_str(), id);
        prop_assert_eq!(roster.coverage.of(Field::Email), 1);
    }

    #[test]
    fn any_bytes_are_refused_or_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_answer(&bytes[..]);
        let wrapped = [&b"{\"employees\":["[..], &bytes, b"]}"].concat();
        let _ = decode_answer(&wrapped[..]);
    }
}

#[test]
#[ignore = "a measurement: cargo nextest run -p hris --release --run-ignored only"]
fn a_hundred_thousand_employees_are_decoded_quickly() {
    let answer = answer_of(100_000);
    let begin = std::time::Instant::now();
    let roster = decode(&answer);
    let time = begin.elapsed();
    assert_eq!(roster.employees.len(), 100_000);
    eprintln!("{} bytes in {time:?}", answer.len());
}
