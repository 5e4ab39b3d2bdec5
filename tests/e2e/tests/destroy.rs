//! What is left of the chat on a page that has taken it away: nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use shopbell_e2e::{Browser, World, journey, until};

/// How often the chat comes and goes.
const TIMES: usize = 50;

/// Counts what the page has started and not ended; before any script of the page.
const WATCH: &str = "
    if (window === top) {
        const started = (window.startedTimers = new Map());
        for (const [start, stop] of [['setTimeout', 'clearTimeout'], ['setInterval', 'clearInterval']]) {
            const [begin, end] = [window[start], window[stop]];
            window[start] = (handler, ...rest) => {
                const id = begin((...given) => {
                    if (start === 'setTimeout') started.delete(id);
                    handler(...given);
                }, ...rest);
                started.set(id, start);
                return id;
            };
            window[stop] = (id) => (started.delete(id), end(id));
        }
    }";

/// Loads the tag as a router does that runs it on every page.
const TAG: &str = "
    await new Promise((resolve, reject) => {
        const tag = document.createElement('script');
        Object.assign(tag, { src: '/embed.js', onload: resolve, onerror: reject });
        document.head.append(tag);
        tag.remove();
    });";

/// One life, ended at a different age each time: before the frame, with the frame on its way, with the panel open, with a
/// socket, or after it was taken out and put back.
const LIFE: &str = "
    const age = arguments[0] % 5;
    if (age === 1) Shopbell.shadowRoot.querySelector('button').dispatchEvent(new PointerEvent('pointerenter'));
    if (age >= 2) await Shopbell.maximize({ focus: age === 2 });
    if (age >= 3) {
        while (Shopbell.connectionState !== 'online') await new Promise(requestAnimationFrame);
    }
    if (age === 4) {
        const chat = Shopbell;
        chat.remove();
        document.body.append(chat);
        await chat.maximize();
    }
    await Shopbell.destroy();";

/// What is on the page, and what it keeps running.
const REST: &str = "({
    globals: Object.keys(window).length,
    timers: startedTimers.size,
    sheets: document.adoptedStyleSheets.length,
    'listeners of the window': Object.values(getEventListeners(window)).flat().length,
    'listeners of the document': Object.values(getEventListeners(document)).flat().length,
    'listeners of the viewport': Object.values(getEventListeners(visualViewport)).flat().length,
    attributes: document.documentElement.attributes.length + document.body.attributes.length,
    children: document.documentElement.children.length,
})";

/// Of what the browser counts for the page's process, frames included.
const METRICS: [&str; 6] = [
    "Nodes",
    "JSEventListeners",
    "Documents",
    "Frames",
    "V8PerContextDatas",
    "DetachedScriptStates",
];

type Counts = BTreeMap<String, i64>;

async fn run(browser: &Browser, steps: &str, argument: usize) -> Result<()> {
    let script = format!("return (async () => {{ {steps} }}).apply(null, arguments).then(() => true);");
    // Arrow functions take the arguments of the function around them.
    browser.run(&script, vec![json!(argument)]).await.map(|_done| ())
}

/// Counts after everything that can be thrown away has been.
async fn counts(world: &World, browser: &Browser) -> Result<Counts> {
    browser.devtools("HeapProfiler.collectGarbage", json!({})).await?;
    let metrics = browser.devtools("Performance.getMetrics", json!({})).await?;
    let metrics = metrics
        .get("metrics")
        .and_then(Value::as_array)
        .context("no metrics")?;
    let mut counts = Counts::new();
    for name in METRICS {
        let metric = metrics.iter().find(|metric| metric["name"] == name);
        let value = metric.and_then(|metric| metric["value"].as_f64());
        let value = value.with_context(|| format!("no count of {name}"))?;
        #[expect(clippy::cast_possible_truncation, reason = "a count")]
        counts.insert(name.to_owned(), value as i64);
    }
    let asked = json!({"expression": REST, "includeCommandLineAPI": true, "returnByValue": true});
    let rest = browser.devtools("Runtime.evaluate", asked).await?;
    let rest = rest.pointer("/result/value").and_then(Value::as_object);
    for (name, count) in rest.context("the page does not count")? {
        counts.insert(name.clone(), count.as_i64().context("no count")?);
    }
    counts.insert("sockets at the server".to_owned(), sockets(world).await?);
    Ok(counts)
}

async fn sockets(world: &World) -> Result<i64> {
    let metrics = world.api().get(&format!("{}/metrics", world.address())).await?;
    let line = metrics
        .body
        .lines()
        .find_map(|line| line.strip_prefix("shopbell_participant_sockets "));
    Ok(line.context("no count of sockets")?.trim().parse()?)
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_lives_leave_no_node_listener_timer_socket_or_global() -> Result<()> {
    journey("destroy", async |world: Arc<World>| {
        let visitor = world.visitor().await?;
        let browser = visitor.browser();
        browser.devtools("Performance.enable", json!({})).await?;
        let watch = json!({"source": WATCH});
        browser
            .devtools("Page.addScriptToEvaluateOnNewDocument", watch)
            .await?;
        browser.goto(&format!("{}/healthz", world.address())).await?;
        // The first life leaves the definition of the element's name, which browsers offer no way to take back.
        for age in 0..5 {
            run(browser, &format!("{TAG} {LIFE}"), age).await?;
        }
        let before = settled(&world, browser, None).await?;
        for life in 0..TIMES {
            run(browser, &format!("{TAG} {LIFE}"), life).await?;
        }
        let after = settled(&world, browser, Some(&before)).await?;
        println!(
            "{:<28}{:>8}{:>8}{:>8}",
            "after fifty lives", "before", "after", "left"
        );
        for (name, count) in &after {
            let earlier = before.get(name).copied().unwrap_or_default();
            println!("{name:<28}{earlier:>8}{count:>8}{:>8}", count - earlier);
        }
        assert_eq!(after, before);
        Ok(())
    })
    .await
}

/// Counts once sockets are gone and, where it is told what is to be found, this is found; else what is there at the end.
async fn settled(world: &World, browser: &Browser, expected: Option<&Counts>) -> Result<Counts> {
    until("the sockets to end", async || {
        Ok((sockets(world).await? == 0).then_some(()))
    })
    .await?;
    let mut last = counts(world, browser).await?;
    // The browser throws a document away in several steps.
    for _round in 0..20 {
        let now = counts(world, browser).await?;
        let done = expected.map_or(now == last, |expected| now == *expected);
        last = now;
        if done {
            break;
        }
    }
    Ok(last)
}
