//! Dates without a time.

use jiff::civil::Date;

/// Why a text is no date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Nothing but blanks.
    #[error("the date is empty")]
    Empty,
    /// Not written as year-month-day: day or month may come first, which cannot be told.
    #[error("the date is not written as YYYY-MM-DD")]
    Format,
    /// A time of day that is not midnight: which day it is depends on a time zone nobody told.
    #[error("the date has a time of day")]
    TimeOfDay,
    /// A day that no calendar has, such as 31 February.
    #[error("there is no such day")]
    NoSuchDay,
    /// Before 1900-01-01 or after 2200-12-31. HRISs write 0001-01-01 or 9999-12-31 for "none".
    #[error("the date is before 1900 or after 2200")]
    OutOfRange,
}

/// Reads a date as an HRIS's machine values have it: `YYYY-MM-DD`, from 1900-01-01 to 2200-12-31.
///
/// The same day with midnight behind it (`2024-05-01T00:00:00`, also with fractions of zero and a
/// zone) is that day as written: some tools cannot write a date alone. Any other time of day is an
/// error, and so is any other order of day, month and year; readable dates of HiBob are
/// `DD/MM/YYYY` or `MM/DD/YYYY` by the reader's locale and cannot be told apart.
pub fn date(text: &str) -> Result<Date, DateError> {
    let text = domain::text::trim(text);
    if text.is_empty() {
        return Err(DateError::Empty);
    }
    let (day, time) = text
        .as_bytes()
        .split_at_checked(10)
        .ok_or(DateError::Format)?;
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = day else {
        return Err(DateError::Format);
    };
    let year = number(&[y1, y2, y3, y4])?;
    let month = number(&[m1, m2])?;
    let day = number(&[d1, d2])?;
    check_midnight(time)?;
    let narrow = |number: i16| i8::try_from(number).map_err(|_| DateError::NoSuchDay);
    if year == 0 {
        return Err(DateError::OutOfRange);
    }
    let date = Date::new(year, narrow(month)?, narrow(day)?).map_err(|_| DateError::NoSuchDay)?;
    if (1900..=2200).contains(&year) {
        Ok(date)
    } else {
        Err(DateError::OutOfRange)
    }
}

fn number(digits: &[u8]) -> Result<i16, DateError> {
    digits.iter().try_fold(0, |number: i16, digit| match digit {
        b'0'..=b'9' => Ok(number * 10 + i16::from(digit - b'0')),
        _ => Err(DateError::Format),
    })
}

