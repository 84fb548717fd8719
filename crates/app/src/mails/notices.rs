//! What admins are told of by mail: once for each cause, and once more when it is over.
//!
//! A notice stands as long as its cause does, so a run that ends the same way again says nothing new.
//! The task of a run comes again when its process dies before it is taken off, and so does this.

use domain::{
    Code, FieldChange, FieldValue, MailKind, Organisation, PersonField, Run, RunId, RunKind,
    RunState, Status, Trigger,
};
use jiff::SignedDuration;
use store::{NewMail, PeopleFilter, RunRecord};

use super::Content;
use crate::{App, Failure};

/// The cause of a notice about syncs that fail begins with this.
const SYNC: &str = "sync:";
/// That of a held run.
const HELD: &str = "held:";
/// That of a morning.
const MORNING: &str = "morning:";
/// The cause of the notice that the pass of a midnight does not work.
const MIDNIGHT: &str = "midnight";
/// The cause of the notice that the last admin was kept.
const LAST_ADMIN: &str = "last_admin";
/// Who starts within so many days is told.
const SOON: SignedDuration = SignedDuration::from_hours(7 * 24);

impl App {
    /// Tells admins what they have to know of a run that has ended or is held.
    pub(crate) async fn announce(&self, org: &Organisation, id: RunId) -> Result<(), Failure> {
        let Some(record) = self.store.run(org.id, id).await? else {
            return Ok(());
        };
        if record.run.kind != RunKind::Sync {
            return Ok(());
        }
        match record.run.state {
            RunState::Held => self.announce_hold(org, &record).await,
            RunState::Failed if record.run.trigger.reads_hris() => {
                self.announce_failure(org, &record.run).await
            }
            state if state.is_success() => self.announce_success(org, &record.run).await,
            _ => Ok(()),
        }
    }

    async fn announce_hold(&self, org: &Organisation, record: &RunRecord) -> Result<(), Failure> {
        let run = &record.run;
        let reasons: Vec<String> = run.hold.iter().map(|hold| hold.detail.clone()).collect();
        let link = self.admin_link(&format!("sync/{}", run.id));
        let content = Content::held(self.letterhead(org).await?, &reasons, &link);
        let plan = record
            .plan_hash
            .clone()
            .unwrap_or_else(|| run.id.to_string());
        self.open_notice(org, &format!("{HELD}{plan}"), &content)
            .await
    }

    /// Tells admins that a midnight has not worked: nobody whose last day is over was archived by it so far.
    pub(crate) async fn announce_midnight(
        &self,
        org: &Organisation,
        why: &str,
    ) -> Result<(), Failure> {
        let link = self.admin_link("issues");
        let head = self.letterhead(org).await?;
        let content = Content::midnight(head, why, &link);
        self.open_notice(org, MIDNIGHT, &content).await
    }

    /// A midnight's pass went well: the next one that does not is told again.
    pub(crate) async fn midnight_is_well(&self, org: &Organisation) -> Result<(), Failure> {
        let now = self.clock.now();
        self.store.close_notice(org.id, MIDNIGHT, &[], now).await?;
        Ok(())
    }

    /// What will not mend itself is told at once, everything else when it counts as failing.
    async fn announce_failure(&self, org: &Organisation, run: &Run) -> Result<(), Failure> {
        let Some(problem) = &run.error else {
            return Ok(());
        };
        if !self.recent(org).await?.is_failing() {
            return Ok(());
        }
        let link = self.admin_link("settings/hris");
        let content = Content::failing(
            self.letterhead(org).await?,
            &problem.detail,
            &problem.mend,
            &link,
        );
        let cause = format!("{SYNC}{}", problem.code);
        self.open_notice(org, &cause, &content).await
    }

    async fn announce_success(&self, org: &Organisation, run: &Run) -> Result<(), Failure> {
        let open = self.store.notices(org.id).await?;
        let of_a_sync = run.trigger.reads_hris();
        let mut mended = Vec::new();
        for cause in &open {
            if cause.starts_with(SYNC) && of_a_sync {
                mended.push(cause);
            } else if cause.starts_with(HELD) || cause.starts_with(MORNING) {
                // An admin answered, or another day has come.
                self.store
                    .close_notice(org.id, cause, &[], self.clock.now())
                    .await?;
            }
        }
        for (nth, cause) in mended.into_iter().enumerate() {
            // Several causes that are over at once are one piece of news.
            let mails = if nth == 0 {
                let head = self.letterhead(org).await?;
                let content = Content::well_again(head, &self.admin_link("settings/hris"));
                self.to_admins(org, MailKind::Notice, &content).await?
            } else {
                Vec::new()
            };
            let now = self.clock.now();
            self.store.close_notice(org.id, cause, &mails, now).await?;
        }
        self.announce_admins(org, run).await?;
        if run.trigger == Trigger::Schedule {
            self.announce_morning(org, run).await?;
        }
        Ok(())
    }

