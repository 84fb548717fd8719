//! What people learn from: a simple list, of which each person sees what is for their content region.

use std::collections::BTreeMap;

use domain::{ContentId, Organisation, RegionId, text::clean_text};
use store::StoredContent;

use crate::{App, Failure, csv_in, failure::Wrong};

const TITLE_LIMIT: usize = 300;
const LINK_LIMIT: usize = 2000;
/// The most rows of a CSV file.
const MOST_ROWS: usize = 10_000;

/// Something to learn from, as an admin sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ContentView {
    pub id: ContentId,
    pub title: String,
    pub link: String,
    /// Whose people see it.
    pub regions: Vec<(RegionId, String)>,
}

/// Something to learn from, as an admin wants it.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named by what they are")]
pub struct ContentBody {
    pub title: String,
    pub link: String,
    /// Ids or names.
    pub regions: Vec<String>,
}

/// A row of a CSV file that cannot be taken.
#[derive(Clone, Debug)]
pub struct WrongRow {
    /// Its line in the file, the heading being the first.
    pub line: u64,
    /// What is wrong with it.
    pub failure: Failure,
}

impl App {
    /// All of it, by title.
    pub async fn contents(&self, org: &Organisation) -> Result<Vec<ContentView>, Failure> {
        let names = self.region_names(org).await?;
        let contents = self.store.contents(org.id).await?;
        let view = |content: StoredContent| ContentView {
            id: content.id,
            title: content.title,
            link: content.link,
            regions: content
                .regions
                .into_iter()
                .filter_map(|id| Some((id, names.get(&id)?.clone())))
                .collect(),
        };
        Ok(contents.into_iter().map(view).collect())
    }

    /// What people of a region see.
    pub async fn contents_of_region(
        &self,
        org: &Organisation,
        region: RegionId,
    ) -> Result<Vec<ContentView>, Failure> {
        let contents = self.store.contents_of_region(org.id, region).await?;
        let view = |content: StoredContent| ContentView {
            id: content.id,
            title: content.title,
            link: content.link,
            regions: Vec::new(),
        };
        Ok(contents.into_iter().map(view).collect())
    }

    /// Adds something, or changes it.
    pub async fn put_content(
        &self,
        org: &Organisation,
        id: Option<&str>,
        body: &ContentBody,
    ) -> Result<ContentId, Failure> {
        let id = match id {
            None => self.ids().next(),
            Some(id) => self.known_content(org, id).await?,
        };
        let names = self.region_names(org).await?;
        let content = self.read_content(id, body, &names)?;
        self.store.put_contents(org.id, &[content]).await?;
        Ok(id)
    }

    /// Deletes something.
    pub async fn remove_content(&self, org: &Organisation, id: &str) -> Result<(), Failure> {
        let id = self.known_content(org, id).await?;
        self.store.remove_content(org.id, id).await?;
        Ok(())
    }

    /// Adds the rows of a CSV file with the columns title, link and regions (names joined by `;`): all
    /// of them, or none and what is wrong with each. How many.
    pub async fn import_contents(
        &self,
        org: &Organisation,
        text: &str,
    ) -> Result<Result<u64, Vec<WrongRow>>, Failure> {
        let names = self.region_names(org).await?;
        let mut reader = csv_in::reader(text)?;
        let columns = columns(&mut reader)?;
        let (mut contents, mut wrong) = (Vec::new(), Vec::new());
        for (row, line) in reader.records().zip(2..) {
            let body = row.map_err(unreadable).map(|row| body(&row, columns));
            let content = body.and_then(|body| self.read_content(self.ids().next(), &body, &names));
            match content {
                Ok(content) => contents.push(content),
                Err(failure) => wrong.push(WrongRow { line, failure }),
            }
            if contents.len() + wrong.len() > MOST_ROWS {
                return Err(Failure::field(
                    "file",
                    "too_many_rows",
                    format!("The file has more than {MOST_ROWS} rows; nothing was added."),
                ));
            }
        }
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        self.store.put_contents(org.id, &contents).await?;
        Ok(Ok(contents.len() as u64))
    }

