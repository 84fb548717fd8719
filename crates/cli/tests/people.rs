//! The directory by hand.

use serde_json::json;

use crate::{
    bench::{Bench, keys},
    company::{company, id},
};

#[test]
fn a_person_has_the_shape_of_the_api() {
    let bench = Bench::connected(company(3));
    let person = bench.json("people show p2@acme.test --org acme");
    assert_eq!(
        keys(&person),
        [
            "admin",
            "approvers",
            "archived_at",
            "archived_by",
            "attention",
            "budget",
            "content_region",
            "country",
            "email",
            "end_date",
            "first_name",
            "groups",
            "hris_id",
            "id",
            "invitation",
            "last_name",
            "source",
            "start_date",
            "status",
            "updated_at",
        ]
    );
    assert_eq!(person["hris_id"], id(2));
    assert_eq!(person["country"], "PT");
    assert_eq!(person["content_region"]["name"], "Europe");
    assert_eq!(person["groups"][0]["name"], "Sales");
    assert_eq!(person["groups"][0]["managed"], true);
    assert_eq!(person["approvers"][0]["email"], "p1@acme.test");
    let by_id = format!("people show {} --org acme", person["id"].as_str().unwrap());
    assert_eq!(bench.json(&by_id), person);
    bench
        .run("people show p2@acme.test --org acme")
        .done()
        .prints("content region  Europe");
}

#[test]
fn once_disconnected_nothing_is_managed() {
    let bench = Bench::connected(company(3));
    bench.run("hris disconnect --org acme").done();
    let person = bench.json("people show p2@acme.test --org acme");
    assert_eq!(person["groups"][0]["managed"], false);
    assert_eq!(person["approvers"][0]["managed"], false);
}

#[test]
fn what_the_hris_will_take_back_is_said() {
    let bench = Bench::connected(company(8));
    let edit = "people edit p2@acme.test --org acme --first-name Zoe";
    bench
        .run(edit)
        .done()
        .says("HiBob will overwrite what it manages at the next sync.");
    bench.run(edit).done().prints("Nothing to change about");
    bench
        .hibob
        .change(|roster| {
            roster.employees[4].lifecycle_status = Some("Terminated".into());
        })
        .unwrap();
    bench.run("sync --org acme").done();
    bench
        .run("people restore p5@acme.test --org acme")
        .done()
        .says("rollcall people unlink p5@acme.test --org acme");
    bench.run("people archive p6@acme.test --org acme").done();
    bench.run("sync --org acme").done();
    bench.run("people restore p6@acme.test --org acme").done();
    let back = bench.json("people show p6@acme.test --org acme");
    assert_eq!(back["attention"], json!([]));
}

#[test]
fn people_are_listed_whole_filtered_and_page_by_page() {
    let bench = Bench::connected(company(7));
    let all = bench.json("people list --org acme");
    assert_eq!(all["total"], 7);
    assert_eq!(all["items"].as_array().unwrap().len(), 7);
    assert_eq!(bench.json("people list --org acme --q nr003")["total"], 1);
    assert_eq!(
        bench.json("people list --org acme --status archived")["total"],
        0
    );
    let backwards = bench.json("people list --org acme --sort -email");
    assert_eq!(backwards["items"][0]["email"], "p7@acme.test");

    let page = bench.json("people list --org acme --limit 4");
    let next = page["next"].as_str().unwrap();
    let rest = bench.json(&format!("people list --org acme --limit 4 --after {next}"));
    assert_eq!(rest["items"].as_array().unwrap().len(), 3);
    bench
        .run("people list --org acme --limit 4")
        .done()
        .says(next);
}

#[test]
fn a_filter_that_means_nothing_is_wrong_use() {
    let bench = Bench::connected(company(2));
    for filter in [
        "--status gone",
        "--sort age",
        "--source paper",
        "--attention hunger",
        "--group x",
        "--limit many",
        "--after x",
    ] {
        let ended = bench.run(&format!("people list --org acme {filter}"));
        assert_eq!(ended.code, Some(2), "{filter}: {ended:?}");
    }
}

#[test]
fn an_export_is_csv_in_which_no_cell_runs_as_a_formula() {
    let mut roster = company(2);
    roster.employees[1].first_name = Some("=HYPERLINK(\"https://evil.test\")".into());
    let bench = Bench::connected(roster);
    let csv = bench.run("people export --org acme").done().stdout;
    let heading = "id,hris_id,email,first_name,last_name,status,groups,approvers,content_region,country,start_date,\
                   end_date,budget_remaining,currency,invitation,source\r\n";
    assert!(csv.starts_with(heading), "{csv}");
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.contains("\"'=HYPERLINK"), "{csv}");
    assert_eq!(bench.json("people export --org acme")["total"], 2);
    assert_eq!(
        bench
            .run("people export --org acme --q nr002")
            .done()
            .stdout
            .lines()
            .count(),
        2
    );
}

