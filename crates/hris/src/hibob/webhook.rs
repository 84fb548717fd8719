//! HiBob's webhooks, version 2: whether one is genuine, and whom it names. Nothing else of it is
//! believed: what changed is read from the API.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use domain::HrisId;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256, Sha512};

/// A longer id is none that HiBob gives.
const ID_LIMIT: usize = 100;

/// What came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// HiBob tries whether anybody is there.
    Handshake,
    /// Something happened to an employee.
    Event(Event),
    /// Something that is about no employee, or that nobody can read.
    Other,
}

/// Something happened to an employee.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// To whom.
    pub employee: HrisId,
    /// The same for the same event, however often it is sent.
    pub digest: String,
}

/// Whether the signature is the one that the secret makes of the body, byte by byte as it came. Takes
/// the same time whatever is wrong.
pub fn is_genuine(secret: &str, body: &[u8], signature: &str) -> bool {
    let Ok(signature) = BASE64_STANDARD.decode(signature.trim()) else {
        return false;
    };
    Hmac::<Sha512>::new_from_slice(secret.as_bytes())
        .is_ok_and(|mac| mac.chain_update(body).verify_slice(&signature).is_ok())
}

/// Reads what came in.
pub fn read(body: &[u8]) -> Message {
    if is_ping(std::str::from_utf8(body).unwrap_or_default()) {
        return Message::Handshake;
    }
    let Ok(document) = serde_json::from_slice::<Value>(body) else {
        return Message::Other;
    };
    let is_text = |value: &Value| value.as_str().is_some_and(is_ping);
    if is_text(&document) || document.get("text").is_some_and(is_text) {
        return Message::Handshake;
    }
    match employee(&document) {
        Some(employee) => Message::Event(Event {
            digest: digest(&document, &employee, body),
            employee,
        }),
        None => Message::Other,
    }
}

fn is_ping(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("ping test")
}

/// Version 2 names the employee in `data.employeeId`, the one before it in `employee.id`. Ids are
/// text of 19 digits, and numbers only by somebody's mistake.
fn employee(document: &Value) -> Option<HrisId> {
    let found = document
        .pointer("/data/employeeId")
        .or_else(|| document.pointer("/employee/id"))?;
    let id = match found {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.as_u64()?.to_string(),
        _ => return None,
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let is_id = (1..=ID_LIMIT).contains(&id.len()) && id.chars().all(plain);
    is_id.then(|| HrisId::from(id.as_str()))
}

/// By type, employee and instant where all are there, else by all of the body.
fn digest(document: &Value, employee: &HrisId, body: &[u8]) -> String {
    let text = |key| document.get(key).and_then(Value::as_str);
    let mut hash = Sha256::new();
    match (text("type"), text("triggeredAt")) {
        (Some(kind), Some(at)) => {
            for part in [kind, employee.as_str(), at] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part.as_bytes());
            }
            // Two rows of one table may change at the same instant.
            let data = document.get("data").map(Value::to_string);
            hash.update(data.unwrap_or_default().as_bytes());
        }
        _ => hash.update(body),
    }
    BASE64_STANDARD.encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVENT: &str = r#"{"companyId":636192,"type":"employee.updated","triggeredBy":"system",
        "triggeredAt":"2026-03-02T08:15:04.120906","version":"v2",
        "data":{"employeeId":"3332883884017713938"}}"#;

    fn signed(secret: &str, body: &[u8]) -> String {
        let mac = Hmac::<Sha512>::new_from_slice(secret.as_bytes()).unwrap();
        BASE64_STANDARD.encode(mac.chain_update(body).finalize().into_bytes())
    }

    #[test]
    fn only_the_secret_signs() {
        let signature = signed("s3cret", EVENT.as_bytes());
        assert!(is_genuine("s3cret", EVENT.as_bytes(), &signature));
        assert!(!is_genuine("other", EVENT.as_bytes(), &signature));
        assert!(!is_genuine("s3cret", b"{}", &signature));
        for wrong in ["", "no base64!", "AAAA", &signature[1..]] {
            assert!(!is_genuine("s3cret", EVENT.as_bytes(), wrong), "{wrong:?}");
        }
    }

    #[test]
    fn a_handshake_comes_as_text_or_as_json() {
        for body in [
            "Ping test",
            "\"Ping test\"",
            r#"{"text":"Ping test"}"#,
            " ping test\n",
        ] {
            assert_eq!(read(body.as_bytes()), Message::Handshake, "{body:?}");
        }
    }

    #[test]
    fn an_event_names_an_employee_and_is_the_same_however_it_is_spaced() {
        let Message::Event(event) = read(EVENT.as_bytes()) else {
            panic!("an event")
        };
        assert_eq!(event.employee.as_str(), "3332883884017713938");
        let spaced = EVENT.replace(':', " : ");
        let spaced = spaced.replace("08 : 15 : 04", "08:15:04");
        assert_eq!(read(spaced.as_bytes()), Message::Event(event.clone()));
        let later = EVENT.replace("04.120906", "05.000000");
        assert_ne!(read(later.as_bytes()), Message::Event(event));
    }

    #[test]
    fn what_names_nobody_is_nothing() {
        let hostile = format!(r#"{{"data":{{"employeeId":"{}"}}}}"#, "9".repeat(101));
        for body in [
            "",
            "{}",
            "[]",
            "null",
            "\u{feff}",
            r#"{"data":{"employeeId":null}}"#,
            r#"{"data":{"employeeId":"../x"}}"#,
            r#"{"data":{"employeeId":-1}}"#,
            &hostile,
        ] {
            assert_eq!(read(body.as_bytes()), Message::Other, "{body:?}");
        }
        assert_eq!(read(&[0xff, 0xfe]), Message::Other);
    }
}
