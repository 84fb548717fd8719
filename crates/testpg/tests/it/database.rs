//! Making databases in the cluster that the environment names.

use testpg::{database_exists, draft, execute, fresh_database, fresh_database_from};

fn databases_named(name: &str) -> String {
    let count = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
    execute(&testpg::url(), &count)
        .expect("the catalogue can be read")
        .trim()
        .to_owned()
}

#[test]
fn each_fresh_database_is_empty_and_dropped_afterwards() {
    let first = fresh_database();
    let second = fresh_database();
    execute(&first.url(), "CREATE TABLE person (id TEXT)").unwrap();

    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(execute(&first.url(), tables).unwrap().trim(), "1");
    assert_eq!(execute(&second.url(), tables).unwrap().trim(), "0");

    let name = first.name().to_owned();
    assert_eq!(databases_named(&name), "1");
    drop(first);
    assert_eq!(databases_named(&name), "0");
}

#[test]
fn a_published_draft_is_cloned_and_the_first_one_stays() {
    let template = format!("template_{}", fresh_database().name());
    assert!(!database_exists(&template));

    let winner = draft();
    let loser = draft();
    execute(&winner.url(), "CREATE TABLE winner (id TEXT)").unwrap();
    execute(&loser.url(), "CREATE TABLE loser (id TEXT)").unwrap();
    winner.publish(&template);
    loser.publish(&template);

    assert!(database_exists(&template));
    let clone = fresh_database_from(&template);
    let tables = "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'";
    assert_eq!(execute(&clone.url(), tables).unwrap().trim(), "winner");
    execute(&testpg::url(), &format!("DROP DATABASE \"{template}\"")).unwrap();
}

#[test]
fn databases_are_made_by_many_at_once() {
    let template = format!("template_{}", fresh_database().name());
    draft().publish(&template);

    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| fresh_database_from(&template));
        }
    });

    execute(&testpg::url(), &format!("DROP DATABASE \"{template}\"")).unwrap();
}

#[test]
fn a_failing_statement_is_told_with_the_reason() {
    let error = execute(&testpg::url(), "SELECT 1 FROM nowhere").unwrap_err();

    assert!(
        error
            .to_string()
            .contains("relation \"nowhere\" does not exist"),
        "{error}"
    );
}
