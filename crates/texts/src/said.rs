//! Sentences of business code in another language. Business code speaks English, and the API shows that; here a
//! sentence is found among the English patterns of `said.ftl`, and said again with what stood in it.

use std::{borrow::Cow, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentValue};
use fluent_syntax::ast::{Entry, Expression, InlineExpression, PatternElement};

use crate::{ENGLISH, Lang};

/// A sentence with gaps.
struct Pattern {
    name: String,
    parts: Vec<Part>,
}

enum Part {
    Words(String),
    /// The name of what stands there.
    Gap(String),
}

static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let files = ENGLISH.iter().filter(|(name, _)| name.starts_with("said"));
    files.flat_map(|(_, text)| patterns(text)).collect()
});

fn patterns(text: &'static str) -> Vec<Pattern> {
    let resource = match fluent_syntax::parser::parse(text) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    let messages = resource.body.into_iter().filter_map(|entry| match entry {
        Entry::Message(message) => Some(message),
        _ => None,
    });
    let pattern = |message: fluent_syntax::ast::Message<&str>| {
        let parts = message.value?.elements.into_iter().filter_map(part);
        Some(Pattern {
            name: message.id.name.to_owned(),
            parts: parts.collect(),
        })
    };
    messages.filter_map(pattern).collect()
}

fn part(element: PatternElement<&str>) -> Option<Part> {
    match element {
        PatternElement::TextElement { value }
        | PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::StringLiteral { value }),
        } => Some(Part::Words(value.to_owned())),
        PatternElement::Placeable {
            expression: Expression::Inline(InlineExpression::VariableReference { id }),
        } => Some(Part::Gap(id.name.to_owned())),
        PatternElement::Placeable { .. } => None,
    }
}

impl Pattern {
    /// What stands in the gaps, if this is the pattern of the sentence.
    fn matches<'a>(&self, sentence: &'a str) -> Option<FluentArgs<'a>> {
        let mut found = FluentArgs::new();
        let mut rest = sentence;
        let mut gap: Option<&str> = None;
        let last = self.parts.len().saturating_sub(1);
        for (index, part) in self.parts.iter().enumerate() {
            match (part, gap) {
                (Part::Words(words), None) => rest = rest.strip_prefix(words.as_str())?,
                (Part::Words(words), Some(name)) => {
                    let is_last = index == last;
                    // What stands in the last gap may have a full stop of its own.
                    let at = if is_last {
                        rest.strip_suffix(words.as_str())?.len()
                    } else {
                        rest.find(words.as_str())?
                    };
                    found.set(name.to_owned(), FluentValue::from(&rest[..at]));
                    (rest, gap) = (&rest[at + words.len()..], None);
                }
                (Part::Gap(name), _) => gap = Some(name),
            }
        }
        match gap {
            Some(name) => found.set(name.to_owned(), FluentValue::from(rest)),
            None if !rest.is_empty() => return None,
            None => {}
        }
        Some(found)
    }
}

/// The sentence in another language; as it is where it is not known.
pub(super) fn translated(lang: Lang, sentence: &str) -> Cow<'_, str> {
    if sentence.is_empty() {
        return Cow::Borrowed(sentence);
    }
    let found = PATTERNS.iter().find_map(|pattern| {
        let args = pattern.matches(sentence)?;
        lang.find(&pattern.name, &args)
    });
    found.map_or(Cow::Borrowed(sentence), Cow::Owned)
}

/// Whether a sentence is known.
pub(super) fn is_known(sentence: &str) -> bool {
    PATTERNS
        .iter()
        .any(|pattern| pattern.matches(sentence).is_some())
}
