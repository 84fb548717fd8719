//! The fields and sections of a HiBob company, as its field metadata lists them.

use crate::settings::Settings;

pub(crate) use crate::fields::FIELDS;

/// A section of HiBob's permission pages.
#[derive(Debug)]
pub(crate) struct Section {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
}

/// Every section the sandbox knows.
pub(crate) const SECTIONS: [Section; 11] = [
    Section {
        id: "root",
        name: "Basic info",
    },
    Section {
        id: "about",
        name: "About",
    },
    Section {
        id: "work",
        name: "Work",
    },
    Section {
        id: "employment",
        name: "Employment",
    },
    Section {
        id: "lifecycle",
        name: "Lifecycle",
    },
    Section {
        id: "address",
        name: "Address",
    },
    Section {
        id: "home",
        name: "Home",
    },
    Section {
        id: "personal",
        name: "Personal",
    },
    Section {
        id: "personalContact",
        name: "Personal contact details",
    },
    Section {
        id: "temporaryAddress",
        name: "Temporary address",
    },
    Section {
        id: "emergency",
        name: "Emergency contact",
    },
];

/// HiBob's field types, as far as the sandbox has fields of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Date,
    Boolean,
    List,
    HierarchyList,
    EmployeeReference,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Date => "date",
            Self::Boolean => "boolean",
            Self::List => "list",
            Self::HierarchyList => "hierarchy-list",
            Self::EmployeeReference => "employee-reference",
        }
    }
}

/// Where a field's value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Id,
    FirstName,
    Surname,
    DisplayName,
    FullName,
    Email,
    CompanyId,
    CreatedAt,
    StartDate,
    Department,
    ReportsTo,
    ManagerId,
    Manager(Part),
    Site,
    SiteId,
    SiteCountry,
    Access,
    Lifecycle,
    TerminationDate,
    Country,
    /// The same text for everybody.
    Same(&'static str),
    /// The same number for everybody.
    SameNumber(u64),
    /// True for some, by the last digit of the id.
    Remote,
    /// Nobody has filled it in.
    Nothing,
}

/// One property of the manager, for the sub-paths of `work.reportsTo`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Id,
    FirstName,
    Surname,
    Email,
    DisplayName,
}

/// One field of the company.
#[derive(Debug)]
pub(crate) struct Field {
    pub(crate) id: &'static str,
    section: &'static str,
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) list: Option<&'static str>,
    pub(crate) source: Source,
    /// Custom fields are never in the default set, whatever their section.
    custom: bool,
}

impl Field {
    pub(crate) const fn new(
        id: &'static str,
        section: &'static str,
        name: &'static str,
        kind: Kind,
        source: Source,
    ) -> Self {
        Self {
            id,
            section,
            name,
            kind,
            list: None,
            source,
            custom: false,
        }
    }

    pub(crate) const fn list(mut self, list: &'static str) -> Self {
        self.list = Some(list);
        self
    }

    pub(crate) const fn custom(mut self) -> Self {
        self.custom = true;
        self
    }

    /// The path of the nested spelling: the id without `root.`.
    pub(crate) fn json_path(&self) -> &'static str {
        self.id.strip_prefix("root.").unwrap_or(self.id)
    }

    /// Whether the field is in the set HiBob answers when no fields are named: Basic info, About, Employment and
    /// Work, and never a custom field, `internal.*` or `address.*`.
    pub(crate) fn in_default_set(&self) -> bool {
        let section = matches!(self.section, "root" | "about" | "employment" | "work");
        section
            && !self.custom
            && !self.id.starts_with("internal.")
            && !self.id.starts_with("address.")
    }

    /// Whether the values form a dated table.
    pub(crate) fn historical(&self) -> bool {
        matches!(
            self.section,
            "work" | "employment" | "lifecycle" | "address"
        ) && !self.custom
    }
}

/// The field with that id, dotted (`work.startDate`) or slashed (`/work/startDate`).
pub(crate) fn find(id: &str) -> Option<&'static Field> {
    let dotted = id
        .strip_prefix('/')
        .map(|slashed| slashed.replace('/', "."));
    let wanted = dotted.as_deref().unwrap_or(id);
    FIELDS.iter().find(|field| field.id == wanted)
}

/// The section a field is in: its own unless the settings moved it.
pub(crate) fn section_of<'a>(field: &Field, settings: &'a Settings) -> &'a str {
    settings
        .field_sections
        .get(field.id)
        .map_or(field.section, String::as_str)
}

/// What people call a section.
pub(crate) fn section_name(id: &str) -> &str {
    SECTIONS
        .iter()
        .find(|section| section.id == id)
        .map_or(id, |section| section.name)
}

/// Refuses a section nobody has.
pub(crate) fn known_section(id: &str) -> Result<(), String> {
    if SECTIONS.iter().any(|section| section.id == id) {
        return Ok(());
    }
    let known: Vec<_> = SECTIONS.iter().map(|section| section.id).collect();
    Err(format!(
        "there is no section `{id}`; the sections are {}",
        known.join(", ")
    ))
}
