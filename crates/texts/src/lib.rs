//! What people read, in each language: the Fluent files in `texts/`, one folder for each language and one file for each
//! part. Pages and mails take their words from here; tests beside the pages see to it that every language says
//! everything, and that nothing is said by the code.

use std::{borrow::Cow, fmt::Display, sync::LazyLock};

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use fluent_langneg::{NegotiationStrategy, negotiate_languages, parse_accepted_languages};
use intl_memoizer::concurrent::IntlLangMemoizer;
use jiff::{Timestamp, civil::Date};
use unic_langid::{LanguageIdentifier, langid};

mod amounts;
mod countries;
mod said;

/// A language that the hub speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lang {
    /// The language of the code, and of whoever asks for none of the others.
    #[default]
    English,
    /// German.
    German,
}

macro_rules! files {
    ($lang:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../texts/", $lang, "/", $name, ".ftl")))),*]
    };
}

/// The files of a language: name, text.
pub type Files = &'static [(&'static str, &'static str)];

/// The English files.
pub const ENGLISH: Files = files!("en": "shell", "entry", "home", "people", "person", "bulk", "sync", "hris", "settings",
    "content", "help", "codes", "import", "mails", "said", "said_more", "said_failures");
/// The German files.
pub const GERMAN: Files = files!("de": "shell", "entry", "home", "people", "person", "bulk", "sync", "hris", "settings",
    "content", "help", "codes", "import", "mails", "said", "said_more", "said_failures");

type Bundle = FluentBundle<FluentResource>;
/// How a language writes numbers.
type Numbers = fn(&FluentValue<'_>, &IntlLangMemoizer) -> Option<String>;

static IN_ENGLISH: LazyLock<Bundle> =
    LazyLock::new(|| bundle(langid!("en"), ENGLISH, |value, _| plain(value, ',')));
static IN_GERMAN: LazyLock<Bundle> =
    LazyLock::new(|| bundle(langid!("de"), GERMAN, |value, _| plain(value, '.')));

/// A whole number with its thousands apart; everything else as it is.
fn plain(value: &FluentValue<'_>, apart: char) -> Option<String> {
    let FluentValue::Number(number) = value else {
        return None;
    };
    Some(thousands(&format!("{:.0}", number.value), apart))
}

fn bundle(lang: LanguageIdentifier, files: Files, numbers: Numbers) -> Bundle {
    let mut bundle = FluentBundle::new_concurrent(vec![lang]);
    // What stands in a text is isolated by the page's markup, where it has to be.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(numbers));
    for (name, text) in files {
        let resource = match FluentResource::try_new((*text).to_owned()) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                tracing::error!(name, ?errors, "a file of texts is damaged");
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            tracing::error!(name, ?errors, "texts are there twice");
        }
    }
    bundle
}

/// What a text can have put in.
pub trait Value {
    /// As Fluent takes it.
    fn value(&self) -> FluentValue<'static>;
}

macro_rules! values {
    ($($kind:ty => |$it:ident| $value:expr),* $(,)?) => {
        $(impl Value for $kind {
            fn value(&self) -> FluentValue<'static> {
                let $it = self;
                FluentValue::from($value)
            }
        })*
    };
}

values! {
    u64 => |it| *it, u32 => |it| *it, usize => |it| *it, i64 => |it| *it, i32 => |it| *it,
    str => |it| it.to_owned(), String => |it| it.clone(), domain::SmolStr => |it| it.to_string(),
}

impl<T: Value + ?Sized> Value for &T {
    fn value(&self) -> FluentValue<'static> {
        (*self).value()
    }
}

