//! What a use case says when it cannot do what it was asked.

use domain::{Problem, ProblemCode};

/// What kind of failure: decides the exit code here and the HTTP status later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The request itself is wrong.
    Usage,
    /// There is no such thing.
    NotFound,
    /// Right, but not as things stand.
    Conflict,
    /// Refused by the HRIS, or by us for its sake.
    Refused,
    /// The HRIS is unreachable or its answer unusable.
    Unusable,
    /// Our own failure.
    Internal,
}

/// A failure: what happened, what was not changed, what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.in_words())]
pub struct Failure {
    /// What kind.
    pub kind: FailureKind,
    /// Stable code.
    pub code: &'static str,
    /// What happened, and what was not changed.
    pub detail: String,
    /// What to do.
    pub mend: String,
    /// The field that is wrong, if it is one.
    pub field: Option<&'static str>,
    /// Further fields that are wrong: whoever fills in a form is told all of it at once.
    pub others: Vec<Failure>,
}

impl Failure {
    fn new(kind: FailureKind, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind,
            code,
            detail: detail.into(),
            mend: String::new(),
            field: None,
            others: Vec::new(),
        }
    }

    /// Of this kind, in the words of a library.
    pub(crate) fn with_kind(kind: FailureKind, code: &'static str, words: &str) -> Self {
        Self::new(kind, code, sentence(words))
    }

    /// The request is wrong.
    pub fn usage(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(FailureKind::Usage, code, detail)
    }

    /// A field of the request is wrong.
    pub fn field(field: &'static str, code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            field: Some(field),
            ..Self::new(FailureKind::Usage, code, detail)
        }
    }

    /// There is no such thing.
    pub fn not_found(what: &str, name: &str) -> Self {
        let detail = format!("There is no {what} {name:?} here; nothing was changed.");
        Self::new(FailureKind::NotFound, "not_found", detail)
    }

    /// Not as things stand.
    pub fn conflict(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(FailureKind::Conflict, code, detail)
    }

    /// Refused by us: whoever asks may not.
    pub fn refused(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(FailureKind::Refused, code, detail)
    }

    /// Our own failure.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(FailureKind::Internal, "internal", detail)
    }

    /// It and the further fields that are wrong, in the order of the fields.
    pub fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.others)
    }

    /// What is wrong with a field.
    pub fn at(&self, field: &str) -> Option<&Self> {
        self.all().find(|failure| failure.field == Some(field))
    }

    fn in_words(&self) -> String {
        let mut words = String::new();
        for failure in self.all() {
            for sentence in [&failure.detail, &failure.mend] {
                if !words.is_empty() && !sentence.is_empty() {
                    words.push(' ');
                }
                words.push_str(sentence);
            }
        }
        words
    }

    /// Says what to do.
    #[must_use]
    pub fn mend(mut self, mend: impl Into<String>) -> Self {
        self.mend = mend.into();
        self
    }
}

/// The wrong fields of one request, gathered while the others are read.
#[derive(Debug, Default)]
pub(crate) struct Wrong(Option<Failure>);

impl Wrong {
    /// What was read of a field; nothing where it is wrong, which is noted.
    ///
    /// # Errors
    /// What is no field's fault.
    pub(crate) fn take<T>(&mut self, read: Result<T, Failure>) -> Result<Option<T>, Failure> {
        match read {
            Ok(value) => Ok(Some(value)),
            Err(failure) if failure.field.is_some() => {
                self.note(failure);
                Ok(None)
            }
            Err(failure) => Err(failure),
        }
    }

    /// One more.
    pub(crate) fn note(&mut self, mut failure: Failure) {
        match &mut self.0 {
            None => self.0 = Some(failure),
            Some(first) => {
                let others = std::mem::take(&mut failure.others);
                first.others.push(failure);
                first.others.extend(others);
            }
        }
    }

    /// Whether nothing is wrong.
    ///
    /// # Errors
    /// All that is.
    pub(crate) fn none(self) -> Result<(), Failure> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Which kind of failure a run's problem is.
pub fn kind_of(code: ProblemCode) -> FailureKind {
    match code {
        ProblemCode::CredentialsRefused
        | ProblemCode::NoPermission
        | ProblemCode::MissingSection => FailureKind::Refused,
        ProblemCode::Unreachable
        | ProblemCode::RateLimited
        | ProblemCode::BadAnswer
        | ProblemCode::EmptyRoster
        | ProblemCode::RosterIncomplete
        | ProblemCode::SectionVanished
        | ProblemCode::OtherCompany
        | ProblemCode::NotHiBob => FailureKind::Unusable,
        ProblemCode::Superseded | ProblemCode::PlanChanged | ProblemCode::RejectedByAdmin => {
            FailureKind::Conflict
        }
        ProblemCode::Interrupted | ProblemCode::Internal => FailureKind::Internal,
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self {
            kind: kind_of(problem.code),
            code: problem.code.as_str(),
            detail: problem.detail,
            mend: problem.mend,
            field: None,
            others: Vec::new(),
        }
    }
}

impl From<store::StoreError> for Failure {
    fn from(error: store::StoreError) -> Self {
        use store::StoreError as E;
        let (kind, code) = match &error {
            E::InvalidUrl { .. } => (FailureKind::Usage, "database_url"),
            E::SlugTaken { .. } => (FailureKind::Conflict, "slug_taken"),
            E::Clash(_) => (FailureKind::Conflict, "clash"),
            E::RunOver => (FailureKind::Conflict, "run_over"),
            E::KeyRetired => (FailureKind::Conflict, "key_retired"),
            E::NoDatabase { .. } => (FailureKind::Usage, "no_database"),
            E::Missing { .. } => (FailureKind::NotFound, "not_found"),
            E::BadRegions { .. } => (FailureKind::Usage, "invalid_regions"),
            E::BadCursor(_) => (FailureKind::Usage, "bad_cursor"),
            E::Unreachable(_) | E::File { .. } => (FailureKind::Internal, "database_unreachable"),
            E::Busy(_) => (FailureKind::Internal, "database_busy"),
            E::ReadOnly(_) => (FailureKind::Internal, "database_read_only"),
            E::Full(_) | E::Disk(_) => (FailureKind::Internal, "database_full"),
            E::Damaged(_) => (FailureKind::Internal, "database_damaged"),
            E::NewerSchema { .. } | E::BrokenSchema { .. } => (FailureKind::Internal, "schema"),
            E::Unreadable { .. } | E::Database(_) => (FailureKind::Internal, "database"),
        };
        if kind == FailureKind::Internal {
            // What the engine said is for the log: it may quote rows.
            tracing::error!(code, source = std::error::Error::source(&error), "database");
        }
        Self::new(kind, code, sentence(&error.to_string()))
    }
}

/// Errors of libraries are lower-case and without a full stop; people read sentences.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters
        .next()
        .map(|first| first.to_uppercase().collect())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str().trim_end_matches('.'))
}
