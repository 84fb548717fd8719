//! What an admin can set about a connection: when it syncs, and the secret of its webhooks.

use domain::{Organisation, Schedule};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{App, Failure, view::IntegrationView};

/// The name under which the secret of a connection's webhooks is sealed.
pub(crate) const WEBHOOK_FIELD: &str = "connection.webhook_secret";
/// A longer secret is none that an HRIS shows.
const SECRET_LIMIT: usize = 500;

/// What to set; what is not given stays.
#[derive(Clone, Debug, Default)]
pub struct IntegrationPatch {
    /// `HH:MM`, UTC.
    pub time: Option<String>,
    /// `every_day` or `weekdays`.
    pub days: Option<String>,
    /// The secret of the webhooks; none takes it away.
    pub webhook_secret: Option<Option<SecretString>>,
}

impl App {
    /// Changes the live connection's schedule or the secret of its webhooks.
    pub async fn change_integration(
        &self,
        org: &Organisation,
        patch: IntegrationPatch,
    ) -> Result<IntegrationView, Failure> {
        let stored = self.live_connection(org).await?;
        let id = stored.connection.id;
        // Everything is read before anything is stored.
        let schedule = read_schedule(&stored.connection.schedule, &patch)?;
        let secret = match &patch.webhook_secret {
            Some(secret) => Some(self.seal_webhook_secret(org, secret.as_ref())?),
            None => None,
        };
        if schedule != stored.connection.schedule {
            self.store.set_schedule(org.id, id, &schedule).await?;
        }
        if let Some(sealed) = secret {
            self.store
                .set_webhook_secret(org.id, id, sealed.as_deref())
                .await?;
        }
        self.integration(org).await
    }

    fn seal_webhook_secret(
        &self,
        org: &Organisation,
        secret: Option<&SecretString>,
    ) -> Result<Option<String>, Failure> {
        let Some(secret) = secret else {
            return Ok(None);
        };
        let length = secret.expose_secret().trim().len();
        if !(1..=SECRET_LIMIT).contains(&length) {
            return Err(Failure::field(
                "webhook_secret",
                "invalid_secret",
                format!("The webhook secret has 1 to {SECRET_LIMIT} letters; nothing was changed."),
            ));
        }
        let trimmed = SecretString::from(secret.expose_secret().trim());
        self.vault
            .seal(org.id, WEBHOOK_FIELD, &trimmed, self.entropy.as_ref())
            .map(Some)
    }
}

fn read_schedule(now: &Schedule, patch: &IntegrationPatch) -> Result<Schedule, Failure> {
    let mut schedule = now.clone();
    if let Some(time) = &patch.time {
        schedule.time = read_time(time)?;
    }
    if let Some(days) = &patch.days {
        schedule.days = days.parse().map_err(|error| {
            Failure::field(
                "schedule.days",
                "invalid_days",
                format!("schedule.days {error}; nothing was changed."),
            )
        })?;
    }
    Ok(schedule)
}

fn read_time(text: &str) -> Result<String, Failure> {
    let parts = text.split_once(':').and_then(|(hour, minute)| {
        let two = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        let (hour, minute) = (two(hour).then_some(hour)?, two(minute).then_some(minute)?);
        let in_a_day = hour.parse::<u8>().ok()? < 24 && minute.parse::<u8>().ok()? < 60;
        in_a_day.then(|| format!("{hour}:{minute}"))
    });
    parts.ok_or_else(|| {
        Failure::field(
            "schedule.time",
            "invalid_time",
            format!("schedule.time is {text:?}; accepted is a time of day in UTC such as 09:00. Nothing was changed."),
        )
    })
}
