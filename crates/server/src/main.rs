//! The program `shopbell`: arguments, settings, what is printed, and the end.

mod operate;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Parser, Subcommand};
use shopbell_server::app::App;
use shopbell_server::config::{Config, DEFAULTS, Overrides, parse_addr};
use shopbell_server::service::{FirstSecrets, FirstStart};
use tokio_util::sync::CancellationToken;

/// Chat that a business puts on its website with one script tag.
#[derive(Parser)]
#[command(name = "shopbell", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serves the chat, the inbox and the APIs
    Serve(Box<Serve>),
    /// Sets a new password for the owner and ends every session of that login
    Password(operate::Where),
    /// Keys for the business's programs
    Key(operate::Key),
    /// Keys by which your own server proves who its members are
    Identity(operate::Identity),
    /// Prints what a page with a content policy has to allow for the chat
    Csp(operate::Csp),
    /// Prints every setting with its meaning, unit and default
    Config,
    /// Prints the OpenAPI document
    Openapi,
}

#[derive(Args)]
struct Serve {
    /// Where to listen; 127.0.0.1:8080 where nothing says otherwise
    #[arg(long, env = "SHOPBELL_ADDR", value_name = "ADDRESS:PORT", value_parser = parse_addr)]
    addr: Option<SocketAddr>,
    /// Folder for the database and uploaded files; ./data where nothing says otherwise
    #[arg(long, env = "SHOPBELL_DATA", value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Another database than the SQLite file in the data folder; not in this version
    #[arg(
        long,
        env = "SHOPBELL_DATABASE_URL",
        value_name = "URL",
        hide_env_values = true
    )]
    database_url: Option<String>,
    /// A NATS server that joins several nodes; not in this version
    #[arg(long, env = "SHOPBELL_NATS_URL", value_name = "URL", hide_env_values = true)]
    nats_url: Option<String>,
    /// How visitors reach this server, like `https://chat.example.com`
    #[arg(long, env = "SHOPBELL_PUBLIC_URL", value_name = "URL")]
    public_url: Option<String>,
    /// Serves a demonstration shop at /
    #[arg(long, env = "SHOPBELL_DEMO", value_parser = clap::builder::FalseyValueParser::new())]
    demo: bool,
    /// Networks that webhooks may reach beside the public internet, like 10.1.0.0/16, or `private`
    #[arg(
        long,
        env = "SHOPBELL_WEBHOOKS_ALLOW",
        value_name = "NETWORK,…",
        value_delimiter = ','
    )]
    webhooks_allow: Option<Vec<String>>,
    /// A file with settings; see `shopbell config`
    #[arg(long, env = "SHOPBELL_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(options) => serve(*options),
        Command::Password(place) => operate::password(&place),
        Command::Key(options) => operate::key(options),
        Command::Identity(options) => operate::identity(options),
        Command::Csp(options) => operate::csp(&options),
        Command::Config => {
            print!("{DEFAULTS}");
            Ok(())
        }
        Command::Openapi => shopbell_server::http::openapi::document()
            .context("cannot write the OpenAPI document")
            .map(|document| println!("{document}")),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shopbell: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn serve(options: Serve) -> Result<()> {
    not_in_this_version(&options)?;
    let overrides = Overrides {
        addr: options.addr,
        data: options.data,
        public_url: options.public_url,
        demo: options.demo.then_some(true),
        webhooks_allow: options.webhooks_allow,
    };
    let config = Config::load(options.config.as_deref(), overrides)?;
    log(&config.log.filter)?;
    // Every socket is an open file; the usual soft limit of 1024 is far below what one server can hold.
    if let Err(error) = rlimit::increase_nofile_limit(u64::MAX) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?
        .block_on(run(config))
}

fn not_in_this_version(options: &Serve) -> Result<()> {
    if options.database_url.as_deref().is_some_and(|url| !url.is_empty()) {
        bail!(
            "--database-url (SHOPBELL_DATABASE_URL) names another database, which is not in this version\n  \
             mend it: leave it away; messages are kept in SQLite, in the folder that --data names"
        );
    }
    if options.nats_url.as_deref().is_some_and(|url| !url.is_empty()) {
        bail!(
            "--nats-url (SHOPBELL_NATS_URL) joins several nodes, which is not in this version\n  \
             mend it: leave it away; one node serves alone"
        );
    }
    Ok(())
}

fn log(filter: &str) -> Result<()> {
    let filter = std::env::var("RUST_LOG").unwrap_or_else(|_unset| filter.to_owned());
    let filter = tracing_subscriber::EnvFilter::try_new(&filter)
        .with_context(|| format!("log.filter (or RUST_LOG) is not a filter: {filter}"))?;
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .init();
    // What a panic says may hold what somebody wrote; where it happened is enough to find it.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(panic.place = place, "panicked");
    }));
    Ok(())
}

async fn run(config: Config) -> Result<()> {
    let first = FirstStart {
        // The demonstration shop's own name, so that page and chat speak of one business.
        business_name: config.server.demo.then(|| "Amy’s Shoes".to_owned()),
        owner_password: given("SHOPBELL_OWNER_PASSWORD"),
        api_key: given("SHOPBELL_API_KEY"),
        ..FirstStart::default()
    };
    let public_url_given = !config.server.public_url.is_empty();
    let (demo, mut public) = (config.server.demo, config.clone());
    let (app, secrets) = App::open(config, first).await?;
    public.server.addr = app.addr;
    if app.addr.ip().is_unspecified() && !public_url_given {
        tracing::warn!(
            "listening on every address without --public-url: links to pictures will name 127.0.0.1"
        );
    }
    let stopping = app.stopping();
    tokio::spawn(stop_on_signal(stopping)?);
    introduce(&public.public_origin(), demo, secrets.as_ref());
    println!("ready http://{}", app.addr);
    app.serve().await;
    tracing::info!("stopped");
    Ok(())
}

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn introduce(origin: &str, demo: bool, secrets: Option<&FirstSecrets>) {
    println!("Shopbell {}", env!("CARGO_PKG_VERSION"));
    if demo {
        println!("  shop page      {origin}/");
    }
    println!("  inbox page     {origin}/inbox/");
    println!("  tag to paste   <script async src=\"{origin}/embed.js\"></script>");
    let Some(secrets) = secrets else { return };
    println!("  owner's login  {}", secrets.owner_login);
    let password = if secrets.password_made {
        &secrets.owner_password
    } else {
        "as given in SHOPBELL_OWNER_PASSWORD"
    };
    let key = if secrets.key_made {
        &secrets.api_key
    } else {
        "as given in SHOPBELL_API_KEY"
    };
    println!("  password       {password}");
    println!("  API key        {key}");
    if secrets.password_made || secrets.key_made {
        println!("  Keep them: they are not shown again.");
    }
}

/// SIGTERM or Ctrl-C begin the end; once more, and it is over at once.
#[cfg(unix)]
fn stop_on_signal(stopping: CancellationToken) -> Result<impl Future<Output = ()> + Send> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate()).context("cannot listen for SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("cannot listen for SIGINT")?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping");
        stopping.cancel();
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        std::process::exit(1);
    })
}

#[cfg(not(unix))]
fn stop_on_signal(stopping: CancellationToken) -> Result<impl Future<Output = ()> + Send> {
    Ok(async move {
        let _pressed = tokio::signal::ctrl_c().await;
        stopping.cancel();
    })
}
