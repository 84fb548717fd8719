//! A whole answer of people search: who is in it, with which fields, written employee by employee.

use std::{
    io::{self, Write},
    sync::Arc,
};

use jiff::civil::Date;

use crate::{
    catalogue::{self, Field, Source},
    permissions::{Coverage, Permissions},
    plan::{Mode, Plan},
    roster::{Company, Employee, Roster},
    settings::Settings,
    standing::Standing,
    value::{Scene, Subject},
};

/// How full the buffer is before it is handed on.
const CHUNK: usize = 128 * 1024;

/// The fields that take turns in carrying a wrong type.
const WRONG_TURNS: [Source; 6] = [
    Source::StartDate,
    Source::Email,
    Source::Department,
    Source::Country,
    Source::Lifecycle,
    Source::Id,
];

/// Everything needed to write an answer, by itself and on any thread.
#[derive(Clone)]
pub(crate) struct Answer {
    pub(crate) company: Arc<Company>,
    pub(crate) settings: Arc<Settings>,
    pub(crate) permissions: Arc<Permissions>,
    pub(crate) today: Date,
    pub(crate) fields: Vec<&'static Field>,
    pub(crate) mode: Mode,
    pub(crate) who: Who,
    pub(crate) show_inactive: bool,
    pub(crate) wrong_types: bool,
    pub(crate) duplicate: Option<Duplicate>,
}

/// Which employees an answer is about, before permissions and access.
#[derive(Debug, Clone)]
pub(crate) enum Who {
    Everybody,
    Nobody,
    /// Positions in the roster.
    These(Vec<u32>),
}

/// What the second copy of an employee looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Duplicate {
    Same,
    /// The second copy has another surname.
    Differing,
}

impl Answer {
    /// Writes `{"employees": […]}`.
    pub(crate) fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        let mut writer = Writer {
            answer: self,
            plans: Vec::new(),
            buffer: Vec::with_capacity(CHUNK + 8192),
            first: true,
        };
        writer.buffer.extend_from_slice(b"{\"employees\":[");
        match &self.who {
            Who::Everybody => {
                (0..self.company.len()).try_for_each(|at| writer.employee(at, out))?;
            }
            Who::These(positions) => positions
                .iter()
                .try_for_each(|at| writer.employee(*at, out))?,
            Who::Nobody => {}
        }
        writer.duplicate();
        writer.buffer.extend_from_slice(b"]}");
        out.write_all(&writer.buffer)
    }

    /// The bytes of one employee alone; `None` when no group covers them.
    pub(crate) fn one(&self, at: u32) -> Option<Vec<u8>> {
        let mut writer = Writer {
            answer: self,
            plans: Vec::new(),
            buffer: Vec::new(),
            first: true,
        };
        let employee = &self.company.roster.employees[at as usize];
        writer.write(at, employee).then_some(writer.buffer)
    }

    /// How many employees can be in the answer at most.
    pub(crate) fn size_hint(&self) -> usize {
        match &self.who {
            Who::Everybody => self.company.len() as usize,
            Who::Nobody => 0,
            Who::These(positions) => positions.len(),
        }
    }
}

struct Writer<'a> {
    answer: &'a Answer,
    /// A plan for every combination of groups met so far.
    plans: Vec<(Coverage, Plan)>,
    buffer: Vec<u8>,
    first: bool,
}

impl Writer<'_> {
    fn employee(&mut self, at: u32, out: &mut impl Write) -> io::Result<()> {
        let answer = self.answer;
        self.write(at, &answer.company.roster.employees[at as usize]);
        if self.buffer.len() >= CHUNK {
            out.write_all(&self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }

    /// Writes one employee if the service user may see them.
    fn write(&mut self, at: u32, employee: &Employee) -> bool {
        let answer = self.answer;
        let standing = Standing::of(employee, answer.today, &answer.settings);
        if !answer.show_inactive && standing.is_inactive() {
            return false;
        }
        let coverage = answer.permissions.coverage(standing.lifecycle);
        if coverage == 0 {
            return false;
        }
        if !std::mem::take(&mut self.first) {
            self.buffer.push(b',');
        }
        let wrong = answer.wrong_types.then(|| wrong_source(at)).flatten();
        let scene = Scene {
            company: &answer.company,
            settings: &answer.settings,
        };
        let plan = self.plan_for(coverage);
        let (plans, buffer) = (&self.plans, &mut self.buffer);
        plans[plan].1.write(
            buffer,
            scene,
            Subject {
                employee,
                standing,
                wrong,
            },
        );
        true
    }

    fn plan_for(&mut self, coverage: Coverage) -> usize {
        if let Some(at) = self.plans.iter().position(|(known, _)| *known == coverage) {
            return at;
        }
        let answer = self.answer;
        let visible: Vec<_> = answer
            .fields
            .iter()
            .copied()
            .filter(|field| {
                answer
                    .permissions
                    .opens_field(coverage, field, &answer.settings)
            })
            .collect();
        self.plans
            .push((coverage, Plan::new(&visible, answer.mode, &answer.settings)));
        self.plans.len() - 1
    }

    /// Writes the first visible employee a second time.
    fn duplicate(&mut self) {
        let Some(kind) = self.answer.duplicate else {
            return;
        };
        let positions = match &self.answer.who {
            Who::Everybody => (0..self.answer.company.len()).collect(),
            Who::These(positions) => positions.clone(),
            Who::Nobody => Vec::new(),
        };
        for at in positions {
            let mut copy = self.answer.company.roster.employees[at as usize].clone();
            if kind == Duplicate::Differing {
                copy.surname = Some("Twice".into());
            }
            if self.write(at, &copy) {
                return;
            }
        }
    }
}

/// Every third employee has one wrong type, and the fields take turns: one in eighteen has a number for an id.
fn wrong_source(at: u32) -> Option<Source> {
    at.is_multiple_of(3)
        .then(|| WRONG_TURNS[(at as usize / 3) % WRONG_TURNS.len()])
}

/// Renders the whole answer of `POST /people/search` with `showInactive: true` and `humanReadable: "APPEND"`, as a
/// service user who may see everything gets it on `today`; unknown field ids are left out as HiBob leaves them out.
///
/// For benchmarks and fuzz corpora, which need an answer without a server. Fails when `out` does.
pub fn answer_file(
    roster: Roster,
    fields: &[&str],
    today: Date,
    mut out: impl Write,
) -> io::Result<()> {
    let answer = Answer {
        company: Arc::new(Company::new(roster)),
        settings: Arc::default(),
        permissions: Arc::default(),
        today,
        fields: resolve(fields.iter().copied()),
        mode: Mode::Append,
        who: Who::Everybody,
        show_inactive: true,
        wrong_types: false,
        duplicate: None,
    };
    answer.write_to(&mut out)
}

/// The known fields among some ids, each once, in the order they were asked for.
pub(crate) fn resolve<'a>(ids: impl Iterator<Item = &'a str>) -> Vec<&'static Field> {
    let mut fields: Vec<&'static Field> = Vec::new();
    for field in ids.filter_map(catalogue::find) {
        if !fields.iter().any(|known| known.id == field.id) {
            fields.push(field);
        }
    }
    fields
}

/// HiBob's set for a request that names no fields.
pub(crate) fn default_set() -> Vec<&'static Field> {
    catalogue::FIELDS
        .iter()
        .filter(|field| field.in_default_set())
        .collect()
}
