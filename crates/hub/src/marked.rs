//! Text with markup of ours in it, everything else escaped.

use std::fmt::{Display, Formatter, Result};

use askama::filters::HtmlSafe;
use jiff::Timestamp;

/// A text whose `[words]` lead somewhere.
pub(crate) struct Marked(String);

/// An instant that a browser may show in another way.
pub(crate) struct Time(Option<Timestamp>, String);

impl Marked {
    /// The first `[words]` lead to the first address, and so on.
    pub(crate) fn with_links(text: &str, addresses: &[&str]) -> Self {
        let mut addresses = addresses.iter();
        let mut out = String::with_capacity(text.len() + 64);
        for letter in text.chars() {
            match letter {
                '[' => {
                    let address = addresses.next().copied().unwrap_or("#");
                    out.push_str("<a href=\"");
                    address.chars().for_each(|letter| push(&mut out, letter));
                    out.push_str("\">");
                }
                ']' => out.push_str("</a>"),
                letter => push(&mut out, letter),
            }
        }
        Self(out)
    }
}

impl Time {
    pub(crate) const fn new(at: Timestamp, text: String) -> Self {
        Self(Some(at), text)
    }

    pub(crate) fn never() -> Self {
        Self(None, "–".to_owned())
    }
}

impl HtmlSafe for Marked {}
impl HtmlSafe for Time {}

impl Display for Marked {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        f.write_str(&self.0)
    }
}

impl Display for Time {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match self.0 {
            Some(at) => write!(f, "<time datetime=\"{at}\">{}</time>", self.1),
            None => f.write_str(&self.1),
        }
    }
}

fn push(out: &mut String, letter: char) {
    match letter {
        '&' => out.push_str("&amp;"),
        '<' => out.push_str("&lt;"),
        '>' => out.push_str("&gt;"),
        '"' => out.push_str("&quot;"),
        letter => out.push(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_brackets_are_links_and_the_rest_is_escaped() {
        let text = Marked::with_links("<b> [Here] or [there].", &["/a?b=\"c\"", "/d"]);
        assert_eq!(
            text.to_string(),
            "&lt;b&gt; <a href=\"/a?b=&quot;c&quot;\">Here</a> or <a href=\"/d\">there</a>."
        );
    }
}
