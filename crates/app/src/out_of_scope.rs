//! Who is out of scope: told by the HRIS, and nothing to be done about.

use domain::{Code, HrisId, Organisation, SmolStr, person::full_name};
use jiff::civil::Date;
use store::OutOfScope;

use crate::{App, Failure, view::List};

/// An employee who is out of scope, as last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct OutOfScopeView {
    pub hris_id: HrisId,
    pub name: SmolStr,
    pub email: SmolStr,
    pub end_date: Option<Date>,
    pub code: Code,
    /// Why an admin left them out.
    pub reason: Option<String>,
}

impl App {
    /// Employees of whom there is nothing to be done, by pages. Who was erased is not known any more.
    pub async fn out_of_scope(
        &self,
        org: &Organisation,
        limit: u32,
        after: Option<&str>,
    ) -> Result<List<OutOfScopeView>, Failure> {
        let page = self.store.out_of_scope(org.id, limit, after).await?;
        Ok(List {
            items: page.items.into_iter().map(view).collect(),
            total: page.total,
            next: page.next,
        })
    }
}

fn view(found: OutOfScope) -> OutOfScopeView {
    let OutOfScope { seen, left_out } = found;
    let copy = seen.copies.first();
    let text = |seen: Option<&SmolStr>| seen.cloned().unwrap_or_default();
    let name = copy.and_then(|copy| {
        let first = text(copy.first_name.value());
        full_name(&first, &text(copy.surname.value()))
    });
    let email = copy.and_then(|copy| copy.email.value());
    let email = email.map(|email| SmolStr::from(email.as_str()));
    OutOfScopeView {
        name: name.unwrap_or_else(|| seen.id.0.clone()),
        hris_id: seen.id,
        email: email.unwrap_or_default(),
        end_date: copy.and_then(|copy| copy.end_date.value().copied()),
        code: if left_out.is_some() {
            Code::Excluded
        } else {
            Code::LeftBefore
        },
        reason: left_out,
    }
}
