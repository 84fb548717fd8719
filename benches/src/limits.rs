//! What a sync cannot do without, each alone and in the most obvious way.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    path::Path,
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::{
    part::Measured,
    rows::{Database, Table},
};

/// The columns of a person that the store reads for a plan.
const PERSON: [&str; 20] = [
    "id",
    "hris_id",
    "email",
    "email_key",
    "first_name",
    "last_name",
    "status",
    "archived_by",
    "archived_at",
    "admin",
    "can_sign_in",
    "source",
    "start_date",
    "end_date",
    "country",
    "region_id",
    "group_id",
    "approver_id",
    "version",
    "updated_at",
];

/// Reads the bytes of an answer and throws them away.
pub(crate) fn fetch(url: &str) -> Result<Measured> {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|rest| rest.split_once('/'))
        .context("the address is no http address")?;
    let mut buffer = vec![0; 64 * 1024];
    let mut length = 0;
    let started = Instant::now();
    let mut stream = TcpStream::connect(host).context("the server does not answer")?;
    write!(
        stream,
        "POST /{path}/people/search HTTP/1.1\r\nhost: {host}\r\ncontent-length: 2\r\n\r\n{{}}"
    )?;
    loop {
        match stream.read(&mut buffer)? {
            0 => break,
            read => length += read,
        }
    }
    let measured = Measured::of(started.elapsed());
    if length < 1024 {
        bail!("the server answered {length} bytes, which is no company");
    }
    Ok(measured)
}

/// Parses an answer that is in memory already, on one thread, and holds the result.
pub(crate) fn parse(answer: &Path) -> Result<Measured> {
    let bytes = std::fs::read(answer).context("the answer cannot be read")?;
    let started = Instant::now();
    let parsed: Answer = serde_json::from_slice(&bytes).context("the answer cannot be parsed")?;
    let time = started.elapsed();
    Ok(Measured {
        people: parsed.employees.len() as u64,
        ..Measured::of(time)
    })
}

/// Writes the people and the history of one database into another: the same rows, columns and indexes, in statements
/// of 500 rows and one transaction that reaches the disk.
///
/// The other database must be the one that the first was made from, so that what the rows point to is there.
pub(crate) async fn write(from: &str, into: &str) -> Result<Measured> {
    let mut source = Database::to_read(from).await?;
    let groups = Table::read(&mut source, "grp", "org_id, id").await?;
    let people = Table::read(&mut source, "person", "org_id, id").await?;
    let history = Table::read(&mut source, "history", "org_id, act_id, person_id").await?;
    source.close().await?;
    let mut target = Database::to_write(into).await?;
    target.insert(&[&groups]).await?;
    let started = Instant::now();
    target.insert(&[&people, &history]).await?;
    let time = started.elapsed();
    target.close().await?;
    Ok(Measured {
        people: people.len(),
        ..Measured::of(time)
    })
}

/// Reads the people of a database with one statement, with the columns and in the order of the store, and holds them.
pub(crate) async fn read(database: &str) -> Result<Measured> {
    let mut database = Database::to_read(database).await?;
    let columns = database.columns_of("person", &PERSON).await?;
    let started = Instant::now();
    let people = database.select("person", columns, "org_id, id").await?;
    let measured = Measured {
        people: people.len(),
        ..Measured::of(started.elapsed())
    };
    database.close().await?;
    Ok(measured)
}

/// The types one would write down after a look at an answer.
#[derive(Deserialize)]
struct Answer {
    employees: Vec<Employee>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "held to be measured, not read")]
struct Employee {
    id: String,
    first_name: Option<String>,
    surname: Option<String>,
    display_name: Option<String>,
    email: Option<String>,
    work: Option<Work>,
    internal: Option<Internal>,
    address: Option<Address>,
    human_readable: Option<Readable>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "held to be measured, not read")]
struct Work {
    start_date: Option<String>,
    department: Option<String>,
    reports_to: Option<Manager>,
    manager: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "held to be measured, not read")]
struct Manager {
    id: Option<String>,
    email: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "held to be measured, not read")]
struct Internal {
    lifecycle_status: Option<String>,
    status: Option<String>,
    termination_date: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "held to be measured, not read")]
struct Address {
    country: Option<String>,
}

/// Only the names of list items: dates for people are of no use.
#[derive(Deserialize)]
#[expect(dead_code, reason = "held to be measured, not read")]
struct Readable {
    work: Option<ReadableWork>,
    address: Option<Address>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "held to be measured, not read")]
struct ReadableWork {
    department: Option<String>,
}
