//! Amounts as people type them.

use crate::Lang;

impl Lang {
    /// An amount in the form that business code reads, `1500.50`: without what groups thousands, and with
    /// a point before the cents. What is no amount stays as it is.
    pub fn amount(self, typed: &str) -> String {
        let text: String = typed
            .trim()
            .chars()
            .filter(|letter| !letter.is_whitespace() && *letter != '\'')
            .collect();
        let (group, point) = match self {
            Self::English => (',', '.'),
            Self::German => ('.', ','),
        };
        let groups = |text: &str| {
            let mut parts = text.split(group);
            parts.next().is_some_and(|first| !first.is_empty()) && parts.all(|part| part.len() == 3)
        };
        match (text.split_once(point), text.contains(group)) {
            (Some((whole, part)), true) if groups(whole) => {
                format!("{}.{part}", whole.replace(group, ""))
            }
            (Some((whole, part)), false) => format!("{whole}.{part}"),
            (None, true) if groups(&text) => text.replace(group, ""),
            // The other language's way, where it cannot mean thousands.
            (None, true) if text.matches(group).count() == 1 => text.replace(group, "."),
            _ => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_each_language_writes_them() {
        for (typed, read) in [
            ("500", "500"),
            ("1,500", "1500"),
            ("1,500.50", "1500.50"),
            ("1500.5", "1500.5"),
            ("1 500", "1500"),
            ("1500,50", "1500.50"),
            ("1,234,567", "1234567"),
            ("1.500", "1.500"),
            ("a,b", "a.b"),
            ("", ""),
        ] {
            assert_eq!(Lang::English.amount(typed), read, "{typed}");
        }
        for (typed, read) in [
            ("1.500", "1500"),
            ("1.500,50", "1500.50"),
            ("1500,5", "1500.5"),
            ("50.00", "50.00"),
            ("1,500", "1.500"),
            ("1.5.0", "1.5.0"),
        ] {
            assert_eq!(Lang::German.amount(typed), read, "{typed}");
        }
    }
}