    async fn known_content(&self, org: &Organisation, id: &str) -> Result<ContentId, Failure> {
        let known = match id.parse::<ContentId>() {
            Ok(id) => self.store.content(org.id, id).await?,
            Err(_) => None,
        };
        let known = known.ok_or_else(|| Failure::not_found("content", id))?;
        Ok(known.id)
    }

    async fn region_names(
        &self,
        org: &Organisation,
    ) -> Result<BTreeMap<RegionId, String>, Failure> {
        let regions = self.store.regions(org.id).await?;
        let regions = regions.regions().iter();
        Ok(regions
            .map(|region| (region.id, region.name.clone()))
            .collect())
    }

    fn read_content(
        &self,
        id: ContentId,
        body: &ContentBody,
        names: &BTreeMap<RegionId, String>,
    ) -> Result<StoredContent, Failure> {
        let unfit = |field, code, what: String| {
            Failure::field(field, code, format!("{what}; nothing was saved."))
        };
        let mut wrong = Wrong::default();
        let title = clean_text(&body.title, TITLE_LIMIT).ok_or_else(|| {
            let what = "The content needs a title".to_owned();
            unfit("title", "missing_title", what)
        });
        let title = wrong.take(title)?.unwrap_or_default();
        let link = body.link.trim();
        if !is_link(link) {
            let what = format!("{link:?} is no link that starts with https:// or http://");
            wrong.note(unfit("link", "invalid_link", what));
        }
        let mut regions = Vec::with_capacity(body.regions.len());
        for wanted in body.regions.iter().map(|region| region.trim()) {
            let is_meant = |(id, name): &(&RegionId, &String)| {
                name.to_lowercase() == wanted.to_lowercase() || id.to_string() == wanted
            };
            match names.iter().find(is_meant) {
                Some((id, _)) => regions.push(*id),
                None => {
                    let what = format!("There is no content region {wanted:?}");
                    wrong.note(unfit("regions", "unknown_region", what));
                }
            }
        }
        if body.regions.is_empty() {
            let what = "Nobody would see content without a region; choose at least one".to_owned();
            wrong.note(unfit("regions", "missing_region", what));
        }
        wrong.none()?;
        Ok(StoredContent {
            id,
            title: title.to_string(),
            link: link.to_owned(),
            regions,
            created_at: self.clock.now(),
        })
    }
}

/// Whether a browser can go there, and does nothing else: no script, no file.
fn is_link(link: &str) -> bool {
    let host = link
        .strip_prefix("https://")
        .or_else(|| link.strip_prefix("http://"));
    let has_host =
        host.is_some_and(|host| host.starts_with(|letter: char| letter.is_alphanumeric()));
    let is_plain = !link.contains(|letter: char| letter.is_whitespace() || letter.is_control());
    has_host && is_plain && link.len() <= LINK_LIMIT
}

/// Where the columns are, in the order title, link, regions.
fn columns(reader: &mut csv::Reader<&[u8]>) -> Result<[usize; 3], Failure> {
    let heading = reader.headers().map_err(unreadable)?.clone();
    let find = |name: &str| {
        let mut columns = heading.iter();
        columns
            .position(|column| column.eq_ignore_ascii_case(name))
            .ok_or_else(|| {
                Failure::field(
                    "file",
                    "missing_column",
                    format!("The file has no column {name}; nothing was added."),
                )
                .mend("The first line names the columns: title,link,regions")
            })
    };
    Ok([find("title")?, find("link")?, find("regions")?])
}

fn body(row: &csv::StringRecord, [title, link, regions]: [usize; 3]) -> ContentBody {
    let cell = |column| row.get(column).unwrap_or_default().to_owned();
    let regions = cell(regions);
    let regions = regions.split(';').map(str::trim);
    ContentBody {
        title: cell(title),
        link: cell(link),
        regions: regions
            .filter(|region| !region.is_empty())
            .map(str::to_owned)
            .collect(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of `map_err`")]
fn unreadable(error: csv::Error) -> Failure {
    Failure::field(
        "file",
        "unreadable_file",
        format!("The file cannot be read as CSV ({error}); nothing was added."),
    )
}