/// What may follow the day: nothing, or `T` (or a blank) and midnight with or without a zone.
fn check_midnight(time: &[u8]) -> Result<(), DateError> {
    let [separator, clock @ ..] = time else {
        return Ok(());
    };
    if !matches!(separator, b'T' | b't' | b' ') {
        return Err(DateError::Format);
    }
    let zone = clock
        .iter()
        .position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-'));
    let (clock, zone) = clock.split_at(zone.unwrap_or(clock.len()));
    let known_zone = match zone {
        [] | [b'Z' | b'z'] => true,
        [_, offset @ ..] => {
            matches!(offset.len(), 2 | 4 | 5)
                && offset
                    .iter()
                    .all(|byte| byte.is_ascii_digit() || *byte == b':')
        }
    };
    let (whole, fraction) = match clock.iter().position(|byte| *byte == b'.') {
        Some(dot) => clock.split_at(dot),
        None => (clock, &b""[..]),
    };
    let digits = |group: &[u8]| group.len() == 2 && group.iter().all(u8::is_ascii_digit);
    let groups = whole.split(|byte| *byte == b':').collect::<Vec<_>>();
    let a_clock = matches!(groups.len(), 2 | 3) && groups.iter().all(|group| digits(group));
    let a_fraction = match fraction {
        [] => true,
        [_, digits @ ..] => {
            groups.len() == 3 && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
    };
    if !known_zone || !a_clock || !a_fraction {
        return Err(DateError::Format);
    }
    let midnight = clock.iter().all(|byte| matches!(byte, b'0' | b':' | b'.'));
    if midnight {
        Ok(())
    } else {
        Err(DateError::TimeOfDay)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_day_is_read_as_written() {
        for (text, (year, month, day)) in [
            ("2024-05-01", (2024, 5, 1)),
            (" 2024-05-01\n", (2024, 5, 1)),
            ("2024-02-29", (2024, 2, 29)),
            ("2000-02-29", (2000, 2, 29)),
            ("1900-01-01", (1900, 1, 1)),
            ("2200-12-31", (2200, 12, 31)),
            ("2024-05-01T00:00:00", (2024, 5, 1)),
            ("2024-05-01T00:00", (2024, 5, 1)),
            ("2024-05-01 00:00:00.000000", (2024, 5, 1)),
            ("2024-05-01T00:00:00.000Z", (2024, 5, 1)),
            ("2024-05-01T00:00:00+02:00", (2024, 5, 1)),
            ("2024-05-01T00:00:00-0800", (2024, 5, 1)),
        ] {
            assert_eq!(
                date(text),
                Ok(jiff::civil::date(year, month, day)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn everything_else_is_an_error_with_its_reason() {
        for (text, error) in [
            ("", DateError::Empty),
            (" \t", DateError::Empty),
            ("2023-02-29", DateError::NoSuchDay),
            ("1900-02-29", DateError::NoSuchDay),
            ("2024-02-31", DateError::NoSuchDay),
            ("2024-13-01", DateError::NoSuchDay),
            ("2024-00-10", DateError::NoSuchDay),
            ("2024-01-00", DateError::NoSuchDay),
            ("0000-00-00", DateError::OutOfRange),
            ("0001-01-01", DateError::OutOfRange),
            ("1899-12-31", DateError::OutOfRange),
            ("2201-01-01", DateError::OutOfRange),
            ("9999-12-31", DateError::OutOfRange),
            ("0001-01-01T00:00:00", DateError::OutOfRange),
            ("01/05/2024", DateError::Format),
            ("2024/05/01", DateError::Format),
            ("01-05-2024", DateError::Format),
            ("20240501", DateError::Format),
            ("2024-5-1", DateError::Format),
            ("2024-05-1x", DateError::Format),
            ("+024-05-01", DateError::Format),
            ("-2024-05-01", DateError::Format),
            ("12024-05-01", DateError::Format),
            ("2024-05-011", DateError::Format),
            ("2024-05-01T", DateError::Format),
            ("2024-05-01Tnoon", DateError::Format),
            ("2024-05-01T00", DateError::Format),
            ("2024-05-01T00:00:00+", DateError::Format),
            ("2024-05-01T00:00:00[Europe/Lisbon]", DateError::Format),
            ("2024-05-01T00:00.0", DateError::Format),
            ("2024-05-01T23:00:00Z", DateError::TimeOfDay),
            ("2024-05-01 00:00:01", DateError::TimeOfDay),
            ("２０２４-05-01", DateError::Format),
            ("tomorrow", DateError::Format),
            ("first of May", DateError::Format),
            ("45413", DateError::Format),
        ] {
            assert_eq!(date(text), Err(error), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_an_error(text in any::<String>()) {
            let _ = date(&text);
        }

        #[test]
        fn any_text_like_a_date_is_a_date_or_an_error(text in "[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9:.Z+-]{0,12})?") {
            if let Ok(read) = date(&text) {
                prop_assert_eq!(read.to_string(), &text[..10]);
            }
        }

        #[test]
        fn every_day_of_three_centuries_is_read(year in 1900_i16..=2200, month in 1_i8..=12, day in 1_i8..=28) {
            let day = jiff::civil::date(year, month, day);
            prop_assert_eq!(date(&day.to_string()), Ok(day));
        }
    }
}
