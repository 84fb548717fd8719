//! Short ways to decode an answer and to say what is expected of it.

use domain::SmolStr;
use hris::{CountryReading, Employee, ManagerRef, Roster, Seen, hibob::decode_answer};

pub(crate) fn decode(text: &str) -> Roster {
    decode_answer(text.as_bytes()).unwrap()
}

pub(crate) fn roster(employees: &[&str]) -> Roster {
    decode(&format!("{{\"employees\":[{}]}}", employees.join(",")))
}

pub(crate) fn one(employee: &str) -> Employee {
    let mut roster = roster(&[employee]);
    assert_eq!(roster.unreadable, Vec::<&str>::new(), "{employee}");
    roster.employees.remove(0)
}

pub(crate) fn with(members: &str) -> Employee {
    one(&format!("{{\"id\":\"1\",{members}}}"))
}

pub(crate) fn bad<T>(text: &str) -> Seen<T> {
    Seen::Bad(text.into())
}

pub(crate) fn value(text: &str) -> Seen<SmolStr> {
    Seen::Value(text.into())
}

pub(crate) fn by_id(id: &str) -> Seen<ManagerRef> {
    Seen::Value(ManagerRef::Id(id.into()))
}

pub(crate) fn known(code: &str) -> Seen<CountryReading> {
    Seen::Value(CountryReading::Known(code.parse().unwrap()))
}

pub(crate) fn unknown(text: &str) -> Seen<CountryReading> {
    Seen::Value(CountryReading::Unknown(text.into()))
}