#[test]
fn a_person_is_added_edited_archived_and_brought_back_by_hand() {
    let bench = Bench::connected(company(2));
    let added = bench
        .run_all(&[
            "people",
            "add",
            "--org",
            "acme",
            "--email",
            "ana@acme.test",
            "--first-name",
            "Ana",
            "--last-name",
            "de Sá",
            "--country",
            "Portugal",
            "--approver-ids",
            "p1@acme.test",
            "--json",
        ])
        .done()
        .json();
    assert_eq!(
        (&added["source"], &added["country"]),
        (&"manual".into(), &"PT".into())
    );
    assert_eq!(added["approvers"][0]["email"], "p1@acme.test");

    let edited =
        bench.json("people edit ana@acme.test --org acme --country ES --end-date 2099-01-31");
    assert_eq!(
        (&edited["country"], &edited["end_date"]),
        (&"ES".into(), &"2099-01-31".into())
    );
    let cleared = bench
        .run_all(&[
            "people",
            "edit",
            "ana@acme.test",
            "--org",
            "acme",
            "--end-date",
            "",
            "--approver-ids",
            "",
            "--json",
        ])
        .done()
        .json();
    assert_eq!(
        (&cleared["end_date"], &cleared["approvers"]),
        (&json!(null), &json!([]))
    );

    assert_eq!(
        bench.json("people archive ana@acme.test --org acme")["archived_by"],
        "admin"
    );
    bench
        .run("people archive ana@acme.test --org acme")
        .exits(1);
    assert_eq!(
        bench.json("people restore ana@acme.test --org acme")["status"],
        "active"
    );

    let history = bench.json("people history ana@acme.test --org acme");
    let actions: Vec<&str> = history["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["action"].as_str().unwrap())
        .collect();
    assert_eq!(actions, ["restore", "archive", "update", "update", "add"]);
    assert_eq!(
        keys(&history["items"][0]),
        ["action", "at", "by", "fields", "run_id", "why"]
    );
    bench
        .run("people history ana@acme.test --org acme")
        .done()
        .prints("country: PT → ES");
}

#[test]
fn what_cannot_be_right_about_a_person_is_refused_with_the_field_named() {
    let bench = Bench::connected(company(2));
    bench
        .run("people add --org acme --email p1@acme.test --first-name Ana")
        .exits(1)
        .says("email");
    bench
        .run("people add --org acme --email nonsense --first-name Ana")
        .exits(2);
    bench
        .run("people edit p1@acme.test --org acme --country Atlantis")
        .exits(2)
        .says("Atlantis");
    bench
        .run("people edit p1@acme.test --org acme --start-date soon")
        .exits(2)
        .says("soon");
    bench
        .run("people edit p1@acme.test --org acme --admin maybe")
        .exits(2);
    bench
        .run("people add --org acme --first-name Ana")
        .exits(2)
        .says("--email");
}

#[test]
fn an_unlinked_person_is_left_alone_until_they_are_linked_again() {
    let bench = Bench::connected(company(3));
    let unlinked = bench.json("people unlink p3@acme.test --org acme");
    assert_eq!(
        (&unlinked["hris_id"], &unlinked["source"]),
        (&json!(null), &"manual".into())
    );
    assert_eq!(bench.json("sync --org acme")["counts"]["out_of_scope"], 1);

    let link = format!("people link p3@acme.test --org acme --hris-id {}", id(3));
    assert_eq!(bench.json(&link)["hris_id"], id(3));
    assert_eq!(bench.json("sync --org acme")["counts"]["out_of_scope"], 0);
    let taken = format!("people link p2@acme.test --org acme --hris-id {}", id(3));
    bench.run(&taken).exits(1);
}

#[test]
fn an_admin_is_made_and_the_last_one_stays() {
    let bench = Bench::with_organisation(company(1));
    let made = bench.run_with(
        "admin create --org acme --email nadia@acme.test --first-name Nadia --password-stdin --json",
        "correct horse battery staple\n",
    );
    let made = made.done().json();
    assert_eq!(keys(&made), ["person", "sign_in_link"]);
    assert_eq!(
        (&made["person"]["admin"], &made["sign_in_link"]),
        (&json!(true), &json!(null))
    );
    bench
        .run("people archive nadia@acme.test --org acme")
        .exits(1)
        .says("last admin");
    bench
        .run("people edit nadia@acme.test --org acme --admin false")
        .exits(1);

    let invited = bench.json("admin create --org acme --email tom@acme.test");
    assert!(
        invited["sign_in_link"]
            .as_str()
            .unwrap()
            .starts_with("http://127.0.0.1:8080/"),
        "{invited}"
    );
    bench
        .run("people archive nadia@acme.test --org acme")
        .done();
}
