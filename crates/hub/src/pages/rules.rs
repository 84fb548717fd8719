//! Rules and safeguards.

use app::Failure;
use askama::Template;
use axum::{Router, extract::RawQuery, http::StatusCode, response::Response, routing::get};
use serde_json::{Value, json};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Shell, go, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new().route("/admin/settings/rules", get(show).post(save))
}

/// A safeguard as the page shows it: what is held, and the two numbers that both must be passed.
struct Guard {
    what: &'static str,
    percent: &'static str,
    floor: &'static str,
}

const GUARDS: [Guard; 7] = [
    Guard {
        what: "Archived by one sync, of the active people who are linked",
        percent: "archive_percent",
        floor: "archive_floor",
    },
    Guard {
        what: "Archived within a week",
        percent: "archive_week_percent",
        floor: "archive_week_floor",
    },
    Guard {
        what: "Another email or HiBob ID",
        percent: "identity_percent",
        floor: "identity_floor",
    },
    Guard {
        what: "Another approver",
        percent: "approver_percent",
        floor: "approver_floor",
    },
    Guard {
        what: "Another group",
        percent: "group_percent",
        floor: "group_floor",
    },
    Guard {
        what: "Added by one sync, after the first",
        percent: "added_percent",
        floor: "added_floor",
    },
    Guard {
        what: "Missing from HiBob's answer",
        percent: "missing_percent",
        floor: "missing_floor",
    },
];

#[derive(Template)]
#[template(path = "rules.html")]
struct RulesPage {
    shell: Shell,
    /// The policy, or what was typed, by name.
    values: Value,
    error: Option<Failure>,
    done: bool,
}

impl RulesPage {
    fn is_on(&self, name: &str) -> bool {
        self.values[name] == json!(true)
    }

    fn is_start_of_day(&self) -> bool {
        self.values["archive_at"] == json!("start_of_day")
    }

    fn text(&self, name: &str) -> String {
        shown(&self.values[name])
    }

    fn number(&self, name: &str) -> String {
        shown(&self.values["safeguards"][name])
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

async fn show(admin: Admin, RawQuery(query): RawQuery) -> Result<Response, Oops> {
    page(&RulesPage {
        shell: Shell::of(&admin, "Settings", "Rules and safeguards").await?,
        values: policy_of(&admin).await?,
        error: None,
        done: Form::of_query(query.as_deref()).has("done"),
    })
}

async fn policy_of(admin: &Admin) -> Result<Value, Oops> {
    let policy = admin.app.policy(&admin.org).await?;
    serde_json::to_value(&policy).map_err(|error| Oops::internal(&error.to_string()))
}

async fn save(admin: Admin, form: Form) -> Result<Response, Oops> {
    let mut values = policy_of(&admin).await?;
    let number = |name: &str| match form.maybe(name) {
        None => Value::Null,
        Some(text) => text
            .parse::<u32>()
            .map_or_else(|_| json!(text), |number| json!(number)),
    };
    values["archive_at"] = json!(if form.text("archive_at") == "start_of_day" {
        "start_of_day"
    } else {
        "end_of_day"
    });
    for name in [
        "keep_manual_groups",
        "use_preferred_name",
        "archive_inactive",
    ] {
        values[name] = json!(form.has(name));
    }
    values["archive_missing_after_runs"] = number("archive_missing_after_runs");
    for guard in &GUARDS {
        for name in [guard.percent, guard.floor] {
            values["safeguards"][name] = number(name);
        }
    }
    match admin.app.put_policy(&admin.org, &values.to_string()).await {
        Ok(_) => Ok(go("/admin/settings/rules?done")),
        Err(failure) if failure.code == "invalid_policy" => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &RulesPage {
                shell: Shell {
                    is_wrong: true,
                    ..Shell::of(&admin, "Settings", "Rules and safeguards").await?
                },
                values,
                error: Some(Failure {
                    mend: "Each of these is a whole number.".to_owned(),
                    ..failure
                }),
                done: false,
            },
        ),
        Err(failure) => Err(failure.into()),
    }
}