impl Lang {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// As it stands in HTML.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// What it calls itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    /// By its tag.
    pub fn of_tag(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.tag() == tag)
    }

    /// What a browser would like best of what there is.
    pub fn wanted(accepted: &str) -> Self {
        let there = Self::ALL.map(|lang| lang.tag().parse::<LanguageIdentifier>());
        let there: Vec<LanguageIdentifier> = there.into_iter().flatten().collect();
        let wanted = parse_accepted_languages(accepted);
        let first = negotiate_languages(&wanted, &there, None, NegotiationStrategy::Filtering);
        let first = first.first().map(|lang| lang.language.as_str());
        first.and_then(Self::of_tag).unwrap_or_default()
    }

    fn bundle(self) -> &'static Bundle {
        match self {
            Self::English => &IN_ENGLISH,
            Self::German => &IN_GERMAN,
        }
    }

    /// The text with this name.
    pub fn t(self, key: &str) -> String {
        self.with(key, &FluentArgs::new())
    }

    /// A text with one thing put in.
    pub fn t1(self, key: &str, name: &str, value: impl Value) -> String {
        self.with(key, &FluentArgs::from_iter([(name, value.value())]))
    }

    /// A text with two things put in.
    pub fn t2(self, key: &str, a: &(&str, impl Value), b: &(&str, impl Value)) -> String {
        let args = [(a.0, a.1.value()), (b.0, b.1.value())];
        self.with(key, &FluentArgs::from_iter(args))
    }

    /// A text with three things put in.
    pub fn t3(
        self,
        key: &str,
        a: &(&str, impl Value),
        b: &(&str, impl Value),
        c: &(&str, impl Value),
    ) -> String {
        let args = [(a.0, a.1.value()), (b.0, b.1.value()), (c.0, c.1.value())];
        self.with(key, &FluentArgs::from_iter(args))
    }

    fn with(self, key: &str, args: &FluentArgs<'_>) -> String {
        let found = self.find(key, args);
        found.unwrap_or_else(|| {
            tracing::error!(key, lang = self.tag(), "a text is missing");
            key.to_owned()
        })
    }

    /// The text with this name that needs nothing put in, if there is one.
    pub fn maybe(self, key: &str) -> Option<String> {
        self.find(key, &FluentArgs::new())
    }

    fn find(self, key: &str, args: &FluentArgs<'_>) -> Option<String> {
        let bundle = self.bundle();
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(args), &mut errors);
        if !errors.is_empty() {
            tracing::error!(key, ?errors, "a text lacks what it needs");
        }
        Some(text.into_owned())
    }

    /// What a word of a closed list is called, such as a state or a code.
    pub fn word(self, list: &str, word: impl Display) -> String {
        self.t(&format!("{list}-{word}"))
    }

    /// A sentence that business code made, in this language: it speaks English.
    pub fn said(self, sentence: &str) -> Cow<'_, str> {
        match self {
            Self::English => Cow::Borrowed(sentence),
            Self::German => said::translated(self, sentence),
        }
    }

    /// A reason as business code gives it, its days written as people do.
    pub fn why(self, sentence: &str) -> String {
        let said = self.said(sentence);
        let mut out = String::with_capacity(said.len());
        let mut rest = said.as_ref();
        while let Some(place) = rest.find(|letter: char| letter.is_ascii_digit()) {
            let (before, from) = rest.split_at(place);
            out.push_str(before);
            let day = from.get(..10).and_then(|text| text.parse::<Date>().ok());
            let digits = from.bytes().take_while(u8::is_ascii_digit).count();
            let length = if let Some(day) = day {
                out.push_str(&self.day(day));
                10
            } else {
                out.push_str(&from[..digits]);
                digits
            };
            rest = &from[length..];
        }
        out.push_str(rest);
        out
    }

    /// Whether a sentence of business code is known here; for tests.
    pub fn knows(sentence: &str) -> bool {
        said::is_known(sentence)
    }

    /// A number with its thousands apart.
    pub fn number(self, number: impl Display) -> String {
        thousands(&number.to_string(), self.apart())
    }

    const fn apart(self) -> char {
        match self {
            Self::English => ',',
            Self::German => '.',
        }
    }

    /// An amount such as `1234.50` with its currency.
    pub fn money(self, amount: &str, currency: &str) -> String {
        let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
        let (sign, whole) = whole
            .strip_prefix('-')
            .map_or(("", whole), |whole| ("−", whole));
        let whole = thousands(whole, self.apart());
        let point = if self == Self::German { "," } else { "." };
        let point = if part.is_empty() { "" } else { point };
        format!("{sign}{whole}{point}{part} {currency}")
    }

    /// An instant as people read it.
    pub fn instant(self, at: &Timestamp) -> String {
        let date = jiff::tz::TimeZone::UTC.to_datetime(*at).date();
        format!("{}, {}", self.day(date), at.strftime("%H:%M UTC"))
    }

    /// A day as people read it.
    pub fn day(self, day: Date) -> String {
        let months = self.t("months");
        let month = usize::try_from(day.month()).unwrap_or(1).saturating_sub(1);
        let month = months.split(' ').nth(month).unwrap_or_default();
        match self {
            Self::English => format!("{} {month} {}", day.day(), day.year()),
            Self::German => format!("{}. {month} {}", day.day(), day.year()),
        }
    }
}

fn thousands(digits: &str, apart: char) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    let (sign, digits) = digits
        .strip_prefix('-')
        .map_or(("", digits), |digits| ("-", digits));
    out.push_str(sign);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(apart);
        }
        out.push(digit);
    }
    out
}
