//! `cargo xtask countries`: makes the tables of countries from Unicode's CLDR.
//!
//! The tables are committed, so that a build downloads nothing. They hold facts only: codes, and
//! what a country is called. What a run changes is looked through in review like any other change,
//! because a new name may be one that another country already has.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

/// The release of both npm packages. A new one is a deliberate edit here and a new run.
const CLDR: &str = "48.2.0";

/// Languages of which every country's name is taken: those of the companies that use the product.
/// European Portuguese stands beside Brazilian because its spelling of country names differs.
const LANGUAGES: [&str; 20] = [
    "en", "de", "fr", "es", "it", "pt", "pt-PT", "nl", "pl", "sv", "da", "nb", "fi", "cs", "ro",
    "hu", "el", "uk", "ru", "tr",
];

/// What people say where CLDR's English name is made for lists and maps.
const SAID: [(&str, &str); 9] = [
    ("CD", "DR Congo"),
    ("CG", "Republic of the Congo"),
    ("GS", "South Georgia and the South Sandwich Islands"),
    ("HK", "Hong Kong"),
    ("MM", "Myanmar"),
    ("MO", "Macao"),
    ("PS", "Palestine"),
    ("UM", "United States Minor Outlying Islands"),
    ("VC", "Saint Vincent and the Grenadines"),
];

/// Kosovo has no ISO code; `XK` is the one everybody uses, and `XKX` goes with it.
const KOSOVO: (&str, &str) = ("XK", "XKX");

const TABLE: &str = "crates/domain/src/country/table.rs";
const NAMES: &str = "crates/hris/src/normalise/country_names.tsv";
const GERMAN: &str = "crates/texts/src/countries/german.rs";

/// Fetches CLDR with npm into a temporary directory and writes the tables.
///
/// # Errors
/// When npm is missing or fails, or when CLDR no longer looks as expected.
pub(crate) fn run() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .context("xtask has a parent")?;
    let scratch = Scratch::new()?;
    let cldr = fetch(&scratch.0)?;
    let codes = codes(&cldr)?;
    fs::write(root.join(TABLE), table(&cldr, &codes)?)?;
    fs::write(root.join(NAMES), names(&cldr, &codes)?)?;
    fs::write(root.join(GERMAN), german(&cldr, &codes)?)?;
    println!(
        "wrote {TABLE}, {NAMES} and {GERMAN}: {} countries",
        codes.len()
    );
    Ok(())
}

/// A directory that goes when the run ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let path = std::env::temp_dir().join(format!("rollcall-cldr-{}", std::process::id()));
        fs::create_dir_all(&path)?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Nothing is lost when this fails; the system clears its temporary directory.
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn fetch(scratch: &Path) -> Result<PathBuf> {
    let status = Command::new("npm")
        .args([
            "install",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
            "--no-save",
            "--prefix",
        ])
        .arg(scratch)
        .arg(format!("cldr-core@{CLDR}"))
        .arg(format!("cldr-localenames-full@{CLDR}"))
        .status()
        .context("npm is needed to fetch CLDR")?;
    ensure!(
        status.success(),
        "npm install of CLDR {CLDR} failed: {status}"
    );
    Ok(scratch.join("node_modules"))
}

fn read(path: &Path) -> Result<Value> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn supplemental(cldr: &Path, file: &str, pointer: &str) -> Result<BTreeMap<String, Value>> {
    let path = cldr.join("cldr-core/supplemental").join(file);
    let mut json = read(&path)?;
    let found = json
        .pointer_mut(pointer)
        .with_context(|| format!("{file} has {pointer}"))?;
    Ok(serde_json::from_value(found.take())?)
}

/// Alpha-2 to alpha-3 of the officially assigned codes, and Kosovo's.
///
/// CLDR lists more: retired codes (they have a replacement), codes reserved for other uses (they
/// have no number) and codes for private use (numbered from 900).
fn codes(cldr: &Path) -> Result<BTreeMap<String, String>> {
    let retired = supplemental(
        cldr,
        "aliases.json",
        "/supplemental/metadata/alias/territoryAlias",
    )?;
    let mut codes = BTreeMap::new();
    for (code, mapping) in supplemental(cldr, "codeMappings.json", "/supplemental/codeMappings")? {
        let number = mapping["_numeric"]
            .as_str()
            .and_then(|number| number.parse::<u16>().ok());
        let assigned = number.is_some_and(|number| number < 900);
        if code.len() != 2 || !assigned || retired.contains_key(&code) {
            continue;
        }
        let alpha3 = mapping["_alpha3"]
            .as_str()
            .with_context(|| format!("{code} has alpha-3"))?;
        codes.insert(code, alpha3.to_owned());
    }
    ensure!(
        codes.len() == 249,
        "ISO 3166-1 assigns 249 codes, found {}",
        codes.len()
    );
    codes.insert(KOSOVO.0.to_owned(), KOSOVO.1.to_owned());
    Ok(codes)
}

/// A language's names of territories: `PT`, also `GB-alt-short`. Empty where CLDR lacks the
/// language.
fn territories(cldr: &Path, language: &str) -> Result<BTreeMap<String, String>> {
    let path = cldr
        .join("cldr-localenames-full/main")
        .join(language)
        .join("territories.json");
    if !path.exists() {
        return Ok(BTreeMap::new());
    }
    let pointer = format!("/main/{language}/localeDisplayNames/territories");
    let mut json = read(&path)?;
    let found = json
        .pointer_mut(&pointer)
        .with_context(|| format!("{pointer} is there"))?;
    Ok(serde_json::from_value(found.take())?)
}

