//! The departments of the generated company.

use crate::roster::Department;

/// Name, id and the name of the department above. Ids are numbers and texts in one company, as in real ones.
const DEPARTMENTS: [(&str, &str, Option<&str>); 30] = [
    ("Executive", "261454600", None),
    ("Engineering", "261454635", None),
    ("Platform", "261454636", Some("Engineering")),
    ("Databases", "261454637", Some("Platform")),
    ("Reliability", "261454638", Some("Platform")),
    ("Frontend", "261454639", Some("Engineering")),
    ("Mobile", "261454640", Some("Engineering")),
    ("Quality", "Quality", Some("Engineering")),
    ("Product", "261454650", None),
    ("Design", "Design", Some("Product")),
    ("Research", "261454652", Some("Product")),
    ("Marketing", "Marketing", None),
    ("Brand", "261454661", Some("Marketing")),
    ("Growth", "261454662", Some("Marketing")),
    ("Sales", "261454670", None),
    ("Sales EMEA", "261454671", Some("Sales")),
    ("Sales Americas", "261454672", Some("Sales")),
    ("Sales APAC", "Sales APAC", Some("Sales")),
    ("Customer Success", "261454680", None),
    ("Support", "261454681", Some("Customer Success")),
    ("Onboarding", "261454682", Some("Customer Success")),
    ("People & Culture", "People & Culture", None),
    ("Talent", "261454691", Some("People & Culture")),
    ("Finance", "261454700", None),
    ("Payroll", "261454701", Some("Finance")),
    ("Legal", "Legal", None),
    ("Operations", "261454720", None),
    ("Facilities", "261454721", Some("Operations")),
    ("IT", "261454722", Some("Operations")),
    ("Special Projects", "261454799", None),
];

/// The place of the archived department, which only old leavers still have.
pub(crate) const ARCHIVED: usize = DEPARTMENTS.len() - 1;

/// The items of the list `department`.
pub(crate) fn departments() -> Vec<Department> {
    DEPARTMENTS
        .iter()
        .enumerate()
        .map(|(at, (name, id, above))| Department {
            id: (*id).into(),
            name: Some((*name).into()),
            parent_id: above.and_then(id_of).map(Into::into),
            archived: at == ARCHIVED,
        })
        .collect()
}

fn id_of(name: &str) -> Option<&'static str> {
    DEPARTMENTS
        .iter()
        .find(|(known, _, _)| *known == name)
        .map(|(_, id, _)| *id)
}

/// The id of a department by its place.
pub(crate) fn id(at: usize) -> &'static str {
    DEPARTMENTS[at].1
}

/// The places of the departments at the top, but the head's own and the archived one.
pub(crate) fn tops() -> Vec<usize> {
    (1..ARCHIVED)
        .filter(|at| DEPARTMENTS[*at].2.is_none())
        .collect()
}

/// The places of the departments right below each department.
pub(crate) fn below() -> Vec<Vec<usize>> {
    let below = |name: &str| {
        (0..ARCHIVED)
            .filter(|at| DEPARTMENTS[*at].2 == Some(name))
            .collect()
    };
    DEPARTMENTS.iter().map(|(name, _, _)| below(name)).collect()
}
