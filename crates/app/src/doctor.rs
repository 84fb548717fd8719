//! Whether the installation is well.

use serde::Serialize;

use crate::App;

/// One thing that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct DoctorCheck {
    /// What was looked at.
    pub name: &'static str,
    /// Whether it is well.
    pub ok: bool,
    /// What was found.
    pub detail: String,
}

impl App {
    /// Looks at database, schema, key and connections. Changes nothing.
    pub async fn doctor(&self) -> Vec<DoctorCheck> {
        let mut checks = Vec::new();
        match self.store.ping().await {
            Ok(()) => checks.push(good("database", self.store.engine_name().to_owned())),
            Err(error) => checks.push(bad("database", error.to_string())),
        }
        let organisations = match self.store.organisations().await {
            Ok(organisations) => {
                checks.push(good(
                    "schema",
                    format!("{} organisations", organisations.len()),
                ));
                organisations
            }
            Err(error) => {
                checks.push(bad("schema", error.to_string()));
                Vec::new()
            }
        };
        let mut opened = 0;
        let mut trouble = Vec::new();
        for org in &organisations {
            match self.store.connection(org.id).await {
                Ok(None) => {}
                Ok(Some(stored)) => match self.connector_of(org, &stored) {
                    Ok(_) => opened += 1,
                    Err(failure) => trouble.push(format!("{}: {failure}", org.slug)),
                },
                Err(error) => trouble.push(format!("{}: {error}", org.slug)),
            }
        }
        checks.push(if trouble.is_empty() {
            good(
                "key",
                format!("opens the credentials of {opened} connections"),
            )
        } else {
            bad("key", trouble.join(" "))
        });
        checks
    }
}

fn good(name: &'static str, detail: String) -> DoctorCheck {
    DoctorCheck {
        name,
        ok: true,
        detail,
    }
}

fn bad(name: &'static str, detail: String) -> DoctorCheck {
    DoctorCheck {
        name,
        ok: false,
        detail,
    }
}
