//! Pages with policies of their own, on another site than the chat's: what `shopbell csp` prints is all that they add, and
//! it is enough for the whole of the chat.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use shopbell_e2e::{Hosts, Shown, Visitor, World, journey, until};

const PICTURE: &[u8] = include_bytes!("../pictures/quiet-room.png");
const NONCE: &str = "cXVpZXQgcm9vbSBhdCBub29u";
/// What the owner had already; the printed directives come behind it.
const OWN: &str = "default-src 'none'; base-uri 'none'; object-src 'none'";
/// Runs only where the page's policy does not bite.
const INTRUDER: &str = "<script>window.intruder = true</script>";

/// The lines of `shopbell csp POLICY`, as an owner puts them on a page.
struct Lines {
    directives: Option<String>,
    frame: Option<String>,
    tag: String,
}

impl Lines {
    async fn of(world: &World, policy: &str) -> Result<Self> {
        let printed = world.print(&["csp", policy]).await?.replace("NONCE", NONCE);
        let line = |start: &str| {
            printed
                .lines()
                .find(|line| line.starts_with(start))
                .map(str::to_owned)
        };
        Ok(Self {
            directives: line("Content-Security-Policy: ")
                .and_then(|line| Some(line.split_once(": ")?.1.to_owned())),
            frame: line("<iframe "),
            tag: line("<script ").context("no tag was printed")?,
        })
    }

    fn page(&self) -> String {
        format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Shop</title><h1>Shop</h1>{INTRUDER}{}",
            self.tag
        )
    }
}

/// One page of the matrix.
struct Row {
    name: &'static str,
    address: String,
    /// Whether the page with the tag is in a frame of the one that is opened.
    nested: bool,
    /// Whether the owner's policy forbids scripts that nobody has named.
    strict: bool,
}

async fn rows(world: &World, hosts: &Hosts) -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for name in ["none", "nonce", "hash", "trusted-types", "strict", "sandbox"] {
        let lines = Lines::of(world, name).await?;
        let own = if name == "sandbox" { "" } else { OWN };
        let header = lines.directives.as_ref().map(|printed| {
            // A page that trusts what its trusted scripts load: the chat's tag is one of them.
            let printed = printed.replace("'nonce-", "'strict-dynamic' 'nonce-");
            let policy = [own, &printed].join("; ");
            (
                "Content-Security-Policy".to_owned(),
                policy.trim_start_matches("; ").to_owned(),
            )
        });
        rows.push(Row {
            name,
            address: hosts.put(&format!("/{name}"), header.as_slice(), &lines.page())?,
            nested: false,
            strict: header.is_some() && name != "sandbox",
        });
        if let Some(frame) = &lines.frame {
            let inner = hosts.put("/inside", &[], &lines.page())?;
            let outer = format!(
                "<!doctype html><title>Around</title>{}",
                frame
                    .replace("YOUR-PAGE", &inner)
                    .replace("<iframe ", "<iframe width=900 height=700 ")
            );
            rows.push(Row {
                name: "sandbox, in a frame",
                address: hosts.put("/around", &[], &outer)?,
                nested: true,
                strict: false,
            });
        }
    }
    Ok(rows)
}

#[tokio::test(flavor = "multi_thread")]
async fn on_strict_pages_the_printed_lines_are_enough_to_open_send_press_and_upload() -> Result<()> {
    journey("hosts", async |world: Arc<World>| {
        let hosts = Hosts::start().await?;
        let visitor = world.visitor().await?;
        let picture = world.file("quiet-room.png", PICTURE)?;
        let mut tokens = Vec::new();
        println!(
            "{:<22}{:>8}{:>8}{:>10}{:>8}",
            "page", "open", "send", "postback", "upload"
        );
        for row in rows(&world, &hosts).await? {
            comes_to(&visitor, &row).await?;
            visitor.open_chat().await?;
            visitor.is_taken_over().await?;
            sends(&visitor, row.name).await?;
            presses(&world, &visitor, row.name).await?;
            uploads(&visitor, &picture, tokens.len()).await?;
            tokens.push(token(&visitor).await?);
            let content = visitor.browser().must_be_content().await;
            content.with_context(|| format!("on the page \"{}\"", row.name))?;
            println!(
                "{:<22}{:>8}{:>8}{:>10}{:>8}",
                row.name, "pass", "pass", "pass", "pass"
            );
        }
        for path in world.proxy.paths() {
            for token in &tokens {
                assert!(!path.contains(token.as_str()), "a token in an address: {path}");
            }
        }
        Ok(())
    })
    .await
}

/// Opens the page, and makes sure that what its policy forbids is forbidden.
async fn comes_to(visitor: &Visitor, row: &Row) -> Result<()> {
    let browser = visitor.browser();
    browser.goto(&row.address).await?;
    if row.nested {
        browser.find("iframe").await?.enter_frame().await?;
    }
    let ran = browser.run("return window.intruder === true", Vec::new()).await?;
    assert_eq!(
        ran,
        json!(!row.strict),
        "{}: an inline script nobody has named",
        row.name
    );
    if row.name == "trusted-types" {
        let parse = "try { document.body.innerHTML = '<b>'; return 'parsed' } catch { return 'refused' }";
        assert_eq!(browser.run(parse, Vec::new()).await?, "refused");
    }
    // Asking for the complaints forgets them: these two are ours.
    browser
        .must_be_content_but_for(&["inline script", "TrustedHTML"])
        .await
}

