//! `shopbell csp`: what the owner of a page has to allow for the chat, ready to be pasted.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::Args;
use clap::builder::PossibleValuesParser;
use shopbell_server::assets::Assets;
use shopbell_server::config::{Config, Overrides};
use shopbell_server::hosts::HostPolicy;

#[derive(Args)]
pub(crate) struct Csp {
    /// What the page enforces; all of them, with headings, where not given
    #[arg(value_parser = PossibleValuesParser::new(HostPolicy::ALL.map(HostPolicy::name)))]
    policy: Option<String>,
    /// How visitors reach this server, like `https://chat.example.com`
    #[arg(long, env = "SHOPBELL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// The server's file with settings
    #[arg(long, env = "SHOPBELL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

/// Prints the lines; needs no running server and no data.
pub(crate) fn csp(options: &Csp) -> Result<()> {
    let overrides = Overrides {
        public_url: options.public_url.clone(),
        ..Overrides::default()
    };
    let config = Config::load(options.config.as_deref(), overrides)?;
    let origin = config.public_origin();
    let integrity = Assets::embedded()
        .integrity("embed.js")
        .context("this binary was built without embed.js\n  mend it: cargo xtask build")?;
    let lines = |policy: HostPolicy| policy.lines(&origin, &integrity).print();
    if let Some(policy) = options.policy.as_deref().and_then(HostPolicy::from_name) {
        print!("{}", lines(policy));
        return Ok(());
    }
    for policy in HostPolicy::ALL {
        println!("# {}\n{}", policy.heading(), lines(policy));
    }
    println!("# Nothing else: the page needs no connect-src, style-src, img-src or font-src for the chat.");
    println!("# Where the chat may be shown is the site's list of allowed origins, in the inbox's settings.");
    Ok(())
}
