//! Every language says everything, and everything that pages ask for is there.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Message, Pattern, PatternElement};

use texts::{ENGLISH, Files, GERMAN, Lang};

/// The messages of a language: each with what it needs and how many links it has.
fn messages(files: Files) -> BTreeMap<String, (BTreeSet<String>, usize, String)> {
    let mut found = BTreeMap::new();
    for (file, text) in files {
        let resource = fluent_syntax::parser::parse(*text)
            .unwrap_or_else(|(_, errors)| panic!("{file}: {errors:?}"));
        for entry in resource.body {
            let Entry::Message(Message {
                id,
                value: Some(value),
                ..
            }) = entry
            else {
                continue;
            };
            let mut words = String::new();
            let mut needs = BTreeSet::new();
            gather(&value, &mut needs, &mut words);
            let links = words.matches('[').count();
            let old = found.insert(id.name.to_owned(), (needs, links, words));
            assert!(old.is_none(), "{file}: {} is there twice", id.name);
        }
    }
    found
}

fn gather(pattern: &Pattern<&str>, needs: &mut BTreeSet<String>, words: &mut String) {
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => words.push_str(value),
            PatternElement::Placeable { expression } => match expression {
                Expression::Inline(inline) => need(inline, needs),
                Expression::Select { selector, variants } => {
                    need(selector, needs);
                    for variant in variants {
                        gather(&variant.value, needs, words);
                    }
                }
            },
        }
    }
}

fn need(inline: &InlineExpression<&str>, needs: &mut BTreeSet<String>) {
    if let InlineExpression::VariableReference { id } = inline {
        needs.insert(id.name.to_owned());
    }
}

#[test]
fn every_language_says_everything_with_the_same_parts() {
    let (english, german) = (messages(ENGLISH), messages(GERMAN));
    let missing: Vec<_> = english
        .keys()
        .filter(|key| !german.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "not in German: {missing:?}");
    let alone: Vec<_> = german
        .keys()
        .filter(|key| !english.contains_key(*key))
        .collect();
    assert!(alone.is_empty(), "only in German: {alone:?}");
    for (key, (needs, links, _)) in &english {
        let (needs_in_german, links_in_german, _) = &german[key];
        assert_eq!(needs, needs_in_german, "{key}");
        assert_eq!(links, links_in_german, "links of {key}");
    }
}

#[test]
fn nothing_was_left_in_english() {
    let (english, german) = (messages(ENGLISH), messages(GERMAN));
    // What has several words and is the same in both has been forgotten.
    let same: Vec<_> = english
        .iter()
        .filter(|(key, (_, _, words))| german[*key].2 == *words)
        .filter(|(_, (_, _, words))| words.trim().split(' ').count() > 2)
        .map(|(key, _)| key)
        .filter(|key| !key.starts_with("months"))
        .collect();
    assert!(same.is_empty(), "{same:?}");
}

/// All files of a folder.
fn texts_in(folder: &Path, ending: &str) -> String {
    let mut all = String::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.push_str(&texts_in(&path, ending));
        } else if path.extension().is_some_and(|found| found == ending) {
            all.push_str(&std::fs::read_to_string(path).unwrap());
        }
    }
    all
}

fn templates_and_code() -> (String, String) {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let templates = texts_in(&here.join("templates"), "html");
    let code = texts_in(&here.join("src"), "rs") + &texts_in(&here.join("../app/src/mails"), "rs");
    (templates, code)
}

#[test]
fn everything_that_is_asked_for_is_there() {
    let known = messages(ENGLISH);
    let (templates, code) = templates_and_code();
    let calls = [
        ".t(\"",
        ".t1(\"",
        ".t2(\"",
        ".link(\"",
        ".links(\"",
        ".maybe_day(person.start_date, \"",
        "Shell::of_nobody(&visitor, \"",
        "Detail::Text(\"",
    ];
    let mut asked = 0;
    for source in [&templates, &code] {
        for call in calls {
            for rest in source.split(call).skip(1) {
                let key = rest.split('"').next().unwrap();
                asked += 1;
                assert!(
                    known.contains_key(key),
                    "{key:?} is asked for and not there"
                );
            }
        }
    }
    assert!(asked > 300, "only {asked} texts are asked for");
}

#[test]
fn everything_that_is_there_is_asked_for() {
    let (templates, code) = templates_and_code();
    // Lists whose names are put together.
    let lists = [
        "action-",
        "by-",
        "code-",
        "connection-",
        "done-",
        "entry-",
        "field-",
        "finding-",
        "invitation-",
        "job-",
        "left-",
        "mail-",
        "outcome-",
        "seen-",
        "source-",
        "status-",
        "tab-",
        "task-",
        "read-",
        "check-",
        "start-",
        "ask-",
        "card-",
        "help-",
        "letter-",
    ];
    let own = ENGLISH.iter().filter(|(file, _)| !file.starts_with("said"));
    for (file, text) in own {
        let resource = fluent_syntax::parser::parse(*text).unwrap();
        for entry in resource.body {
            let Entry::Message(message) = entry else {
                continue;
            };
            let key = message.id.name;
            let is_used = [&templates, &code]
                .iter()
                .any(|source| source.contains(&format!("\"{key}\"")));
            let is_of_list = lists.iter().any(|list| key.starts_with(list));
            assert!(is_used || is_of_list, "{file}: nobody asks for {key}");
        }
    }
}

