//! What the admin does by hand: people, holds, and what is remembered of it.

use std::collections::{BTreeMap, BTreeSet};

use app::{App, Failure, NewAdmin, PersonPatch};
use domain::{ArchivedBy, Organisation, Person, PersonId, RunId, Status};
use jiff::Timestamp;
use rand::{RngExt as _, SeedableRng as _, seq::IndexedRandom as _};
use rand_chacha::ChaCha8Rng;
use reconcile::Directory;

use super::hr::Hr;
use crate::installation::Process;

/// The admin's hand, and what it did that stands against the HRIS.
pub(crate) struct Admin {
    rng: ChaCha8Rng,
    /// Who was archived by hand, and not brought back.
    pub(crate) archived: BTreeSet<PersonId>,
    /// Who is nobody's but the admin's, as they were left.
    pub(crate) own: BTreeMap<PersonId, Person>,
    /// Which holds were approved.
    pub(crate) approved: BTreeSet<RunId>,
    made: u32,
}

impl Admin {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            rng: ChaCha8Rng::seed_from_u64(seed ^ 0xad31),
            archived: BTreeSet::new(),
            own: BTreeMap::new(),
            approved: BTreeSet::new(),
            made: 0,
        }
    }

    fn pick(&mut self, directory: &Directory, fits: impl Fn(&Person) -> bool) -> Option<Person> {
        let fitting: Vec<&Person> = directory
            .people
            .iter()
            .filter(|person| fits(person))
            .collect();
        fitting
            .choose(&mut self.rng)
            .map(|person| (*person).clone())
    }

    /// A few things of the day.
    pub(crate) async fn work(
        &mut self,
        process: &Process,
        org: &Organisation,
        hr: &mut Hr,
        now: Timestamp,
    ) {
        let app = &process.app;
        for _ in 0..self.rng.random_range(0..3) {
            let directory = &process.directory(org, now).await;
            match self.rng.random_range(0..8) {
                0 => self.archive(app, org, directory).await,
                1 => self.bring_back(app, org, directory).await,
                2 => self.unlink(app, org, directory).await,
                3 => self.keep(app, org, directory).await,
                4 => self.add(app, org).await,
                5 => self.announce(app, org, hr).await,
                _ => self.edit(app, org, directory).await.unwrap(),
            }
        }
    }

    async fn archive(&mut self, app: &App, org: &Organisation, directory: &Directory) {
        let fits = |p: &Person| p.status == Status::Active && p.hris_id.is_some() && !p.admin;
        if let Some(person) = self.pick(directory, fits) {
            let name = person.id.to_string();
            app.archive_person(org, &name).await.unwrap();
            self.archived.insert(person.id);
        }
    }

    /// Brings somebody back whom the admin archived; the HRIS decides from then on.
    async fn bring_back(&mut self, app: &App, org: &Organisation, directory: &Directory) {
        let by_admin = |p: &Person| p.archived_by == Some(ArchivedBy::Admin);
        if let Some(person) = self.pick(directory, by_admin) {
            let name = person.id.to_string();
            match app.restore_person(org, &name, false).await {
                Ok(_) => _ = self.archived.remove(&person.id),
                Err(failure) => assert_eq!(failure.code, "email_taken", "{failure}"),
            }
        }
    }

    async fn unlink(&mut self, app: &App, org: &Organisation, directory: &Directory) {
        let fits = |p: &Person| {
            p.status == Status::Active && p.hris_id.is_some() && p.end_date.is_none() && !p.admin
        };
        if let Some(person) = self.pick(directory, fits) {
            let name = person.id.to_string();
            app.unlink_person(org, &name).await.unwrap();
            self.own.insert(person.id, person);
        }
    }

    /// Brings back somebody whom the HRIS calls a leaver, and keeps them.
    async fn keep(&mut self, app: &App, org: &Organisation, directory: &Directory) {
        let left = |p: &Person| p.archived_by == Some(ArchivedBy::Hris) && p.hris_id.is_some();
        if let Some(person) = self.pick(directory, left) {
            let name = person.id.to_string();
            match app.restore_person(org, &name, true).await {
                Ok(_) => {
                    let kept = Person {
                        status: Status::Active,
                        ..person
                    };
                    self.own.insert(kept.id, kept);
                }
                Err(failure) => assert_eq!(failure.code, "email_taken", "{failure}"),
            }
        }
    }

    async fn add(&mut self, app: &App, org: &Organisation) {
        self.made += 1;
        let patch = PersonPatch {
            email: Some(format!("by.hand.{}@partner.test", self.made)),
            first_name: Some("Made".to_owned()),
            last_name: Some("Byhand".to_owned()),
            country: Some("Norway".to_owned()),
            ..PersonPatch::default()
        };
        app.add_person(org, patch).await.unwrap();
    }

    /// Adds somebody whom the HRIS will have later, with the same email.
    async fn announce(&mut self, app: &App, org: &Organisation, hr: &mut Hr) {
        let new = hr.newcomer();
        let patch = PersonPatch {
            email: new.email.as_deref().map(str::to_uppercase),
            first_name: Some("Soon".to_owned()),
            last_name: Some("Here".to_owned()),
            country: Some("Norway".to_owned()),
            ..PersonPatch::default()
        };
        app.add_person(org, patch).await.unwrap();
        hr.announced.push(new);
    }

    /// Changes managed fields, which the next sync sets right.
    pub(crate) async fn edit(
        &mut self,
        app: &App,
        org: &Organisation,
        directory: &Directory,
    ) -> Result<(), Failure> {
        let own: BTreeSet<PersonId> = self.own.keys().copied().collect();
        let here =
            |p: &Person| p.status == Status::Active && p.hris_id.is_some() && !own.contains(&p.id);
        let (Some(person), Some(approver)) =
            (self.pick(directory, here), self.pick(directory, here))
        else {
            return Ok(());
        };
        let group = directory.groups.choose(&mut self.rng);
        let other = approver.id != person.id;
        let patch = PersonPatch {
            first_name: Some("Edited".to_owned()),
            country: Some("Iceland".to_owned()),
            group_ids: group.map(|group| vec![group.id.to_string()]),
            approver_ids: other.then(|| vec![approver.id.to_string()]),
            ..PersonPatch::default()
        };
        let name = person.id.to_string();
        app.edit_person(org, &name, patch).await.map(drop)
    }

    /// Makes an admin who can sign in of somebody who is here, or of somebody new.
    pub(crate) async fn appoint(&self, app: &App, org: &Organisation, email: &str) {
        let new = NewAdmin {
            email: email.to_owned(),
            first_name: None,
            last_name: None,
            password: None,
        };
        app.create_admin(org, new).await.unwrap();
    }
}
