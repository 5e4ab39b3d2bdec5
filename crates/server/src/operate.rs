//! Commands for the operator: a new password, keys. They work beside a running server, which asks the database about
//! every session and key and so notices at once.

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use shopbell_server::app::open_beside;
use shopbell_server::config::{Config, Overrides};
use shopbell_server::service::{Service, ServiceError};

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
    },
    /// Prints all keys: id, app id, when made, name
    List,
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
        KeyCommand::New { name } => {
            let (listed, key) = match service.create_api_key(&name).await {
                Err(ServiceError::Invalid(violations)) => bail!("--name: {violations}"),
                made => made.context("cannot make a key")?,
            };
            println!("id       {}", listed.id);
            println!("app id   {}", listed.app_id.as_str());
            println!("API key  {key}");
            println!("Keep it: it is not shown again.");
        }
        KeyCommand::List => {
            for key in service.api_keys().await.context("cannot list the keys")? {
                println!(
                    "{}  {}  {}  {}",
                    key.id,
                    key.app_id.as_str(),
                    key.created,
                    key.name
                );
            }
        }
        KeyCommand::Revoke { id } => match service.revoke_api_key(&id).await {
            Err(ServiceError::NotFound { .. }) => {
                bail!("there is no key {id}\n  mend it: take an id that `shopbell key list` prints")
            }
            revoked => {
                revoked.context("cannot revoke the key")?;
                println!("{id} is not valid any more.");
            }
        },
    }
    Ok(())
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
