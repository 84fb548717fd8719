//! The HTML part of a mail: no pictures, no tracking, nothing from elsewhere.

use super::Content;

/// How a mail looks. In one place and not at each paragraph, so that a preview can allow exactly this and nothing else.
pub(super) const STYLE: &str = "body{margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1f2937;background:#fff}\
main{max-width:560px;margin:0 auto}p{margin:0 0 16px}\
.go{display:inline-block;margin:8px 0;padding:12px 20px;border-radius:6px;background:#1d5c4d;color:#fff;\
text-decoration:none;font-weight:600}\
.link{font-size:14px;word-break:break-all}.why{margin:32px 0 0;font-size:13px;color:#6b7280}";

/// The whole page. Everything in it is text of somebody, so everything is escaped.
pub(super) fn page(content: &Content) -> String {
    let paragraphs = content.paragraphs.iter();
    let paragraphs = paragraphs.map(|text| format!("<p>{}</p>", linked(text)));
    let paragraphs = paragraphs.collect::<Vec<_>>().concat();
    let action = content.action.as_ref().map(|(words, link)| {
        format!(
            "<p><a class=\"go\" href=\"{link}\">{words}</a></p><p class=\"link\">{link}</p>",
            link = escaped(link),
            words = escaped(words)
        )
    });
    format!(
        "<!doctype html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><main>{paragraphs}{action}<p class=\"why\">{footer}</p></main></body></html>",
        lang = content.lang.tag(),
        title = escaped(&content.subject),
        action = action.unwrap_or_default(),
        footer = escaped(&content.footer)
    )
}

/// A line that ends with an address of ours has it as a link.
fn linked(text: &str) -> String {
    match text.rsplit_once(": ") {
        Some((words, link)) if link.starts_with("http") && !link.contains(' ') => {
            format!("<a href=\"{}\">{}</a>", escaped(link), escaped(words))
        }
        _ => escaped(text),
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use texts::Lang;

    use super::*;
    use crate::mails::Letterhead;

    fn head(organisation: &str) -> Letterhead<'_> {
        Letterhead {
            organisation,
            lang: Lang::English,
        }
    }

    #[test]
    fn names_are_text_and_never_markup() {
        let head = head("<b>Acme</b>");
        let content = Content::invitation(head, "\"><script>", "https://x.test/i?a=1&b=2", 14);
        let page = page(&content);
        assert!(
            !page.contains("<script>") && !page.contains("<b>Acme"),
            "{page}"
        );
        assert!(page.contains("https://x.test/i?a=1&amp;b=2"), "{page}");
    }

    #[test]
    fn both_parts_have_the_link() {
        let content = Content::sign_in(head("Acme"), "", "https://x.test/s", 15);
        assert!(content.as_text().contains("https://x.test/s"));
        assert!(page(&content).contains("https://x.test/s"));
        assert!(content.as_text().starts_with("Hello,\n"));
    }
}
