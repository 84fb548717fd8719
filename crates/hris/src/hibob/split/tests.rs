use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

const LIMITS: SplitLimits = SplitLimits {
    element_bytes: 1024,
    depth: 8,
    elements: 1000,
    body_bytes: 1 << 20,
};

fn split_in(chunks: &[&[u8]]) -> Result<Vec<String>, Fault> {
    let mut splitter = Splitter::new(LIMITS);
    let mut elements = Vec::new();
    for chunk in chunks {
        splitter.feed(chunk, |element| {
            elements.push(String::from_utf8_lossy(element).into_owned());
        })?;
        assert!(
            splitter.held() <= 2 * LIMITS.element_bytes,
            "holds {}",
            splitter.held()
        );
    }
    splitter.finish()?;
    Ok(elements)
}

fn split(text: &str) -> Result<Vec<String>, Fault> {
    split_in(&[text.as_bytes()])
}

#[test]
fn employees_are_found_among_other_keys_in_any_layout() {
    for (text, elements) in [
        (r#"{"employees":[]}"#, vec![]),
        (
            r#"{"employees":[{"a":1},{"b":[2,{"c":"]}"}]}]}"#,
            vec![r#"{"a":1}"#, r#"{"b":[2,{"c":"]}"}]}"#],
        ),
        (
            "\u{feff} \r\n{ \"employees\"\t: [ {} , {\n} ] } \n",
            vec!["{}", "{\n}"],
        ),
        (
            r#"{"x":{"employees":[9]},"employees":[{}],"y":[1,"}"],"z":null}"#,
            vec!["{}"],
        ),
        (
            r#"{"x":"\\","y":-1.5e+3,"z":true,"employees":[1,"a",null,[],{}]}"#,
            vec!["1", "\"a\"", "null", "[]", "{}"],
        ),
        (
            r#"{"employees":[{"a":"\"\\\\\"}{][","b":"\\"}]}"#,
            vec![r#"{"a":"\"\\\\\"}{][","b":"\\"}"#],
        ),
        (r#"{"\u0065mployee\u0073":[{}]}"#, vec!["{}"]),
        (
            r#"{"employees\\":1,"employeesss":2,"employees":[{}]}"#,
            vec!["{}"],
        ),
        (r#"{"a":1 ,"employees":[1 , 2 ]}"#, vec!["1", "2"]),
    ] {
        assert_eq!(split(text).unwrap(), elements, "{text}");
        let bytes: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(split_in(&bytes).unwrap(), elements, "{text} byte by byte");
    }
}

#[test]
fn what_is_no_answer_is_refused_with_its_reason() {
    for (text, fault) in [
        ("", Fault::Incomplete),
        ("  \n", Fault::Incomplete),
        ("<!DOCTYPE html>", Fault::NotJson),
        ("\0\0\0\0", Fault::NotJson),
        ("\u{feff}\u{feff}{}", Fault::NotJson),
        ("upstream timed out", Fault::NotJson),
        ("null", Fault::NotJson),
        ("[{}]", Fault::NoEmployees),
        ("\"x\"", Fault::NoEmployees),
        ("{}", Fault::NoEmployees),
        (r#"{"key":"x","error":"no"}"#, Fault::NoEmployees),
        (r#"{"employees":null}"#, Fault::NoEmployees),
        (r#"{"employees":{"a":1}}"#, Fault::NoEmployees),
        (r#"{"employees":"[]"}"#, Fault::NoEmployees),
        (r#"{"employees":[],"employees":[]}"#, Fault::TwoEmployees),
        (
            r#"{"employees":[],"\u0065mployees":[]}"#,
            Fault::TwoEmployees,
        ),
        (r#"{"employees":[]}x"#, Fault::NotJson),
        (r#"{"employees":[]}{}"#, Fault::NotJson),
        (r#"{"employees":[{}{}]}"#, Fault::NotJson),
        (r#"{"employees":[{},]}"#, Fault::NotJson),
        (r#"{"employees":[,{}]}"#, Fault::NotJson),
        (r#"{"employees":[{}],}"#, Fault::NotJson),
        (r#"{"employees" [{}]}"#, Fault::NotJson),
        (r#"{"employees":[{"a":[}]}]}"#, Fault::NotJson),
        (r#"{"employees":[{"a":1]]}"#, Fault::NotJson),
        ("{employees:[]}", Fault::NotJson),
        (r#"{"a":,"employees":[]}"#, Fault::NotJson),
    ] {
        assert_eq!(split(text), Err(fault), "{text}");
    }
}

#[test]
fn every_limit_is_kept() {
    let element = |size: usize| format!(r#"{{"employees":["{}"]}}"#, "x".repeat(size - 2));
    assert_eq!(split(&element(1024)).unwrap()[0].len(), 1024);
    assert_eq!(split(&element(1025)), Err(Fault::TooLarge));
    let text = element(5000);
    let chunks: Vec<&[u8]> = text.as_bytes().chunks(100).collect();
    assert_eq!(split_in(&chunks), Err(Fault::TooLarge));

    let nested = |depth: usize| {
        format!(
            r#"{{"employees":[{}{}]}}"#,
            "[".repeat(depth),
            "]".repeat(depth)
        )
    };
    assert!(split(&nested(8)).is_ok());
    assert_eq!(split(&nested(9)), Err(Fault::TooDeep));

    let many = |count: usize| format!(r#"{{"employees":[{}]}}"#, vec!["1"; count].join(","));
    assert_eq!(split(&many(1000)).unwrap().len(), 1000);
    assert_eq!(split(&many(1001)), Err(Fault::TooMany));

    let long = format!(r#"{{"x":"{}","employees":[]}}"#, "x".repeat(1 << 20));
    assert_eq!(split(&long), Err(Fault::TooLong));
    let blank = format!("{{{}\"employees\":[]}}", " ".repeat(70_000));
    assert_eq!(split(&blank), Err(Fault::TooLarge));
}

#[test]
fn what_is_skipped_has_a_limit_of_its_own() {
    let limits = SplitLimits {
        body_bytes: u64::MAX,
        ..LIMITS
    };
    let mut splitter = Splitter::new(limits);
    splitter.feed(br#"{"x":""#, |_| {}).unwrap();
    let chunk = vec![b'x'; 1 << 20];
    let refused = (0..100).find_map(|_| splitter.feed(&chunk, |_| {}).err());
    assert_eq!(refused, Some(Fault::TooLarge));
}

#[test]
fn an_answer_cut_at_any_byte_is_incomplete() {
    let text = "\u{feff}{\"a\":[1,\"\\\"\"],\"employees\":[{\"id\":\"1\",\"é\":\"\\u00e9\"}, 7,{}],\"b\":{}}";
    assert!(split(text).is_ok());
    for end in 0..text.len() {
        let cut = split_in(&[&text.as_bytes()[..end]]);
        assert_eq!(cut, Err(Fault::Incomplete), "cut at {end}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~é\\\\\"{}\\[\\],:\n]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("[a-z\\\\\"{}]{0,6}", inner, 0..4)
                .prop_map(|map| json!(map)),
        ]
    })
}

proptest! {
    #[test]
    fn any_chunking_gives_the_same_elements_as_a_json_reader(
        elements in prop::collection::vec(any_json(), 0..8),
        before in any_json(),
        after in any_json(),
        pretty in any::<bool>(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..20),
    ) {
        let members = [("a", &before), ("employees", &json!(elements)), ("z", &after)]
            .map(|(key, value)| {
                let value = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
                format!("\"{key}\":{}", value.unwrap())
            });
        let text = format!("{{{}}}", members.join(","));
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(text.len())).collect();
        cuts.extend([0, text.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|cut| &text.as_bytes()[cut[0]..cut[1]]).collect();
        let found = split_in(&chunks).unwrap();
        let found: Vec<Value> = found.iter().map(|element| serde_json::from_str(element).unwrap()).collect();
        prop_assert_eq!(found, elements);
    }

    #[test]
    fn any_bytes_are_split_or_refused_the_same_in_any_chunking(
        text in "[{}\\[\\]\",: \\\\aemploys1]{0,60}",
        head in prop_oneof![Just(""), Just("{\"employees\":["), Just("{\"employees\":[{\"a\":\"")],
        size in 1_usize..7,
    ) {
        let text = format!("{head}{text}");
        let chunks: Vec<&[u8]> = text.as_bytes().chunks(size).collect();
        prop_assert_eq!(split_in(&chunks), split(&text));
        if serde_json::from_str::<Value>(&text).is_ok_and(|value| value["employees"].is_array()) {
            prop_assert!(matches!(split(&text), Ok(_) | Err(Fault::TwoEmployees)));
        }
    }
}

#[test]
fn the_first_quote_or_backslash_is_found_wherever_it_stands() {
    for filler in ["x", "\0", "#", "]", "!", "é", "\u{ff}"] {
        for at in 0..70 {
            let before = filler.repeat(at);
            for stop in ["\"\\", "\\\"", "\"#", "\\]"] {
                let text = format!("{before}{stop}{before}");
                assert_eq!(
                    quote_or_backslash(text.as_bytes()),
                    Some(before.len()),
                    "{text}"
                );
            }
            assert_eq!(quote_or_backslash(before.as_bytes()), None);
        }
    }
}
