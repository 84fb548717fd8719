//! `rollcall token`: API tokens.

use anyhow::Result;
use app::{TokenCreated, TokenView};
use clap::Subcommand;
use serde_json::json;

use crate::{
    args::OrgArg,
    context::Context,
    exit::Exit,
    show::{instant, table},
};

/// API tokens of an organisation
#[derive(Subcommand)]
#[command(
    after_help = "Examples:\n  rollcall token create --org acme --name payroll --read-only\n  \
                  rollcall token revoke payroll --org acme"
)]
pub(crate) enum TokenCommand {
    /// Make a token; it is shown once
    Create {
        #[command(flatten)]
        org: OrgArg,
        /// What it is for
        #[arg(long)]
        name: String,
        /// It may read and change nothing
        #[arg(long)]
        read_only: bool,
    },
    /// List all tokens, revoked ones too
    List {
        #[command(flatten)]
        org: OrgArg,
    },
    /// End a token at once
    Revoke {
        #[command(flatten)]
        org: OrgArg,
        /// The token's id or name
        #[arg(value_name = "ID|NAME")]
        token: String,
    },
}

/// Does it.
pub(crate) async fn run(command: TokenCommand, context: &Context) -> Result<Exit> {
    match command {
        TokenCommand::Create {
            org,
            name,
            read_only,
        } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let created = app.create_token(&organisation, &name, read_only).await?;
            context.out.show(&created, || words(&created))?;
        }
        TokenCommand::List { org } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            let list = app.tokens(&organisation).await?;
            context.out.show(&list, || all(&list.items))?;
        }
        TokenCommand::Revoke { org, token } => {
            let (app, organisation) = context.app_and_organisation(&org).await?;
            app.revoke_token(&organisation, &token).await?;
            context.out.show(&json!({ "revoked": token }), || {
                format!("Revoked the token {token}.")
            })?;
        }
    }
    Ok(Exit::Done)
}

fn words(created: &TokenCreated) -> String {
    let TokenCreated { name, token, .. } = created;
    format!("The token {name:?}, shown this once:\n  {token}")
}

fn all(tokens: &[TokenView]) -> String {
    if tokens.is_empty() {
        return "No tokens yet.".to_owned();
    }
    let rows = tokens.iter().map(|token| {
        [
            token.name.clone(),
            if token.read_only {
                "read only"
            } else {
                "read and write"
            }
            .to_owned(),
            instant(token.created_at),
            token.revoked_at.map(instant).unwrap_or_default(),
            token.id.to_string(),
        ]
    });
    table(["NAME", "MAY", "CREATED", "REVOKED", "ID"], rows)
}
