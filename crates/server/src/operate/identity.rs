//! `shopbell identity …`: keys by which the site's own server proves who its members are.

use std::path::PathBuf;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args, Subcommand};
use shopbell_server::service::{MadeIdentityKey, NewIdentityKey, Service, ServiceError, ServiceResult};

use super::{Where, at_once, open};

#[derive(Args)]
pub(crate) struct Identity {
    #[command(subcommand)]
    what: IdentityCommand,
    #[command(flatten)]
    place: Where,
}

#[derive(Subcommand)]
enum IdentityCommand {
    /// Makes a key; a secret is printed once
    New {
        /// What the key is for, like "Shop"
        #[arg(long)]
        name: String,
        /// `HS256` (a secret is made), `EdDSA` or `RS256` (with --public-key)
        #[arg(long, default_value = "HS256")]
        algorithm: String,
        /// A file with the public key as PEM
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
    },
    /// Prints all keys: id, algorithm, when made, until when, name
    List,
    /// Makes a key of the same kind in another's place
    Rotate {
        /// As `shopbell identity list` prints it
        id: String,
        /// How long the old key goes on beside the new one
        #[arg(long, default_value_t = 86_400, value_name = "SECONDS")]
        overlap_seconds: u64,
        /// A file with the new public key as PEM
        #[arg(long, value_name = "FILE")]
        public_key: Option<PathBuf>,
    },
    /// Takes a key's right away, at once
    Revoke {
        /// As `shopbell identity list` prints it
        id: String,
    },
}

/// `shopbell identity …`
pub(crate) fn identity(options: Identity) -> Result<()> {
    at_once(async {
        let service = open(&options.place)?;
        let done = command(&service, options.what).await;
        service.close().await;
        done
    })
}

async fn command(service: &Service, command: IdentityCommand) -> Result<()> {
    match command {
        IdentityCommand::New {
            name,
            algorithm,
            public_key,
        } => {
            let new = NewIdentityKey {
                name,
                algorithm,
                public_key: read(public_key)?,
            };
            print_made(&checked(service.create_identity_key(None, new).await, "")?);
        }
        IdentityCommand::List => {
            for key in service
                .identity_keys(None)
                .await
                .context("cannot list the keys")?
            {
                println!(
                    "{}  {}  {}  ends {}  {}",
                    key.id,
                    key.algorithm,
                    key.created_date,
                    key.expires_date.as_deref().unwrap_or("never"),
                    key.name
                );
            }
        }
        IdentityCommand::Rotate {
            id,
            overlap_seconds,
            public_key,
        } => {
            let pem = read(public_key)?;
            let made = service.rotate_identity_key(None, &id, pem, overlap_seconds).await;
            print_made(&checked(made, &id)?);
            println!("{id} stays valid for {overlap_seconds} seconds.");
        }
        IdentityCommand::Revoke { id } => {
            checked(service.revoke_identity_key(None, &id).await, &id)?;
            println!("{id} is not valid any more. Sessions that it began end within 24 hours.");
        }
    }
    Ok(())
}

fn read(file: Option<PathBuf>) -> Result<Option<String>> {
    file.map(|file| std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display())))
        .transpose()
}

fn checked<T>(done: ServiceResult<T>, id: &str) -> Result<T> {
    match done {
        Err(ServiceError::Invalid(violations)) => bail!("{violations}"),
        Err(ServiceError::NotFound { .. }) => Err(anyhow!(
            "there is no key {id}\n  mend it: take an id that `shopbell identity list` prints"
        )),
        done => done.context("cannot change the identity keys"),
    }
}

fn print_made(made: &MadeIdentityKey) {
    println!("id         {}", made.key.id);
    println!("algorithm  {}", made.key.algorithm);
    if let Some(secret) = &made.secret {
        println!("secret     {secret}");
        println!("Keep it: it is not shown again.");
    }
}