async fn sends(visitor: &Visitor, name: &str) -> Result<()> {
    let text = format!("Hello from the page \"{name}\"");
    visitor.types(&text).await?;
    visitor.sends().await?;
    let accepted = |message: &Shown| message.text.contains(&text) && message.is_accepted();
    visitor.sees("the message, accepted", accepted).await?;
    Ok(())
}

async fn presses(world: &World, visitor: &Visitor, name: &str) -> Result<()> {
    let label = format!("Yes, {name}");
    let interaction = format!("interaction of {name}");
    let events = events(world).await?;
    let conversation = events
        .first()
        .and_then(|event| event.pointer("/data/conversationId"))
        .context("no event of a conversation")?;
    let request = json!({
        "conversationId": conversation,
        "message": {
            "content": {"template": {
                "title": "Is this you?",
                "buttons": [{"label": label, "postbackProperties": {"interactionId": interaction}}],
            }},
            "visibility": "BUSINESS_AND_PARTICIPANT",
            "direction": "BUSINESS_TO_PARTICIPANT",
        },
    });
    let answer = world
        .api()
        .post(&format!("{}/inbox/v2/messages", world.address()), &request)
        .await?;
    ensure!(answer.status == 200, "no card: {}", answer.body);
    visitor
        .sees("the card", |message| message.text.contains(&label))
        .await?;
    visitor.presses_twice(&label).await?;
    until("the button to be done", async || {
        Ok((visitor.button_state(&label).await? == "done").then_some(()))
    })
    .await?;
    let told = self::events(world)
        .await?
        .iter()
        .filter(|event| event.to_string().contains(&interaction) && event.to_string().contains("interact"))
        .filter(|event| {
            event["type"]
                .as_str()
                .is_some_and(|kind| kind.contains("interact"))
        })
        .count();
    assert_eq!(told, 1, "{name}: the business is told of the press once");
    Ok(())
}

/// One more picture than before: the visitor is the same on all pages, and finds the earlier ones again.
async fn uploads(visitor: &Visitor, picture: &Path, earlier: usize) -> Result<()> {
    visitor.attaches(picture).await?;
    visitor.sends().await?;
    until("the own picture to be accepted and shown", async || {
        let shown = visitor.shown().await?;
        let pictures = shown
            .iter()
            .filter(|message| message.images > 0 && message.is_accepted());
        Ok((pictures.count() == earlier + 1).then_some(()))
    })
    .await
}

async fn token(visitor: &Visitor) -> Result<String> {
    let script = "
        if (/token=|host=[^&]*eyJ/.test(location.href)) throw new Error(location.href);
        return localStorage.getItem('shopbell.token');";
    let token = visitor.browser().run(script, Vec::new()).await?;
    let token = token.as_str().context("no token is kept")?.to_owned();
    let address = visitor
        .browser()
        .run("return location.href + document.referrer", Vec::new())
        .await?;
    assert!(!address.to_string().contains(&token), "a token in {address}");
    Ok(token)
}

async fn events(world: &World) -> Result<Vec<Value>> {
    let log = world
        .api()
        .get(&format!("{}/events/v1?limit=100", world.address()))
        .await?
        .json()?;
    let events = log.get("events").and_then(Value::as_array);
    Ok(events.context("no list of events")?.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_byte_is_refused_and_a_page_that_poses_as_another_hears_nothing() -> Result<()> {
    journey("hosts_foreign", async |world: Arc<World>| {
        let hosts = Hosts::start().await?;
        let visitor = world.visitor().await?;
        let browser = visitor.browser();

        let lines = Lines::of(&world, "hash").await?;
        let other = world.print(&["csp", "hash"]).await?;
        let hash = other.split('\'').nth(1).context("no hash")?;
        let changed = format!(
            "sha384-{}",
            hash.chars()
                .skip(7)
                .collect::<String>()
                .chars()
                .rev()
                .collect::<String>()
        );
        let page = hosts.put("/changed", &[], &lines.page().replace(hash, &changed))?;
        browser.goto(&page).await?;
        let there = "return document.querySelectorAll('shopbell-chat').length";
        assert_eq!(
            browser.run(there, Vec::new()).await?,
            0,
            "other bytes than the page has named"
        );

        for (path, claimed, heard) in [
            ("/own", "location.origin", 1),
            ("/posing", "'https://shop.example'", 0),
        ] {
            let html = format!(
                "<!doctype html><title>Shop</title><script>
                    window.heard = [];
                    addEventListener('message', ({{ data }}) => heard.push(data));
                    const frame = document.createElement('iframe');
                    frame.src = '{}/widget/#' + new URLSearchParams({{ host: {claimed}, instance: 1 }});
                    document.documentElement.append(frame);
                </script>",
                world.address()
            );
            browser.goto(&hosts.put(path, &[], &html)?).await?;
            browser.find("iframe").await?.enter_frame().await?;
            visitor.is_taken_over().await?;
            visitor.leave_frame().await?;
            let count = browser.run("return heard.length", Vec::new()).await?;
            assert_eq!(
                count, heard,
                "{path}: what the chat says is for the page it was told of"
            );
        }
        Ok(())
    })
    .await
}
