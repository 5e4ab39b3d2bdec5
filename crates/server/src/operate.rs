//! Commands for the operator: a new password, keys. They work beside a running server, which asks the database about
//! every session and key and so notices at once.

mod csp;
mod identity;

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use shopbell_protocol::Violations;
use shopbell_protocol::admin::{KeyScope, MadeApiKey, NewApiKey, Rotation};
use shopbell_server::app::open_beside;
use shopbell_server::config::{Config, Overrides};
use shopbell_server::service::{Service, ServiceError};

pub(crate) use csp::{Csp, csp};
pub(crate) use identity::{Identity, identity};

/// Which server's data.
#[derive(Args)]
pub(crate) struct Where {
    /// The server's data folder; ./data where nothing says otherwise
    #[arg(long, env = "SHOPBELL_DATA", value_name = "FOLDER", global = true)]
    data: Option<PathBuf>,
    /// The server's file with settings
    #[arg(long, env = "SHOPBELL_CONFIG", value_name = "FILE", global = true)]
    config: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Key {
    #[command(subcommand)]
    what: KeyCommand,
    #[command(flatten)]
    place: Where,
}

#[derive(Subcommand)]
enum KeyCommand {
    /// Makes a key for another program and prints it once
    New {
        /// What the key is for, like "Order robot"
        #[arg(long)]
        name: String,
        /// What it may be used for: READ, WRITE, EVENTS, ADMIN; everything but ADMIN where not given
        #[arg(long, value_delimiter = ',', value_name = "SCOPE,…")]
        scopes: Option<Vec<String>>,
        /// When it ends, like 2027-01-31T00:00:00Z; when it is revoked where not given
        #[arg(long, value_name = "DATE")]
        expires: Option<String>,
    },
    /// Prints all keys: id, app id, when made, when last used, when they end, scopes, name
    List,
    /// Makes a key that takes another's place and prints it once; the old one stays valid for the overlap
    Rotate {
        /// As `shopbell key list` prints it
        id: String,
        /// Hours for which both are valid, at most 720
        #[arg(long, default_value_t = 24)]
        overlap_hours: u32,
    },
    /// Takes a key's right away, for good
    Revoke {
        /// As `shopbell key list` prints it
        id: String,
    },
}

/// `shopbell password`
pub(crate) fn password(place: &Where) -> Result<()> {
    at_once(async {
        let given = super::given("SHOPBELL_OWNER_PASSWORD");
        let made = given.is_none();
        let service = open(place)?;
        let new = service.set_owner_password(given).await;
        service.close().await;
        let new = new.context("cannot set the password")?;
        println!("owner's login  {}", new.login);
        if made {
            println!("password       {}", new.password);
            println!("Keep it: it is not shown again.");
        } else {
            println!("password       as given in SHOPBELL_OWNER_PASSWORD");
        }
        println!("Whoever was signed in with this login has to sign in again.");
        Ok(())
    })
}

/// `shopbell key …`
pub(crate) fn key(options: Key) -> Result<()> {
    at_once(async {
        let service = open(&options.place)?;
        let done = key_command(&service, options.what).await;
        service.close().await;
        done
    })
}

async fn key_command(service: &Service, command: KeyCommand) -> Result<()> {
    match command {
        KeyCommand::New {
            name,
            scopes,
            expires,
        } => {
            let scopes = scopes.map(|scopes| {
                let scope = |text: &String| KeyScope::from_wire(text.trim().to_uppercase().as_str());
                scopes.iter().map(scope).collect()
            });
            let request = NewApiKey {
                name,
                scopes,
                expires_date: expires,
            };
            match service.create_api_key(None, request).await {
                Err(ServiceError::Invalid(violations)) => bail!("{}", by_option(&violations)),
                made => print_made(&made.context("cannot make a key")?),
            }
        }
        KeyCommand::List => {
            for key in service.api_keys(None).await.context("cannot list the keys")? {
                let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
                println!(
                    "{}  {}  {}  used {}  ends {}  {}  {}",
                    key.id,
                    key.app_id.as_str(),
                    key.created_date,
                    key.last_used_date.as_deref().unwrap_or("never"),
                    key.expires_date.as_deref().unwrap_or("never"),
                    scopes.join(","),
                    key.name
                );
            }
        }
        KeyCommand::Rotate { id, overlap_hours } => {
            let rotation = Rotation {
                overlap_hours: Some(overlap_hours),
            };
            match service.rotate_api_key(None, &id, rotation).await {
                Err(ServiceError::NotFound { .. }) => return Err(no_such_key(&id)),
                Err(ServiceError::Invalid(violations)) => bail!("{}", by_option(&violations)),
                made => print_made(&made.context("cannot make a key")?),
            }
            println!("{id} stays valid for {overlap_hours} hours.");
        }
        KeyCommand::Revoke { id } => match service.revoke_api_key(None, &id).await {
            Err(ServiceError::NotFound { .. }) => return Err(no_such_key(&id)),
            revoked => {
                revoked.context("cannot revoke the key")?;
                println!("{id} is not valid any more.");
            }
        },
    }
    Ok(())
}

fn print_made(made: &MadeApiKey) {
    println!("id       {}", made.key.id);
    println!("app id   {}", made.key.app_id.as_str());
    println!("API key  {}", made.api_key);
    println!("Keep it: it is not shown again.");
}

fn no_such_key(id: &str) -> anyhow::Error {
    anyhow!("there is no key {id}\n  mend it: take an id that `shopbell key list` prints")
}

/// What was wrong, by the option that says it.
fn by_option(violations: &Violations) -> String {
    let lines = violations.0.iter().map(|violation| {
        let field = violation.field.split('[').next().unwrap_or_default();
        let option = match field {
            "expiresDate" => "--expires",
            "overlapHours" => "--overlap-hours",
            "name" => "--name",
            "scopes" => "--scopes",
            other => other,
        };
        format!("{option}: {}", violation.description)
    });
    lines.collect::<Vec<_>>().join("\n  ")
}

fn open(place: &Where) -> Result<Service> {
    let overrides = Overrides {
        data: place.data.clone(),
        ..Overrides::default()
    };
    let config = Config::load(place.config.as_deref(), overrides)?;
    Ok(open_beside(&config)?)
}

fn at_once(work: impl Future<Output = Result<()>>) -> Result<()> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(work)
}
