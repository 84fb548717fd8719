use proptest::prelude::*;

use super::*;

#[test]
fn ordinary_and_international_addresses_are_kept_as_given() {
    for address in [
        "ann@example.com",
        "Ann.Lee@Example.COM",
        "ann+books@example.com",
        "o'neil@example.ie",
        "x_!#$%&*/=?^`{|}~-@a-b.co",
        "jørgen@bücher.example",
        "用户@例子.广告",
        "अजय@डाटा.भारत",
        "ann@xn--bcher-kva.example",
        "ann@1and1.de",
        "ann@l·l.cat",
    ] {
        let email = Email::parse(address).unwrap_or_else(|e| panic!("{address}: {e}"));
        assert_eq!(email.as_str(), address);
        assert_eq!(email.to_string(), address);
    }
}

#[test]
fn blanks_and_zero_width_characters_around_do_not_count() {
    for text in [
        " ann@example.com ",
        "\tann@example.com\r\n",
        "\u{feff}ann@example.com\u{200b}",
        "\u{a0}ann@example.com\u{3000}",
    ] {
        assert_eq!(
            Email::parse(text).unwrap().as_str(),
            "ann@example.com",
            "{text:?}"
        );
        assert_eq!(email_key(text), "ann@example.com", "{text:?}");
    }
}

#[test]
fn case_and_unicode_form_do_not_make_another_address() {
    for (a, b) in [
        ("Ann@Example.com", "ANN@EXAMPLE.COM"),
        ("zoe\u{308}@example.com", "ZOË@example.com"),
        ("straße@example.com", "STRASSE@example.com"),
        ("ann@BÜCHER.example", "ann@bu\u{308}cher.example"),
    ] {
        assert_eq!(
            Email::parse(a).unwrap().key(),
            Email::parse(b).unwrap().key(),
            "{a} {b}"
        );
    }
    assert_eq!(
        Email::parse("Ann@Bücher.Example").unwrap().domain_key(),
        "bücher.example"
    );
}

#[test]
fn plus_tags_accents_and_look_alikes_make_another_address() {
    for (a, b) in [
        ("ann@example.com", "ann+a@example.com"),
        ("ann+a@example.com", "ann+b@example.com"),
        ("zoe@example.com", "zoë@example.com"),
        ("admin@example.com", "аdmin@example.com"),
        ("a.nn@example.com", "ann@example.com"),
    ] {
        assert_ne!(email_key(a), email_key(b), "{a} {b}");
    }
}

#[test]
fn what_is_no_address_is_refused_with_the_reason() {
    for (text, error) in [
        ("", EmailError::Empty),
        (" \u{200b}\n", EmailError::Empty),
        ("ann", EmailError::NoAt),
        ("ann.example.com", EmailError::NoAt),
        ("ann@@example.com", EmailError::SeveralAt),
        ("ann@a.com@b.com", EmailError::SeveralAt),
        ("@example.com", EmailError::Local),
        (".ann@example.com", EmailError::Local),
        ("ann.@example.com", EmailError::Local),
        ("a..b@example.com", EmailError::Local),
        ("ann@", EmailError::Domain),
        ("ann@.example.com", EmailError::Domain),
        ("ann@example.com.", EmailError::Domain),
        ("ann@example..com", EmailError::Domain),
        ("ann@-a.com", EmailError::Domain),
        ("ann@a-.com", EmailError::Domain),
        ("ann@a_b.com", EmailError::Domain),
        ("ann@localhost", EmailError::Domain),
        ("ann@127.0.0.1", EmailError::Domain),
        ("ann@example。com", EmailError::Domain),
        ("ann lee@example.com", EmailError::Blank),
        ("ann@exam\u{a0}ple.com", EmailError::Blank),
        (
            "ann@example.com\r\nBcc: eve@evil.example",
            EmailError::Control,
        ),
        ("ann\n@example.com", EmailError::Control),
        ("ann\0@example.com", EmailError::Control),
        ("a\u{200b}nn@example.com", EmailError::Control),
        ("a\u{202e}nn@example.com", EmailError::Control),
        ("ann\u{2028}@example.com", EmailError::Control),
        ("<ann@example.com>", EmailError::Character('<')),
        ("mailto:ann@example.com", EmailError::Character(':')),
        (
            "ann@example.com,bob@example.com",
            EmailError::Character(','),
        ),
        (
            "ann@example.com;bob@example.com",
            EmailError::Character(';'),
        ),
        ("\"ann\"@example.com", EmailError::Character('"')),
        ("ann(x)@example.com", EmailError::Character('(')),
        ("ann@[10.0.0.1]", EmailError::Character('[')),
        ("ann\\@example.com", EmailError::Character('\\')),
        ("ann＠example.com", EmailError::Character('＠')),
        ("ann＜x@example.com", EmailError::Character('＜')),
        ("a\u{e000}@example.com", EmailError::Character('\u{e000}')),
    ] {
        assert_eq!(Email::parse(text), Err(error), "{text:?}");
        assert_eq!(error.is_suspicious(), error == EmailError::Control);
    }
}

#[test]
fn lengths_are_those_of_smtp() {
    let label = "a".repeat(62);
    let domain = format!("{label}.{label}.{label}");
    let local = "b".repeat(64);
    assert!(Email::parse(&format!("{local}@example.com")).is_ok());
    assert_eq!(
        Email::parse(&format!("{local}b@example.com")),
        Err(EmailError::TooLong)
    );
    let full = format!("{}@{domain}.de", "b".repeat(254 - 1 - domain.len() - 3));
    assert_eq!(full.len(), 254);
    assert!(Email::parse(&full).is_ok());
    assert_eq!(Email::parse(&format!("b{full}")), Err(EmailError::TooLong));
    assert!(Email::parse(&format!("a@{}.com", "x".repeat(63))).is_ok());
    assert_eq!(
        Email::parse(&format!("a@{}.com", "x".repeat(64))),
        Err(EmailError::Domain)
    );
}

#[test]
fn json_has_the_address_and_refuses_others() {
    let email: Email = serde_json::from_str("\" Ann@Example.com\"").unwrap();
    assert_eq!(
        serde_json::to_string(&email).unwrap(),
        "\"Ann@Example.com\""
    );
    assert!(serde_json::from_str::<Email>("\"ann\"").is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        let _ = Email::parse(&text);
        let key = email_key(&text);
        prop_assert_eq!(email_key(&key), key);
    }

    #[test]
    fn a_read_address_reads_the_same_again(text in "[ \\PC]{0,20}@[\\PC]{1,10}\\.[a-z]{2,4}") {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
            prop_assert_eq!(email_key(&text), email.key());
            prop_assert!(email.as_str().len() <= 254);
            prop_assert!(!email.as_str().chars().any(|c| c.is_control() || c.is_whitespace()));
        }
    }

    #[test]
    fn ordinary_addresses_are_read(text in "[a-z0-9_+-]{1,20}(\\.[a-z0-9]{1,5})?@[a-z0-9]{1,20}\\.(com|de|co\\.uk)") {
        prop_assert!(Email::parse(&text).is_ok());
    }
}
