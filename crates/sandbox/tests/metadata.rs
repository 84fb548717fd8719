//! Field metadata and named lists.

use serde_json::{Value, json};

use crate::support::{Bob, GUS};

#[tokio::test]
async fn the_fields_have_the_shape_of_the_documented_samples() {
    let bob = Bob::start().await;
    let fields = bob.get("/company/people/fields").await.json();
    let find = |id: &str| {
        fields
            .as_array()
            .unwrap()
            .iter()
            .find(|field| field["id"] == id)
            .unwrap()
            .clone()
    };
    assert_eq!(
        find("address.country"),
        json!({"id": "address.country", "categoryId": "address", "categoryDisplayName": "Address",
               "category": "address", "name": "Country", "description": null, "jsonPath": "address.country",
               "type": "list", "typeData": {"listId": "country"}, "historical": true})
    );
    assert_eq!(
        find("root.email"),
        json!({"id": "root.email", "categoryId": "about", "categoryDisplayName": "About", "category": "about",
               "name": "Email", "description": null, "jsonPath": "email", "type": "text", "typeData": {},
               "historical": false})
    );
    assert_eq!(find("work.reportsTo")["type"], "employee-reference");
    assert_eq!(
        find("internal.terminationDate")["categoryDisplayName"],
        "Lifecycle"
    );
}

#[tokio::test]
async fn a_moved_field_keeps_its_id_and_needs_its_new_section() {
    let bob = Bob::start().await;
    bob.set(|settings| {
        settings
            .field_sections
            .insert("address.country".to_owned(), "home".to_owned());
    });
    let fields = bob.get("/company/people/fields").await.json();
    let country = fields
        .as_array()
        .unwrap()
        .iter()
        .find(|field| field["id"] == "address.country")
        .unwrap();
    assert_eq!(country["categoryId"], "home");
    bob.faults(&["vanish_section=address"]);
    assert!(bob.everybody().await.person(GUS).get("address").is_some());
    bob.faults(&["vanish_section=home"]);
    assert_eq!(bob.everybody().await.person(GUS).get("address"), None);
}

#[tokio::test]
async fn metadata_needs_no_permission_about_people() {
    let bob = Bob::start().await;
    bob.handle
        .set_permissions(sandbox::Permissions { groups: Vec::new() })
        .unwrap();
    assert_eq!(bob.get("/company/people/fields").await.status, 200);
    assert_eq!(bob.get("/company/named-lists").await.status, 200);
}

#[tokio::test]
async fn lists_are_an_object_with_flat_values_and_nested_items() {
    let bob = Bob::start().await;
    let lists = bob.get("/company/named-lists").await.json();
    let department = &lists["department"];
    assert_eq!(department["name"], "department");
    let names = |items: &Value| {
        items
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names(&department["values"]),
        ["Engineering", "Platform", "Marketing"]
    );
    assert_eq!(names(&department["items"]), ["Engineering", "Marketing"]);
    assert_eq!(
        department["items"][0]["children"][0],
        json!({"id": "261454636", "value": "Platform", "name": "Platform", "archived": false, "children": []})
    );
    assert!(
        lists["work.column_1659977338244"]["values"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    assert!(names(&lists["country"]["values"]).contains(&"Portugal".to_owned()));
}

#[tokio::test]
async fn archived_items_come_only_when_asked_for() {
    let bob = Bob::start().await;
    let list = bob
        .get("/company/named-lists/department?includeArchived=true")
        .await
        .json();
    let old = list["values"]
        .as_array()
        .unwrap()
        .iter()
        .find(|item| item["id"] == "old")
        .unwrap();
    assert_eq!(old["archived"], true);
    let list = bob
        .get("/company/named-lists/department?includeArchived=false")
        .await
        .json();
    assert!(
        list["values"]
            .as_array()
            .unwrap()
            .iter()
            .all(|item| item["id"] != "old")
    );
    assert_eq!(bob.get("/company/named-lists/nothing").await.status, 404);
}

#[tokio::test]
async fn a_circle_of_departments_loses_no_item() {
    let bob = Bob::start().await;
    let mut roster = bob.handle.roster();
    roster.departments[0].parent_id = Some("261454636".into());
    bob.handle.put_roster(roster).unwrap();
    let list = bob.get("/company/named-lists/department").await.json();
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(list["items"].to_string().matches("\"archived\"").count(), 3);
}

#[tokio::test]
async fn the_documented_array_shapes_have_switches() {
    let bob = Bob::start().await;
    bob.set(|settings| {
        settings.wrap_fields = true;
        settings.lists_as_array = true;
    });
    assert!(bob.get("/company/people/fields").await.json()["fields"].is_array());
    assert!(bob.get("/company/named-lists").await.json().is_array());
}
