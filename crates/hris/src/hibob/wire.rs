//! One employee as HiBob's people search writes it, each value kept as whatever it turned out to be.
//!
//! HiBob's documentation, people search: a value stands nested by its dotted path (`work.startDate`,
//! with `root.` left out) and again under a flat key that holds `{"value": …}` (`/work/startDate`,
//! in some samples `startDate`). Both are read. A value of the wrong type never fails the record.

use serde::de::{DeserializeSeed as _, Error, MapAccess};

use super::{
    cell::{Cell, FlatCell, One, set, twice},
    keyed::{Fill, Keyed},
};

/// A value that is wanted, by its place in [`Spelling`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Want {
    Id,
    FirstName,
    Surname,
    DisplayName,
    Email,
    StartDate,
    Department,
    ReportsTo,
    Manager,
    Lifecycle,
    Access,
    EndDate,
    Country,
}

const WANTED: usize = Want::Country as usize + 1;

/// All wanted values in one of the ways they are written.
type Spelling<'a> = [Cell<'a>; WANTED];

/// What `humanReadable` said, where that is of use. Dates are never read from it: they follow the
/// service user's locale.
#[derive(Debug, Default)]
pub(super) struct Readable<'a> {
    pub(super) department: Cell<'a>,
    pub(super) lifecycle: Cell<'a>,
    pub(super) country: Cell<'a>,
}

/// One employee of the answer.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// By nested path, by flat key, and by the flat key without a path that some samples show.
    spellings: [Spelling<'a>; 3],
    sections: u8,
    pub(super) readable: Readable<'a>,
}

const NESTED: usize = 0;
const FLAT: usize = 1;
const BARE: usize = 2;

impl<'a> Record<'a> {
    /// The value, wherever it stands: a filled one before an empty one, nested before flat.
    pub(super) fn cell(&self, want: Want) -> &Cell<'a> {
        let at = want as usize;
        let cells = || self.spellings.iter().map(|spelling| &spelling[at]);
        cells()
            .find(|cell| cell.is_filled())
            .or_else(|| cells().find(|cell| **cell != Cell::Absent))
            .unwrap_or(&Cell::Absent)
    }

    fn set<E: Error>(&mut self, spelling: usize, want: Want, cell: Cell<'a>) -> Result<(), E> {
        set(&mut self.spellings[spelling][want as usize], cell)
    }

    fn once<E: Error>(&mut self, section: Section) -> Result<(), E> {
        let bit = 1 << section as u8;
        if self.sections & bit != 0 {
            return Err(twice());
        }
        self.sections |= bit;
        Ok(())
    }
}

/// Why an element of the answer is no record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRecord {
    NoObject,
    NotJson,
    KeyTwice,
}

impl NoRecord {
    /// For the list of what could not be read.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::NoObject => "it is no object",
            Self::NotJson => "it is not proper JSON",
            Self::KeyTwice => "a key stands in it twice",
        }
    }
}

impl<'a> Record<'a> {
    /// Reads an element of the answer.
    pub(super) fn read(element: &'a str) -> Result<Self, NoRecord> {
        if !element.starts_with('{') {
            return Err(NoRecord::NoObject);
        }
        let mut record = Self::default();
        let mut reader = serde_json::Deserializer::from_str(element);
        match Fill(&mut record)
            .deserialize(&mut reader)
            .and_then(|()| reader.end())
        {
            Ok(()) => Ok(record),
            Err(error) if error.is_data() => Err(NoRecord::KeyTwice),
            Err(_) => Err(NoRecord::NotJson),
        }
    }
}

/// A part of a record that nests values.
#[derive(Clone, Copy)]
pub(super) enum Section {
    Work,
    Internal,
    Address,
    Readable,
}

/// Where in a record a key leads.
pub(super) enum RecordKey {
    Nested(Want),
    Flat(Want),
    Bare(Want),
    Section(Section),
}

