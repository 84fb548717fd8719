//! Whether this process can do its work right now: what an operator's tools ask every few seconds.

use std::time::Duration;

use store::StoreError;

use crate::{App, DoctorCheck, Failure, erased::field_of};

/// A database that says nothing is as bad as none.
const PATIENCE: Duration = Duration::from_secs(3);

impl App {
    /// Looks at database, schema and key, with a few short statements.
    ///
    /// [`doctor`](crate::doctor) looks longer and at more; this is about a process that is running.
    pub async fn readiness(&self) -> Vec<DoctorCheck> {
        let looked = tokio::time::timeout(PATIENCE, self.look_at_itself()).await;
        looked.unwrap_or_else(|_| {
            let detail = format!(
                "The database does not answer within {} s.",
                PATIENCE.as_secs()
            );
            vec![DoctorCheck {
                name: "database",
                ok: false,
                detail,
            }]
        })
    }

    async fn look_at_itself(&self) -> Vec<DoctorCheck> {
        let database = match self.store.ping().await {
            Ok(()) => self.store.takes_writes().await,
            Err(error) => Err(error),
        };
        let is_there = database.is_ok();
        let mut checks = vec![check("database", database)];
        if is_there {
            checks.push(check("migrations", self.schema_is_ours().await));
            checks.push(check("key", self.key_fits().await));
        }
        checks
    }

    /// How many tasks wait or are under way in the whole installation, and how many were given up.
    pub async fn task_counts(&self) -> Result<(u64, u64), Failure> {
        Ok(self.store.task_counts().await?)
    }

    /// A newer version that was started beside this one may have taken the schema further.
    async fn schema_is_ours(&self) -> Result<(), Failure> {
        let (found, known) = self.store.schema().await?;
        if found == known {
            return Ok(());
        }
        let detail = format!("it has schema {found} instead of {known}");
        Err(StoreError::BrokenSchema { detail }.into())
    }

    /// Whether what is stored can be opened: one secret is as good as all, since a key seals them all.
    async fn key_fits(&self) -> Result<(), Failure> {
        if let Some(secret) = self.store.one_sealed_secret().await? {
            let field = field_of(&secret);
            self.vault
                .open(secret.organisation, field, &secret.sealed)?;
        }
        Ok(())
    }
}

fn check<E: Into<Failure>>(name: &'static str, found: Result<(), E>) -> DoctorCheck {
    match found {
        Ok(()) => DoctorCheck {
            name,
            ok: true,
            detail: "well".to_owned(),
        },
        Err(error) => DoctorCheck {
            name,
            ok: false,
            detail: error.into().to_string(),
        },
    }
}
