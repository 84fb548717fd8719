//! Money: whole minor units of a currency, never a fraction of one.

use std::{fmt, str::FromStr};

/// A currency of ISO 4217.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

/// More than any budget, and far from where numbers end.
const MOST_DIGITS: usize = 12;

impl Currency {
    /// The three letters.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// How many digits stand behind the point.
    pub fn digits(self) -> usize {
        usize::from(self.0.exponent().unwrap_or(0))
    }

    /// An amount in minor units as a decimal number: `480.00`, `-20.00`, `1500` in yen.
    pub fn show(self, minor: i64) -> String {
        let digits = self.digits();
        let sign = if minor < 0 { "-" } else { "" };
        let text = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
        let (whole, part) = text.split_at(text.len() - digits);
        if part.is_empty() {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part}")
        }
    }

    /// A positive decimal number as minor units.
    ///
    /// # Errors
    /// One sentence: no plain decimal number, more digits behind the point than the currency has,
    /// nothing or too much.
    pub fn read(self, text: &str) -> Result<i64, String> {
        let digits = self.digits();
        let accepted = self.show(50 * 10_i64.pow(digits as u32));
        let unfit =
            || format!("{text:?} is no amount in {self}; accepted are amounts such as {accepted}");
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_number = !whole.is_empty() && all_digits(whole) && all_digits(part);
        let has_part = text.contains('.');
        if !is_number || (has_part && part.is_empty()) || part.len() > digits {
            return Err(unfit());
        }
        if whole.trim_start_matches('0').len() > MOST_DIGITS {
            return Err(format!("{text} {self} is more than anybody gets"));
        }
        let minor: i64 = format!("{whole}{part:0<digits$}")
            .parse()
            .map_err(|_| unfit())?;
        if minor == 0 {
            return Err(format!(
                "the amount is 0; accepted are amounts such as {accepted}"
            ));
        }
        Ok(minor)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("{text:?} is no currency's code of ISO 4217, such as EUR");
        let is_code = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        let found = is_code.then(|| iso_currency::Currency::from_code(text));
        let currency = found.flatten().ok_or_else(unknown)?;
        // Gold and testing codes have no minor unit, and nobody gets a budget in them.
        currency
            .exponent()
            .map(|_| Self(currency))
            .ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn each_currency_has_its_own_digits() {
        assert_eq!(currency("EUR").read("500"), Ok(50_000));
        assert_eq!(currency("EUR").read("500.5"), Ok(50_050));
        assert_eq!(currency("JPY").read("1500"), Ok(1500));
        assert_eq!(currency("KWD").read("1.234"), Ok(1234));
        assert_eq!(currency("EUR").show(-2000), "-20.00");
        assert_eq!(currency("EUR").show(5), "0.05");
        assert_eq!(currency("JPY").show(1500), "1500");
    }

    #[test]
    fn what_is_no_plain_amount_is_refused() {
        for text in [
            "",
            "-1",
            "+1",
            "1e3",
            "1,50",
            "1.",
            ".5",
            "0",
            "0.00",
            "1.234",
            " 1",
            "٣",
            "1_000",
            "NaN",
            "9999999999999",
        ] {
            assert!(currency("EUR").read(text).is_err(), "{text:?}");
        }
        assert!(currency("JPY").read("1.5").is_err());
    }

    #[test]
    fn only_currencies_people_pay_in_are_taken() {
        for code in ["eur", "EU", "EURO", "XAU", "XTS", "ABC", ""] {
            assert!(code.parse::<Currency>().is_err(), "{code:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_read_as_the_same(minor in 1_i64..1_000_000_000, code in prop::sample::select(vec!["EUR", "JPY", "KWD", "USD"])) {
            let currency = currency(code);
            prop_assert_eq!(currency.read(&currency.show(minor)), Ok(minor));
        }
    }
}