    /// What a run did, or did not do, to people with admin rights concerns all of them: an address that
    /// somebody changed in the HRIS is a way in, and an organisation without an admin is locked out.
    pub(crate) async fn announce_admins(
        &self,
        org: &Organisation,
        run: &Run,
    ) -> Result<(), Failure> {
        for admin in self.store.admins(org.id).await? {
            let history = self.store.history(org.id, admin.id, Some(1), None).await?;
            let newest = history.items.into_iter().next();
            let Some(old) = newest
                .filter(|entry| entry.run_id == Some(run.id))
                .and_then(|entry| old_email(&entry.fields))
            else {
                continue;
            };
            let link = self.admin_link(&format!("people/{}", admin.id));
            let name = admin.name().to_string();
            let content = Content::admin_moved(
                self.letterhead(org).await?,
                &name,
                &old,
                &admin.email,
                &link,
            );
            let mut mails = self.to_admins(org, MailKind::Notice, &content).await?;
            mails.push(self.mail_of(org, MailKind::Notice, Some(admin.id), &old, &content)?);
            let cause = format!("{MORNING}email:{}:{}", run.id, admin.id);
            let now = self.clock.now();
            self.store.open_notice(org.id, &cause, &mails, now).await?;
        }
        if self.store.open_of(org.id, Code::LastAdmin).await? > 0 {
            let link = self.admin_link("people?attention=last_admin");
            let content = Content::last_admin(self.letterhead(org).await?, &link);
            return self.open_notice(org, LAST_ADMIN, &content).await;
        }
        let now = self.clock.now();
        self.store
            .close_notice(org.id, LAST_ADMIN, &[], now)
            .await?;
        Ok(())
    }

    /// The morning mail, when something happened.
    async fn announce_morning(&self, org: &Organisation, run: &Run) -> Result<(), Failure> {
        let counts = &run.counts;
        let changed = counts.added + counts.restored + counts.archived + counts.updated;
        if changed == 0 {
            return Ok(());
        }
        let this_run = self.admin_link(&format!("sync/{}", run.id));
        let people = |filter: &str| self.admin_link(&format!("people?{filter}"));
        let today = org.today(self.clock.now());
        let active = PeopleFilter {
            status: Some(Status::Active),
            ..PeopleFilter::default()
        };
        let without_budget = PeopleFilter {
            budget: Some((false, today)),
            ..active.clone()
        };
        let not_invited = PeopleFilter {
            invitation: Some(domain::InvitationState::Never),
            ..active
        };
        let lines = [
            (counts.added + counts.restored, "joined", this_run.clone()),
            (counts.archived, "left", this_run.clone()),
            (counts.updated, "changed", this_run.clone()),
            (
                self.starting_soon(org).await?,
                "soon",
                people("status=upcoming"),
            ),
            (
                self.how_many(org, &without_budget).await?,
                "budget",
                people("budget=none"),
            ),
            (
                self.how_many(org, &not_invited).await?,
                "invitation",
                people("invitation=never"),
            ),
            (counts.skipped, "skipped", this_run.clone()),
        ];
        let lines: Vec<(u64, &str, String)> = lines
            .into_iter()
            .filter(|(number, ..)| *number > 0)
            .collect();
        let content = Content::morning(self.letterhead(org).await?, &lines, &this_run);
        let mails = self.to_admins(org, MailKind::Morning, &content).await?;
        let cause = format!("{MORNING}{}", run.id);
        let now = self.clock.now();
        self.store.open_notice(org.id, &cause, &mails, now).await?;
        self.wake.notify_one();
        Ok(())
    }

    async fn how_many(&self, org: &Organisation, filter: &PeopleFilter) -> Result<u64, Failure> {
        Ok(self.store.count_people(org.id, filter).await?)
    }

    async fn starting_soon(&self, org: &Organisation) -> Result<u64, Failure> {
        let today = org.today(self.clock.now());
        let upcoming = PeopleFilter {
            status: Some(Status::Upcoming),
            ..PeopleFilter::default()
        };
        let until = today.checked_add(SOON).unwrap_or(today);
        let found = self.store.people(org.id, &upcoming).await?.items;
        let soon = found
            .iter()
            .filter(|row| row.person.start_date.is_some_and(|day| day <= until));
        Ok(soon.count() as u64)
    }

    async fn open_notice(
        &self,
        org: &Organisation,
        cause: &str,
        content: &Content,
    ) -> Result<(), Failure> {
        if self
            .store
            .notices(org.id)
            .await?
            .iter()
            .any(|open| open == cause)
        {
            return Ok(());
        }
        let mails = self.to_admins(org, MailKind::Notice, content).await?;
        let now = self.clock.now();
        self.store.open_notice(org.id, cause, &mails, now).await?;
        self.wake.notify_one();
        Ok(())
    }

    /// One for each admin who can sign in.
    async fn to_admins(
        &self,
        org: &Organisation,
        kind: MailKind,
        content: &Content,
    ) -> Result<Vec<NewMail>, Failure> {
        let admins = self.store.admins(org.id).await?;
        let mails = admins
            .into_iter()
            .map(|admin| self.mail_of(org, kind, Some(admin.id), &admin.email, content));
        mails.collect()
    }

    fn admin_link(&self, path: &str) -> String {
        format!("{}/admin/{path}", self.public_url())
    }
}

/// The email that somebody had before these changes.
fn old_email(fields: &[FieldChange]) -> Option<String> {
    let change = fields
        .iter()
        .find(|change| change.field == PersonField::Email)?;
    match change.before.as_ref()? {
        FieldValue::Text(email) => Some(email.to_string()),
        _ => None,
    }
}
