//! What can be made to go wrong, and how it is spelt.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// `status=503`: that code with an error body; 503 without a value.
    Status(u16),
    /// `html`: a sign-in page with 200.
    Html,
    /// `truncate`: half the body; the value is how the cut shows (see [`Cut`]).
    Truncate(Cut),
    /// `slow=2000`: so many milliseconds before the answer; 1000 without a value.
    Slow(u64),
    /// `reset`: the connection is reset with no answer.
    Reset,
    /// `gzip_bomb=1024`: a gzip body of so many MiB of blanks; 1024 without a value.
    GzipBomb(u64),
    /// `redirect=https://…`: 302 to there; to `https://elsewhere.test/login` without a value.
    Redirect(String),
    /// `not_json`: 200, `application/json`, and a body that is none.
    NotJson,
    /// `no_employees_key`: 200 and a JSON object without `employees`.
    NoEmployeesKey,
    /// `vanish_section=address`: the service user loses a section.
    VanishSection(String),
    /// `narrow_audience`: the audience of every group is narrowed to Employed.
    NarrowAudience,
    /// `empty`: `{"employees": []}`.
    Empty,
    /// `duplicate_employee`: the first employee comes a second time at the end; `=differing` with another surname.
    DuplicateEmployee {
        /// Whether the copies differ.
        differing: bool,
    },
    /// `wrong_types`: every third employee has one value of a wrong type, the fields taking turns.
    WrongTypes,
    /// `old_backup`: the roster as it was at the start, the reset or the last whole `PUT` before what changed since;
    /// `=2` one such backup earlier, and so on.
    OldBackup(usize),
    /// `other_company`: the same shape, all ids and emails different.
    OtherCompany,
    /// `rate_limit=5`: so many calls a minute; 1 without a value.
    RateLimit(u32),
}

/// How a `truncate` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// `length`, the default: `Content-Length` promises the whole body and the connection ends half way.
    Length,
    /// `chunked`: the connection ends without the closing chunk.
    Chunked,
    /// `json`: the transfer ends properly, only the JSON is half.
    Json,
}

/// One fault with where and how often it acts.
///
/// A fault acts on a path prefix (`people/search`, `company`, `bulk/people/work`; with or without `/v1`; `/` is
/// everything). Without one, those that spoil an *answer* act on `people/search`, and those that change the *data*
/// (`vanish_section`, `narrow_audience`, `wrong_types`, `old_backup`, `other_company`) on every read of people, bulk
/// tables included. So the metadata calls go on working unless a path says otherwise.
///
/// Several faults combine: the data faults all act together; of those that replace the answer (`status`, `html`,
/// `reset`, `gzip_bomb`, `redirect`, `not_json`, `no_employees_key`) the first in the list that still acts does, and
/// only that one counts a call; `slow` delays and `truncate` cuts whatever comes out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Written", into = "Written")]
pub struct Fault {
    /// What goes wrong.
    pub kind: FaultKind,
    /// The path prefix it acts on; `None` is the default place of its kind.
    pub path: Option<String>,
    /// How many calls it still acts on; `None` is without end.
    pub times: Option<u32>,
}

/// Why a fault cannot be taken, as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FaultError(String);

/// A fault as the control surface spells it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
}

/// The names, for the sentence that lists them.
const NAMES: &str = "status, html, truncate, slow, reset, gzip_bomb, redirect, not_json, no_employees_key, \
                     vanish_section, narrow_audience, empty, duplicate_employee, wrong_types, old_backup, \
                     other_company, rate_limit";

impl Fault {
    /// A fault that acts at its default place and without end.
    pub fn new(kind: FaultKind) -> Self {
        Self {
            kind,
            path: None,
            times: None,
        }
    }

    /// Reads `NAME` or `NAME=VALUE`, as the command line has it.
    pub fn parse(text: &str) -> Result<Self, FaultError> {
        let (name, value) = text
            .split_once('=')
            .map_or((text, None), |(name, value)| (name, Some(value)));
        FaultKind::parse(name, value).map(Self::new)
    }

    /// The same fault on another path prefix.
    #[must_use]
    pub fn on(mut self, path: &str) -> Self {
        self.path = Some(path.to_owned());
        self
    }

    /// The same fault for so many calls only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Whether it acts on a path below `/v1`, given without a leading slash.
    pub(crate) fn acts_on(&self, path: &str) -> bool {
        if self.times == Some(0) {
            return false;
        }
        match &self.path {
            Some(prefix) => {
                let prefix = prefix.trim_start_matches('/');
                let prefix = prefix
                    .strip_prefix("v1")
                    .map_or(prefix, |rest| rest.trim_start_matches('/'));
                path.starts_with(prefix)
            }
            None if self.kind.changes_data() => {
                path.starts_with("people/") || path.starts_with("bulk/people/")
            }
            None => path.starts_with("people/search"),
        }
    }
}

