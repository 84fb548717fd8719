//! Invitations: an admin decides who gets in, and when.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use domain::{
    InvitationState, JobKind, LeftOutCode, MailKind, Organisation, OrganisationId, Status,
};
use jiff::{SignedDuration, Timestamp, civil::Date};
use serde_json::json;
use store::{Candidate, NewInvitation, NewMail, StoredJob, Turned};
use texts::Lang;

use crate::{
    App, Failure,
    jobs::{JobView, PeopleChoice},
    mails::{Content, Letterhead},
    tokens::hash_of,
};

/// How long an invitation works.
const DAYS: i64 = 14;

impl App {
    /// Puts down a bulk that invites everybody who has not been invited; with `again`, also those who
    /// have been and have not come, whose old links are void then.
    pub async fn invite(
        &self,
        org: &Organisation,
        people: &PeopleChoice,
        again: bool,
    ) -> Result<JobView, Failure> {
        let request = json!({ "again": again });
        self.begin_job(org, JobKind::Invitations, people, request)
            .await
    }

    /// Does such a bulk to its end.
    pub(crate) async fn invite_all(
        &self,
        org: &Organisation,
        job: &StoredJob,
    ) -> Result<(), Failure> {
        let again = job.request["again"] == json!(true);
        let lang = self.mail_language(org).await?;
        loop {
            let now = self.clock.now();
            // What cannot be sealed cannot be sealed for anybody: looked at before anybody's turn.
            self.sealing_works(org, lang)?;
            let decide = |who: &Candidate| match left_out(who, again) {
                Some(code) => Turned::LeftOut(code),
                None => match self.invitation(org, lang, who, now) {
                    Ok(invited) => Turned::Invitation(Box::new(invited)),
                    // It has just been seen to work: left for an admin to ask again.
                    Err(_) => Turned::LeftOut(LeftOutCode::NotFound),
                },
            };
            let period = (Date::ZERO, Date::ZERO);
            let turn = self.store.turn_of_job(org.id, job, period, now, &decide);
            if !turn.await? {
                return Ok(());
            }
            self.wake.notify_one();
        }
    }

    fn sealing_works(&self, org: &Organisation, lang: Lang) -> Result<(), Failure> {
        let content = Content::invitation(head(org, lang), "", self.public_url(), DAYS);
        self.mail_of(org, MailKind::Invitation, None, "", &content)
            .map(drop)
    }

    fn invitation(
        &self,
        org: &Organisation,
        lang: Lang,
        who: &Candidate,
        now: Timestamp,
    ) -> Result<(NewInvitation, NewMail), Failure> {
        let token = self.link_token(org);
        let link = format!("{}/invitation/{token}", self.public_url());
        let content = Content::invitation(head(org, lang), &who.first_name, &link, DAYS);
        let mail = self.mail_of(
            org,
            MailKind::Invitation,
            Some(who.id),
            &who.email,
            &content,
        )?;
        let invitation = NewInvitation {
            person: who.id,
            hash: hash_of(&token),
            email_key: who.email_key.clone(),
            mail: mail.id,
            expires_at: now + SignedDuration::from_hours(24 * DAYS),
        };
        Ok((invitation, mail))
    }

    /// The secret of a link: the organisation's id in clear, then 256 random bits. Only its hash is
    /// stored.
    pub(crate) fn link_token(&self, org: &Organisation) -> String {
        self.secret_of(org.id)
    }

    /// A secret that says whose it is.
    pub(crate) fn secret_of(&self, org: OrganisationId) -> String {
        let mut secret = [0_u8; 32];
        self.entropy.fill(&mut secret);
        format!("{}_{}", org.0.simple(), BASE64.encode(secret))
    }
}

fn head(org: &Organisation, lang: Lang) -> Letterhead<'_> {
    Letterhead {
        organisation: &org.name,
        lang,
    }
}

/// Why somebody is not invited.
pub(crate) fn left_out(who: &Candidate, again: bool) -> Option<LeftOutCode> {
    match who.status {
        None => return Some(LeftOutCode::NotFound),
        Some(Status::Archived) => return Some(LeftOutCode::Archived),
        Some(Status::Upcoming) => return Some(LeftOutCode::Upcoming),
        Some(Status::Active) => {}
    }
    if who.can_sign_in {
        return Some(LeftOutCode::Joined);
    }
    match who.invitation {
        InvitationState::Accepted => Some(LeftOutCode::Joined),
        // A mail that nobody got has invited nobody.
        InvitationState::Never | InvitationState::Failed => None,
        InvitationState::Queued | InvitationState::Sent => {
            (!again).then_some(LeftOutCode::AlreadyInvited)
        }
    }
}
