use std::{fs, os::unix::fs::PermissionsExt as _, path::PathBuf, sync::Arc};

use domain::{
    Connection, ConnectionState, Organisation, OsEntropy, Provider, Schedule, SystemClock,
};
use secrecy::{ExposeSecret as _, SecretString};
use store::{Store, StoreError};
use tempfile::TempDir;

use super::*;
use crate::{NewOrganisation, connect::TOKEN_FIELD};

/// An installation with two connected organisations, in a folder of its own.
struct Bench {
    folder: TempDir,
    organisations: Vec<Organisation>,
}

impl Bench {
    async fn new() -> Self {
        let mut bench = Self {
            folder: TempDir::new().unwrap(),
            organisations: Vec::new(),
        };
        let app = bench.start().await;
        for name in ["Acme", "Bravo"] {
            let new = NewOrganisation {
                name: name.to_owned(),
                slug: None,
                time_zone: "UTC".to_owned(),
            };
            let slug = app.create_organisation(new).await.unwrap().slug;
            let org = app.organisation(&slug).await.unwrap();
            store_token(&app, &org).await.unwrap();
            bench.organisations.push(org);
        }
        bench
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("rollcall.key")
    }

    /// The keys in the file, as lines.
    fn keys(&self) -> Vec<String> {
        let text = fs::read_to_string(self.key_file()).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// A process that starts now, after whatever happened to the one before.
    async fn start(&self) -> App {
        let url = format!("sqlite://{}/rollcall.db", self.folder.path().display());
        App::new(
            Store::open(&url).await.unwrap(),
            Vault::read_or_make(&self.key_file(), &OsEntropy).unwrap(),
            "http://127.0.0.1:1/v1".to_owned(),
            "http://127.0.0.1".to_owned(),
            Arc::new(SystemClock),
            Arc::new(OsEntropy),
        )
    }

    /// A process that starts now opens every token, and can store one.
    async fn works(&self) {
        let app = self.start().await;
        assert_eq!(tokens(&app).await, ["token of acme", "token of bravo"]);
        for org in &self.organisations {
            store_token(&app, org).await.unwrap();
        }
        assert_eq!(tokens(&app).await, ["token of acme", "token of bravo"]);
    }
}

async fn store_token(app: &App, org: &Organisation) -> Result<(), StoreError> {
    let live = app.store.connection(org.id).await?;
    let connection = live.map(|live| live.connection).unwrap_or(Connection {
        id: app.ids().next(),
        provider: Provider::HiBob,
        state: ConnectionState::Connected,
        service_user_id: "sandbox".to_owned(),
        connected_at: app.clock.now(),
        schedule: Schedule::default(),
        accepted_missing: Vec::new(),
    });
    let token = SecretString::from(format!("token of {}", org.slug));
    let sealed = app
        .vault
        .seal(org.id, TOKEN_FIELD, &token, &OsEntropy)
        .unwrap();
    app.store.put_connection(org.id, &connection, &sealed).await
}

async fn tokens(app: &App) -> Vec<String> {
    let mut tokens = Vec::new();
    for secret in app.store.sealed_secrets().await.unwrap() {
        let opened = app
            .vault
            .open(secret.organisation, TOKEN_FIELD, &secret.sealed)
            .unwrap();
        tokens.push(opened.expose_secret().to_owned());
    }
    tokens.sort();
    tokens
}

#[tokio::test]
async fn a_rotated_key_opens_everything_and_the_old_one_nothing() {
    let bench = Bench::new().await;
    let (old, sealed) = (
        bench.keys(),
        bench.start().await.store.sealed_secrets().await,
    );

    let rotated = bench.start().await.rotate_key().await.unwrap();

    assert_eq!(rotated.resealed, 2);
    let [new] = bench.keys().try_into().unwrap();
    assert_eq!(id_of(&new), rotated.key_id);
    assert_eq!(rotated.removed, [id_of(&old[0])]);
    let mode = fs::metadata(bench.key_file()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    for secret in sealed.unwrap() {
        let now = bench.start().await.store.sealed_secrets().await.unwrap();
        assert!(!now.contains(&secret));
    }
    bench.works().await;
    fs::write(bench.key_file(), &old[0]).unwrap();
    let app = bench.start().await;
    let secrets = app.store.sealed_secrets().await.unwrap();
    for secret in secrets {
        let opened = app
            .vault
            .open(secret.organisation, TOKEN_FIELD, &secret.sealed);
        assert!(opened.is_err());
    }
}

fn id_of(line: &str) -> &str {
    crate::vault::id_in(line).unwrap()
}

#[tokio::test]
async fn a_rotation_that_is_killed_after_any_step_leaves_an_installation_that_works() {
    for steps in 0..4 {
        let bench = Bench::new().await;
        let app = bench.start().await;
        let file = KeyFile::lock(app.vault.path()).unwrap();
        if steps > 0 {
            let keys = app.add_key(&file).await.unwrap();
            assert_eq!(bench.keys().len(), 2);
            if steps > 1 {
                app.reseal(&keys).await.unwrap();
            }
            if steps > 2 {
                app.reseal_mails(&keys).await.unwrap();
            }
        }
        drop((app, file));

        bench.works().await;
        bench.start().await.rotate_key().await.unwrap();
        assert_eq!(bench.keys().len(), 1, "killed after {steps} steps");
        bench.works().await;
    }
}

#[tokio::test]
async fn a_process_that_is_under_way_finds_the_new_key_by_itself() {
    let bench = Bench::new().await;
    let older = bench.start().await;
    bench.start().await.rotate_key().await.unwrap();

    assert_eq!(tokens(&older).await, ["token of acme", "token of bravo"]);
    store_token(&older, &bench.organisations[0]).await.unwrap();
    bench.works().await;
}

#[tokio::test]
async fn what_was_sealed_before_a_rotation_and_comes_after_it_is_refused() {
    let bench = Bench::new().await;
    let app = bench.start().await;
    let org = &bench.organisations[0];
    let token = SecretString::from("late".to_owned());
    let sealed = app
        .vault
        .seal(org.id, TOKEN_FIELD, &token, &OsEntropy)
        .unwrap();
    let connection = app.store.connection(org.id).await.unwrap().unwrap();
    let mail = mail_to(&app, org);
    bench.start().await.rotate_key().await.unwrap();

    let put = app
        .store
        .put_connection(org.id, &connection.connection, &sealed);
    assert!(matches!(put.await, Err(StoreError::KeyRetired)));
    let put = app.store.put_mails(org.id, &[mail], app.clock.now()).await;
    assert!(matches!(put, Err(StoreError::KeyRetired)));
    bench.works().await;
}

fn mail_to(app: &App, org: &Organisation) -> store::NewMail {
    let content = crate::mails::Content::morning(
        crate::mails::Letterhead {
            organisation: &org.name,
            lang: texts::Lang::English,
        },
        &[],
        "http://127.0.0.1/admin",
    );
    let kind = domain::MailKind::Invitation;
    app.mail_of(org, kind, None, "nadia@acme.test", &content)
        .unwrap()
}

#[tokio::test]
async fn waiting_mails_and_secrets_of_webhooks_open_after_a_rotation() {
    let bench = Bench::new().await;
    let app = bench.start().await;
    let org = &bench.organisations[0];
    let mail = mail_to(&app, org);
    let id = mail.id.to_string();
    app.store
        .put_mails(org.id, &[mail], app.clock.now())
        .await
        .unwrap();
    let said = app.waiting_invitation(org, &id).await.unwrap();
    let connection = app.store.connection(org.id).await.unwrap().unwrap();
    let secret = SecretString::from("of the webhooks".to_owned());
    let field = crate::integration::WEBHOOK_FIELD;
    let sealed = app.vault.seal(org.id, field, &secret, &OsEntropy).unwrap();
    app.store
        .set_webhook_secret(org.id, connection.connection.id, Some(&sealed))
        .await
        .unwrap();

    let rotated = bench.start().await.rotate_key().await.unwrap();

    assert_eq!(rotated.resealed, 4);
    let app = bench.start().await;
    assert_eq!(app.waiting_invitation(org, &id).await.unwrap(), said);
    let sealed = app
        .store
        .webhook_secret(org.id, connection.connection.id)
        .await;
    let opened = app.vault.open(org.id, field, &sealed.unwrap().unwrap());
    assert_eq!(opened.unwrap().expose_secret(), "of the webhooks");
}

#[tokio::test]
async fn a_key_that_does_not_fit_is_not_rotated() {
    let bench = Bench::new().await;
    let other = crate::generate_key(&OsEntropy);
    fs::write(bench.key_file(), other.expose_secret()).unwrap();
    let app = bench.start().await;
    let before = app.store.sealed_secrets().await.unwrap();

    let failure = app.rotate_key().await.unwrap_err();

    assert_eq!(failure.code, "key_file");
    assert_eq!(bench.keys(), [other.expose_secret()]);
    assert_eq!(app.store.sealed_secrets().await.unwrap(), before);
}

#[tokio::test]
async fn two_rotations_do_not_mix() {
    let bench = Bench::new().await;
    let app = bench.start().await;
    let _first = KeyFile::lock(app.vault.path()).unwrap();
    let failure = app.rotate_key().await.unwrap_err();
    assert_eq!(failure.code, "rotation_going");
    assert_eq!(bench.keys().len(), 1);
}

#[tokio::test]
async fn a_key_file_behind_a_link_is_replaced_and_the_link_stays() {
    let bench = Bench::new().await;
    let elsewhere = TempDir::new().unwrap();
    let real = elsewhere.path().join("master.key");
    fs::rename(bench.key_file(), &real).unwrap();
    std::os::unix::fs::symlink(&real, bench.key_file()).unwrap();

    bench.start().await.rotate_key().await.unwrap();

    assert!(fs::symlink_metadata(bench.key_file()).unwrap().is_symlink());
    let left: Vec<_> = fs::read_dir(elsewhere.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "no other file holds a key: {left:?}");
    bench.works().await;
}