#[test]
fn every_word_of_a_closed_list_has_a_name() {
    let known = messages(ENGLISH);
    let mut keys: Vec<String> = Vec::new();
    macro_rules! lists {
        ($($name:literal: $list:ty),* $(,)?) => {$(
            keys.extend(<$list>::ALL.iter().map(|word| format!("{}-{word}", $name)));
        )*};
    }
    lists! {
        "status": domain::Status, "source": domain::Source, "invitation": domain::InvitationState,
        "action": domain::Action, "mail": domain::MailState, "finding": domain::FindingOutcome,
        "field": domain::PersonField, "left": domain::LeftOutCode, "by": domain::ArchivedBy,
        "code": domain::Code, "job": domain::JobKind, "job-state": domain::JobState,
        "start": domain::JobKind, "check": domain::JobKind, "job-done": domain::JobKind,
        "task": domain::TaskKind, "read": domain::Field, "entry": domain::EntryKind,
    }
    for state in [
        "not_connected",
        "connected",
        "syncing",
        "synced",
        "held",
        "failing",
        "paused",
    ] {
        keys.push(format!("connection-{state}"));
    }
    for outcome in [
        "added",
        "updated",
        "archived",
        "restored",
        "unchanged",
        "upcoming",
        "out_of_scope",
        "skipped",
    ] {
        keys.push(format!("outcome-{outcome}"));
    }
    for name in app::MAILS {
        keys.push(format!("mail-{name}"));
        keys.push(format!("mail-{name}-about"));
    }
    for (_, name) in app::fields_read() {
        keys.push(format!("read-{name}"));
    }
    let missing: Vec<_> = keys
        .iter()
        .filter(|key| !known.contains_key(*key))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn templates_say_nothing_by_themselves() {
    let (templates, _) = templates_and_code();
    // What is not markup, an expression or the product's own name comes from the texts.
    let mut text = String::new();
    let mut rest = templates.as_str();
    while let Some(start) = rest.find(['{', '<']) {
        text.push_str(&rest[..start]);
        text.push(' ');
        let end = match &rest[start..=start + 1] {
            "{{" => "}}",
            "{%" => "%}",
            "{#" => "#}",
            _ => ">",
        };
        let after = rest[start..]
            .find(end)
            .map_or(rest.len(), |at| start + at + end.len());
        rest = &rest[after..];
    }
    let known = [
        "rollcall", "org", "create", "admin", "Acme", "acme", "you", "example", "Rollcall",
        "HiBob", "Admin", "Hub", "nbsp", "amp", "email", "first", "name", "last", "country",
        "start", "date", "end", "title", "link", "regions", "j", "k", "x", "g", "h", "p",
    ];
    let words = text.split(|letter: char| !letter.is_alphabetic());
    let own: BTreeSet<&str> = words
        .filter(|word| !word.is_empty() && !known.contains(word))
        .collect();
    assert!(own.is_empty(), "{own:?}");
}

#[test]
fn words_that_nobody_says_are_not_said() {
    let own = ENGLISH.iter().filter(|(file, _)| !file.starts_with("said"));
    for (file, text) in own {
        let lower = text.to_lowercase();
        for word in [
            "invalid",
            "oops!",
            "entity",
            "payload",
            "deprovision",
            "quarantine",
            "please try",
        ] {
            let said = lower.lines().any(|line| {
                let words = line.split_once(" = ").map_or(line, |(_, words)| words);
                !line.starts_with('#') && words.contains(word)
            });
            assert!(!said, "{file} says {word:?}");
        }
    }
}

#[test]
fn what_business_code_says_of_reasons_is_said_in_german() {
    for code in domain::Code::ALL {
        assert!(Lang::knows(code.mend()), "{code}: {}", code.mend());
        assert_ne!(Lang::German.said(code.mend()), code.mend(), "{code}");
    }
    let german = Lang::German.said("The last day, 2026-03-01, is over.");
    assert!(
        german.contains("2026-03-01") && !german.contains("last"),
        "{german}"
    );
    assert_eq!(
        Lang::German.said("Nobody knows this."),
        "Nobody knows this."
    );
}

#[test]
fn numbers_money_and_days_are_written_as_in_the_language() {
    let (english, german) = (Lang::English, Lang::German);
    assert_eq!(english.number(1_234_567), "1,234,567");
    assert_eq!(german.number(1_234_567), "1.234.567");
    assert_eq!(english.money("-1234.50", "EUR"), "−1,234.50 EUR");
    assert_eq!(german.money("1234.50", "EUR"), "1.234,50 EUR");
    assert_eq!(german.money("1234", "JPY"), "1.234 JPY");
    let day = "2026-03-05".parse().unwrap();
    assert_eq!(english.day(day), "5 Mar 2026");
    assert_eq!(german.day(day), "5. März 2026");
    assert_eq!(english.t1("people-match", "n", 4312_u64), "4,312 people");
    assert_eq!(english.t1("people-match", "n", 1_u64), "1 person");
}

#[test]
fn a_browser_gets_what_it_would_like_best() {
    for (accepted, lang) in [
        ("de-AT,de;q=0.9,en;q=0.8", Lang::German),
        ("en-GB,en;q=0.9,de;q=0.5", Lang::English),
        ("fr,it", Lang::English),
        ("", Lang::English),
        ("de", Lang::German),
        ("%%%", Lang::English),
    ] {
        assert_eq!(Lang::wanted(accepted), lang, "{accepted}");
    }
}