impl FaultKind {
    fn parse(name: &str, value: Option<&str>) -> Result<Self, FaultError> {
        Ok(match name {
            "status" => Self::Status(status(value)?),
            "html" => Self::Html,
            "truncate" => Self::Truncate(cut(value)?),
            "slow" => Self::Slow(number(name, value, 1000)?),
            "reset" => Self::Reset,
            "gzip_bomb" => Self::GzipBomb(number(name, value, 1024)?),
            "redirect" => {
                Self::Redirect(value.unwrap_or("https://elsewhere.test/login").to_owned())
            }
            "not_json" => Self::NotJson,
            "no_employees_key" => Self::NoEmployeesKey,
            "vanish_section" => Self::VanishSection(section(value)?),
            "narrow_audience" => Self::NarrowAudience,
            "empty" => Self::Empty,
            "duplicate_employee" => Self::DuplicateEmployee {
                differing: differing(value)?,
            },
            "wrong_types" => Self::WrongTypes,
            "old_backup" => Self::OldBackup(number(name, value, 1)?),
            "other_company" => Self::OtherCompany,
            "rate_limit" => Self::RateLimit(number(name, value, 1)?),
            _ => {
                return Err(FaultError(format!(
                    "there is no fault `{name}`; the faults are {NAMES}"
                )));
            }
        })
    }

    fn changes_data(&self) -> bool {
        matches!(
            self,
            Self::VanishSection(_)
                | Self::NarrowAudience
                | Self::WrongTypes
                | Self::OldBackup(_)
                | Self::OtherCompany
        )
    }

    fn written(self) -> (&'static str, Option<Value>) {
        match self {
            Self::Status(code) => ("status", Some(code.into())),
            Self::Html => ("html", None),
            Self::Truncate(cut) => ("truncate", Some(cut.name().into())),
            Self::Slow(milliseconds) => ("slow", Some(milliseconds.into())),
            Self::Reset => ("reset", None),
            Self::GzipBomb(mebibytes) => ("gzip_bomb", Some(mebibytes.into())),
            Self::Redirect(target) => ("redirect", Some(target.into())),
            Self::NotJson => ("not_json", None),
            Self::NoEmployeesKey => ("no_employees_key", None),
            Self::VanishSection(section) => ("vanish_section", Some(section.into())),
            Self::NarrowAudience => ("narrow_audience", None),
            Self::Empty => ("empty", None),
            Self::DuplicateEmployee { differing } => {
                ("duplicate_employee", differing.then(|| "differing".into()))
            }
            Self::WrongTypes => ("wrong_types", None),
            Self::OldBackup(back) => ("old_backup", Some(back.into())),
            Self::OtherCompany => ("other_company", None),
            Self::RateLimit(limit) => ("rate_limit", Some(limit.into())),
        }
    }
}

impl Cut {
    fn name(self) -> &'static str {
        match self {
            Self::Length => "length",
            Self::Chunked => "chunked",
            Self::Json => "json",
        }
    }
}

fn status(value: Option<&str>) -> Result<u16, FaultError> {
    let code = number("status", value, 503)?;
    if (200..=599).contains(&code) {
        return Ok(code);
    }
    Err(FaultError(format!(
        "the value of `status` is {code}; it is an HTTP status from 200 to 599"
    )))
}

fn cut(value: Option<&str>) -> Result<Cut, FaultError> {
    match value {
        None | Some("length") => Ok(Cut::Length),
        Some("chunked") => Ok(Cut::Chunked),
        Some("json") => Ok(Cut::Json),
        Some(other) => Err(FaultError(format!(
            "the value of `truncate` is `{other}`; it is length, chunked or json"
        ))),
    }
}

fn section(value: Option<&str>) -> Result<String, FaultError> {
    let section = value.ok_or_else(|| {
        FaultError("`vanish_section` needs a section as its value, such as address".to_owned())
    })?;
    crate::catalogue::known_section(section).map_err(FaultError)?;
    Ok(section.to_owned())
}

fn differing(value: Option<&str>) -> Result<bool, FaultError> {
    match value {
        None | Some("same") => Ok(false),
        Some("differing") => Ok(true),
        Some(other) => Err(FaultError(format!(
            "the value of `duplicate_employee` is `{other}`; it is same or differing"
        ))),
    }
}

fn number<T: std::str::FromStr>(
    name: &str,
    value: Option<&str>,
    default: T,
) -> Result<T, FaultError> {
    let Some(text) = value else {
        return Ok(default);
    };
    text.parse().map_err(|_| {
        FaultError(format!(
            "the value of `{name}` is `{text}`; it is a whole number"
        ))
    })
}

impl TryFrom<Written> for Fault {
    type Error = FaultError;

    fn try_from(written: Written) -> Result<Self, FaultError> {
        let value = match written.value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text),
            Some(other) => Some(other.to_string()),
        };
        let kind = FaultKind::parse(&written.name, value.as_deref())?;
        Ok(Self {
            kind,
            path: written.path,
            times: written.times,
        })
    }
}

impl From<Fault> for Written {
    fn from(fault: Fault) -> Self {
        let (name, value) = fault.kind.written();
        Self {
            name: name.to_owned(),
            path: fault.path,
            times: fault.times,
            value,
        }
    }
}