impl<'de> Keyed<'de> for Record<'de> {
    type Key = RecordKey;

    fn key(&self, text: &str) -> Option<RecordKey> {
        Some(match text {
            "id" => RecordKey::Nested(Want::Id),
            "firstName" => RecordKey::Nested(Want::FirstName),
            "surname" => RecordKey::Nested(Want::Surname),
            "displayName" => RecordKey::Nested(Want::DisplayName),
            "email" => RecordKey::Nested(Want::Email),
            "work" => RecordKey::Section(Section::Work),
            "internal" => RecordKey::Section(Section::Internal),
            "address" => RecordKey::Section(Section::Address),
            "humanReadable" => RecordKey::Section(Section::Readable),
            "/root/id" => RecordKey::Flat(Want::Id),
            "/root/firstName" => RecordKey::Flat(Want::FirstName),
            "/root/surname" => RecordKey::Flat(Want::Surname),
            "/root/displayName" => RecordKey::Flat(Want::DisplayName),
            "/root/email" => RecordKey::Flat(Want::Email),
            "/work/startDate" => RecordKey::Flat(Want::StartDate),
            "/work/department" => RecordKey::Flat(Want::Department),
            "/work/reportsTo" => RecordKey::Flat(Want::ReportsTo),
            "/work/manager" => RecordKey::Flat(Want::Manager),
            "/internal/lifecycleStatus" => RecordKey::Flat(Want::Lifecycle),
            "/internal/status" => RecordKey::Flat(Want::Access),
            "/internal/terminationDate" => RecordKey::Flat(Want::EndDate),
            "/address/country" => RecordKey::Flat(Want::Country),
            "startDate" => RecordKey::Bare(Want::StartDate),
            "department" => RecordKey::Bare(Want::Department),
            "reportsTo" => RecordKey::Bare(Want::ReportsTo),
            "manager" => RecordKey::Bare(Want::Manager),
            _ => return None,
        })
    }

    fn value<A: MapAccess<'de>>(&mut self, key: RecordKey, map: &mut A) -> Result<(), A::Error> {
        match key {
            RecordKey::Nested(want) => {
                let cell = map.next_value()?;
                self.set(NESTED, want, cell)
            }
            RecordKey::Flat(want) => {
                let FlatCell(cell) = map.next_value()?;
                self.set(FLAT, want, cell)
            }
            RecordKey::Bare(want) => {
                let FlatCell(cell) = map.next_value()?;
                self.set(BARE, want, cell)
            }
            RecordKey::Section(section) => {
                self.once(section)?;
                match section {
                    Section::Readable => map.next_value_seed(Fill(&mut self.readable)),
                    section => map.next_value_seed(Fill(&mut Nested {
                        record: self,
                        section,
                    })),
                }
            }
        }
    }
}

/// The values of one section by nested path.
struct Nested<'r, 'a> {
    record: &'r mut Record<'a>,
    section: Section,
}

impl<'de> Keyed<'de> for Nested<'_, 'de> {
    type Key = Want;

    fn key(&self, text: &str) -> Option<Want> {
        Some(match (self.section, text) {
            (Section::Work, "startDate") => Want::StartDate,
            (Section::Work, "department") => Want::Department,
            (Section::Work, "reportsTo") => Want::ReportsTo,
            (Section::Work, "manager") => Want::Manager,
            (Section::Internal, "lifecycleStatus") => Want::Lifecycle,
            (Section::Internal, "status") => Want::Access,
            (Section::Internal, "terminationDate") => Want::EndDate,
            (Section::Address, "country") => Want::Country,
            _ => return None,
        })
    }

    fn value<A: MapAccess<'de>>(&mut self, want: Want, map: &mut A) -> Result<(), A::Error> {
        let cell = map.next_value()?;
        self.record.set(NESTED, want, cell)
    }
}

impl<'de> Keyed<'de> for Readable<'de> {
    type Key = Section;

    fn key(&self, text: &str) -> Option<Section> {
        match text {
            "work" => Some(Section::Work),
            "internal" => Some(Section::Internal),
            "address" => Some(Section::Address),
            _ => None,
        }
    }

    fn value<A: MapAccess<'de>>(&mut self, section: Section, map: &mut A) -> Result<(), A::Error> {
        let (name, cell) = match section {
            Section::Work => ("department", &mut self.department),
            Section::Internal => ("lifecycleStatus", &mut self.lifecycle),
            Section::Address | Section::Readable => ("country", &mut self.country),
        };
        map.next_value_seed(Fill(&mut One { name, cell }))
    }
}