/// The Rust table of `domain`: code, alpha-3, English name.
fn table(cldr: &Path, codes: &BTreeMap<String, String>) -> Result<String> {
    let english = territories(cldr, "en")?;
    let mut out = format!(
        "//! Codes and English names of the countries, sorted by code.\n\
         //!\n\
         //! Generated by `cargo xtask countries` from npm's `cldr-core` and\n\
         //! `cldr-localenames-full`, release {CLDR}. Do not edit by hand.\n\n\
         use super::Row;\n\n\
         #[rustfmt::skip]\n\
         pub(super) static TABLE: [Row; {}] = [\n",
        codes.len()
    );
    for (code, alpha3) in codes {
        let said = SAID
            .iter()
            .find(|(of, _)| of == code)
            .map(|(_, name)| (*name).to_owned());
        let name = match said {
            Some(name) => name,
            None => plain(
                english
                    .get(code)
                    .with_context(|| format!("{code} has a name"))?,
            ),
        };
        writeln!(out, "    Row::new(*b\"{code}\", \"{alpha3}\", {name:?}),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

/// What German pages call the countries.
fn german(cldr: &Path, codes: &BTreeMap<String, String>) -> Result<String> {
    let names = territories(cldr, "de")?;
    let mut out = format!(
        "//! German names of the countries, sorted by code.\n\
         //!\n\
         //! Generated by `cargo xtask countries` from npm's `cldr-localenames-full`,\n\
         //! release {CLDR}. Do not edit by hand.\n\n\
         #[rustfmt::skip]\n\
         pub(super) static GERMAN: [(&str, &str); {}] = [\n",
        codes.len()
    );
    for code in codes.keys() {
        // CLDR's long names of these are made for maps.
        let short = names.get(&format!("{code}-alt-short"));
        let name = short.or_else(|| names.get(code));
        let name = name.with_context(|| format!("{code} has a German name"))?;
        writeln!(out, "    ({code:?}, {name:?}),")?;
    }
    out.push_str("];\n");
    Ok(out)
}

/// CLDR's English with the abbreviations of its lists written out.
fn plain(name: &str) -> String {
    let name = name.replace(" & ", " and ").replace('\u{2019}', "'");
    match name.strip_prefix("St. ") {
        Some(rest) => format!("Saint {rest}"),
        None => name,
    }
}

/// The table of `hris`: one line per country with every name it goes by.
fn names(cldr: &Path, codes: &BTreeMap<String, String>) -> Result<String> {
    let mut names: BTreeMap<&str, BTreeSet<String>> = codes
        .keys()
        .map(|code| (code.as_str(), BTreeSet::new()))
        .collect();
    for language in LANGUAGES {
        let territories = territories(cldr, language)?;
        ensure!(!territories.is_empty(), "CLDR has no {language}");
        for (key, name) in &territories {
            add(&mut names, language, key, name);
        }
    }
    add_own_names(cldr, &mut names)?;

    let mut out = format!(
        "# What countries are called: the alpha-2 code, then names, separated by tabs.\n\
         # Generated by `cargo xtask countries` from npm's cldr-core and cldr-localenames-full\n\
         # {CLDR}: names in {}\n\
         # and in each country's own official languages. Do not edit by hand; names that CLDR\n\
         # lacks stand in country_aliases.txt.\n",
        LANGUAGES.join(" ")
    );
    for (code, names) in &names {
        if names.is_empty() {
            bail!("{code} has no name");
        }
        out.push_str(code);
        for name in names {
            write!(out, "\t{name}")?;
        }
        out.push('\n');
    }
    Ok(out)
}

/// What countries call themselves: CLDR's names in the languages it knows as official there.
fn add_own_names(cldr: &Path, names: &mut BTreeMap<&str, BTreeSet<String>>) -> Result<()> {
    let spoken = supplemental(cldr, "territoryInfo.json", "/supplemental/territoryInfo")?;
    let mut by_language: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for code in names.keys() {
        let languages = spoken
            .get(*code)
            .and_then(|info| info["languagePopulation"].as_object());
        for (language, facts) in languages.into_iter().flatten() {
            if facts["_officialStatus"].is_string() {
                by_language
                    .entry(language.replace('_', "-"))
                    .or_default()
                    .push(code);
            }
        }
    }
    for (language, countries) in by_language {
        for (key, name) in &territories(cldr, &language)? {
            if countries.iter().any(|code| key.starts_with(code)) {
                add(names, &language, key, name);
            }
        }
    }
    Ok(())
}

fn add(names: &mut BTreeMap<&str, BTreeSet<String>>, language: &str, key: &str, name: &str) {
    let code = key.split('-').next().unwrap_or(key);
    // Two or three plain letters of another language ("Man", "VS", "RU" for Reino Unido) look like
    // a code and often are another country's; CLDR gives the code itself where it has no name.
    let short = name
        .chars()
        .filter(|letter| letter.is_alphanumeric())
        .count()
        <= 3
        && name.is_ascii();
    if (short && language != "en") || name == code {
        return;
    }
    if let Some(names) = names.get_mut(code) {
        names.insert(name.trim().to_owned());
    }
}
