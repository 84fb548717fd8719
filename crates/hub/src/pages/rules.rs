//! Rules and safeguards.

use app::Failure;
use askama::Template;
use axum::{Router, http::StatusCode, response::Response, routing::get};
use serde_json::{Value, json};

use crate::{
    Hub,
    door::Admin,
    form::Form,
    oops::Oops,
    shell::{Part, Shell, go_done, page, page_with},
};

pub(super) fn router() -> Router<Hub> {
    Router::new().route("/admin/settings/rules", get(show).post(save))
}

/// A safeguard as the page shows it: the name of its text, and the two numbers that both must be passed.
struct Guard {
    what: &'static str,
    percent: &'static str,
    floor: &'static str,
}

const GUARDS: [Guard; 7] = [
    Guard {
        what: "guard-archive",
        percent: "archive_percent",
        floor: "archive_floor",
    },
    Guard {
        what: "guard-week",
        percent: "archive_week_percent",
        floor: "archive_week_floor",
    },
    Guard {
        what: "guard-identity",
        percent: "identity_percent",
        floor: "identity_floor",
    },
    Guard {
        what: "guard-approver",
        percent: "approver_percent",
        floor: "approver_floor",
    },
    Guard {
        what: "guard-group",
        percent: "group_percent",
        floor: "group_floor",
    },
    Guard {
        what: "guard-added",
        percent: "added_percent",
        floor: "added_floor",
    },
    Guard {
        what: "guard-missing",
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

async fn show(admin: Admin) -> Result<Response, Oops> {
    page(&RulesPage {
        shell: Shell::of(&admin, Part::Settings, admin.t("card-rules")).await?,
        values: policy_of(&admin).await?,
        error: None,
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
        Ok(_) => Ok(go_done("/admin/settings/rules", "rules")),
        Err(failure) if failure.code == "invalid_policy" => page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &RulesPage {
                shell: Shell::of(&admin, Part::Settings, admin.t("card-rules"))
                    .await?
                    .wrong(true),
                values,
                error: Some(Failure {
                    mend: admin.t("rules-numbers"),
                    ..failure
                }),
            },
        ),
        Err(failure) => Err(failure.into()),
    }
}
