//! Questions before something that is not easily taken back.

use axum::{extract::Path, response::Response};

use super::{AskPage, named};
use crate::{
    door::Admin,
    oops::Oops,
    shell::{Part, Shell, page},
};

/// What a question is made of: the first part of the names of its texts.
struct Question {
    text: &'static str,
    /// The last part of the address.
    act: &'static str,
    lines: &'static [&'static str],
    is_grave: bool,
}

const ARCHIVE: Question = Question {
    text: "ask-archive",
    act: "archive",
    lines: &["ask-archive-1", "ask-archive-2"],
    is_grave: true,
};
const RESTORE: Question = Question {
    text: "ask-restore",
    act: "restore",
    lines: &["ask-restore-1"],
    is_grave: false,
};
const ERASE: Question = Question {
    text: "ask-erase",
    act: "erase",
    lines: &["ask-erase-1", "ask-erase-2"],
    is_grave: true,
};
const UNLINK: Question = Question {
    text: "ask-unlink",
    act: "unlink",
    lines: &["ask-unlink-1", "ask-unlink-2"],
    is_grave: false,
};

async fn ask(
    admin: &Admin,
    id: &str,
    question: &Question,
    choice: Option<(&'static str, String, bool)>,
) -> Result<Response, Oops> {
    let person = admin.app.person(&admin.org, id).await?;
    let name = named(&person);
    let text = |suffix: &str| {
        let key = format!("{}{suffix}", question.text);
        admin.t1(&key, "name", name.as_str())
    };
    let choice = choice.filter(|_| person.hris_id.is_some());
    page(&AskPage {
        shell: Shell::of(admin, Part::People, text("-title")).await?,
        question: text("-title"),
        words: question.lines.iter().map(|line| admin.t(line)).collect(),
        address: format!("/admin/people/{}/{}", person.id, question.act),
        button: text("-button"),
        is_grave: question.is_grave,
        choice,
        back: format!("/admin/people/{}", person.id),
    })
}

pub(super) async fn archive(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    ask(&admin, &id, &ARCHIVE, None).await
}

pub(super) async fn restore(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    let keep = ("keep", admin.t("ask-restore-keep"), false);
    ask(&admin, &id, &RESTORE, Some(keep)).await
}

pub(super) async fn erase(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    ask(&admin, &id, &ERASE, None).await
}

pub(super) async fn unlink(admin: Admin, Path(id): Path<String>) -> Result<Response, Oops> {
    ask(&admin, &id, &UNLINK, None).await
}
