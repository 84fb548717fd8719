//! What a bulk action would come to, before it is started: by the same rules as when it is done.

use domain::{Currency, JobKind, LeftOutCode, PersonId, Status};
use jiff::civil::Date;
use serde_json::{Value as Json, json};
use store::Candidate;

use crate::{
    App, BudgetBulk, Failure, JobView, Organisation,
    budgets::{Giving, read_giving},
    invitations,
};

/// How many people are named for each reason, and as examples.
const NAMED: usize = 20;
const EXAMPLES: usize = 3;

/// What is asked for.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub enum JobRequest {
    Budgets(BudgetBulk),
    Invitations { again: bool },
    Archive,
    Restore { keep: bool },
}

/// What a bulk action would come to.
#[derive(Clone, Debug, Default)]
pub struct JobCheck {
    /// How many people it is about.
    pub total: u64,
    /// For how many it would be done.
    pub ready: u64,
    /// Who would be left out, by reason, in the order in which reasons came up.
    pub left_out: Vec<LeftOutGroup>,
    /// What it would cost in all, and in which currency.
    pub cost: Option<(String, &'static str)>,
    /// Some for whom it would be done, with their amounts.
    pub examples: Vec<(PersonId, String, String)>,
    sum: i64,
    admins: u64,
}

/// People who are left out for one reason.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct LeftOutGroup {
    pub code: LeftOutCode,
    pub people: u64,
    /// The first of them.
    pub named: Vec<(PersonId, String)>,
}

/// A request that has been read.
pub(crate) enum ReadRequest {
    Budgets(Box<Giving>, Currency),
    Invitations { again: bool },
    Archive,
    Restore,
}

impl JobRequest {
    /// Which kind it is.
    pub const fn kind(&self) -> JobKind {
        match self {
            Self::Budgets(_) => JobKind::Budgets,
            Self::Invitations { .. } => JobKind::Invitations,
            Self::Archive => JobKind::Archive,
            Self::Restore { .. } => JobKind::Restore,
        }
    }

    /// As it is stored.
    pub(crate) fn document(&self) -> Result<Json, Failure> {
        Ok(match self {
            Self::Budgets(bulk) => serde_json::to_value(read_giving(bulk)?).map_err(|error| {
                Failure::internal(format!("The bulk could not be stored ({error})."))
            })?,
            Self::Invitations { again } => json!({ "again": again }),
            Self::Archive => json!({}),
            Self::Restore { keep } => json!({ "keep": keep }),
        })
    }

    pub(crate) fn turn(&self) -> Result<ReadRequest, Failure> {
        Ok(match self {
            Self::Budgets(bulk) => {
                let giving = read_giving(bulk)?;
                let currency = giving.currency()?;
                ReadRequest::Budgets(Box::new(giving), currency)
            }
            Self::Invitations { again } => ReadRequest::Invitations { again: *again },
            Self::Archive => ReadRequest::Archive,
            Self::Restore { .. } => ReadRequest::Restore,
        })
    }
}

impl ReadRequest {
    /// The time in which a budget is in the way.
    pub(crate) fn period(&self) -> (Date, Date) {
        match self {
            Self::Budgets(giving, _) => (giving.period_start, giving.period_end),
            _ => (Date::ZERO, Date::ZERO),
        }
    }
}

impl JobCheck {
    pub(crate) fn of(admins: u64) -> Self {
        Self {
            admins,
            ..Self::default()
        }
    }

    /// Counts somebody.
    pub(crate) fn count(&mut self, who: &Candidate, request: &ReadRequest) {
        self.total += 1;
        let amount = match request {
            ReadRequest::Budgets(giving, _) => giving.amount_for(who),
            ReadRequest::Invitations { again } => match invitations::left_out(who, *again) {
                Some(code) => Err(code),
                None => Ok(0),
            },
            ReadRequest::Archive => self.archive(who),
            ReadRequest::Restore => match who.status {
                None => Err(LeftOutCode::NotFound),
                Some(Status::Archived) => Ok(0),
                Some(_) => Err(LeftOutCode::NotArchived),
            },
        };
        match (amount, request) {
            (Err(code), _) => self.leave_out(who, code),
            (Ok(amount), ReadRequest::Budgets(_, currency)) => {
                self.ready += 1;
                self.sum = self.sum.saturating_add(amount);
                self.cost = Some((currency.show(self.sum), currency.code()));
                if self.examples.len() < EXAMPLES {
                    let example = (who.id, name_of(who), currency.show(amount));
                    self.examples.push(example);
                }
            }
            (Ok(_), _) => self.ready += 1,
        }
    }

    fn archive(&mut self, who: &Candidate) -> Result<i64, LeftOutCode> {
        match who.status {
            None => Err(LeftOutCode::NotFound),
            Some(Status::Archived) => Err(LeftOutCode::Archived),
            Some(_) if who.is_acting_admin && self.admins <= 1 => Err(LeftOutCode::LastAdmin),
            Some(_) => {
                self.admins = self.admins.saturating_sub(u64::from(who.is_acting_admin));
                Ok(0)
            }
        }
    }

    fn leave_out(&mut self, who: &Candidate, code: LeftOutCode) {
        let known = self.left_out.iter().position(|group| group.code == code);
        let at = known.unwrap_or_else(|| {
            self.left_out.push(LeftOutGroup {
                code,
                people: 0,
                named: Vec::new(),
            });
            self.left_out.len() - 1
        });
        let group = &mut self.left_out[at];
        group.people += 1;
        if group.named.len() < NAMED {
            group.named.push((who.id, name_of(who)));
        }
    }
}

impl App {
    /// Who was left out of a bulk action, by reason, the first of each by name.
    pub async fn left_out_groups(
        &self,
        org: &Organisation,
        job: &JobView,
    ) -> Result<Vec<LeftOutGroup>, Failure> {
        let mut groups: Vec<LeftOutGroup> = Vec::new();
        for left in &job.left_out {
            match groups.iter_mut().find(|group| group.code == left.code) {
                Some(group) => {
                    group.people += 1;
                    if group.named.len() < NAMED {
                        group.named.push((left.person_id, String::new()));
                    }
                }
                None => groups.push(LeftOutGroup {
                    code: left.code,
                    people: 1,
                    named: vec![(left.person_id, String::new())],
                }),
            }
        }
        let ids: Vec<PersonId> = groups
            .iter()
            .flat_map(|group| group.named.iter().map(|(id, _)| *id))
            .collect();
        let people = self.store.people_by_id(org.id, &ids).await?;
        for (id, name) in groups.iter_mut().flat_map(|group| &mut group.named) {
            let person = people.iter().find(|person| person.id == *id);
            *name = person
                .map(|person| person.name().to_string())
                .unwrap_or_default();
        }
        Ok(groups)
    }
}

fn name_of(who: &Candidate) -> String {
    let name = format!("{} {}", who.first_name, who.last_name);
    match name.trim() {
        "" => who.email.clone(),
        name => name.to_owned(),
    }
}
