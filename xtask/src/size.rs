//! The page-weight table: every file raw, as gzip and as brotli, in the order in which a visitor pays for it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::{compress, files, pages, words, workspace};

/// Before the visitor shows any interest.
const BEFORE_INTENT_BUDGET: usize = 4_096;
/// To open the chat, everything that `index.html` names: what fails. It follows the weight downwards. It
/// went up by 2,000 for the outbox that outlives the tab, of which a page needs a part before anything is sent, and by 500
/// for pages of a new visitor that open together and have to become one visitor.
const TO_OPEN_BUDGET: usize = 95_000;
/// To open the chat, where it is to go: by more of `src/lazy.rs`.
const TO_OPEN_GOAL: usize = 90_000;

/// Heading of what comes when it is needed.
const LATER: &str = "on demand";
/// Parts of the widget that come when they are needed: how their names begin, what makes a page ask for them, and the most
/// that each may weigh. One that is not here fails: nobody has said who pays for it.
const ON_DEMAND: [(&str, &str, usize); 5] = [
    ("cards-", "with the first message that is not only text", 9_000),
    ("files-", "with the first file that is chosen", 10_500),
    ("requests-", "where sockets do not come through", 1_500),
    ("calls-", "with the first call of the host page", 6_000),
    ("chunk_", "with the first part of two that share it", 1_500),
];

struct Group {
    title: &'static str,
    budget: Option<usize>,
    goal: Option<usize>,
    /// A visitor loads one of them, so their sum is nobody's.
    alternatives: bool,
    weights: Vec<Weight>,
}

struct Weight {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
}

/// Builds the pages and prints the table; fails when a budget is passed.
pub(crate) fn run() -> Result<ExitCode> {
    pages::build()?;
    Ok(if table()? {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Prints the table for `dist/` as it is; answers whether every budget holds.
pub(crate) fn table() -> Result<bool> {
    let mut holds = true;
    println!("\n{:<52}{:>11}{:>11}{:>11}", "bytes", "raw", "gzip", "brotli");
    for group in groups(&workspace::dist_dir())? {
        println!("{}", group.title);
        for weight in &group.weights {
            line(&format!("  {}", weight.name), weight);
            if group.title == LATER {
                holds &= comes_as_said(weight);
            }
        }
        let total = group.total();
        if !group.alternatives {
            line("  together", &total);
        }
        if let Some(budget) = group.budget {
            let verdict = if total.brotli <= budget { "within" } else { "OVER" };
            println!("  {verdict} the budget of {budget} bytes brotli");
            holds &= total.brotli <= budget;
        }
        if let Some(goal) = group.goal {
            println!("  {}", distance(goal, total.brotli));
        }
    }
    Ok(holds)
}

/// Says what makes a page ask for a part; answers whether the part is known and within its budget.
fn comes_as_said(weight: &Weight) -> bool {
    let name = weight.name.rsplit('/').next().unwrap_or_default();
    let Some((_, trigger, budget)) = ON_DEMAND.iter().find(|(start, ..)| name.starts_with(start)) else {
        println!("    OVER: no budget names it");
        return false;
    };
    let holds = weight.brotli <= *budget;
    let verdict = if holds { "within" } else { "OVER" };
    println!("    {trigger}; {verdict} the budget of {budget}");
    holds
}

/// How far it is to a goal.
fn distance(goal: usize, size: usize) -> String {
    match size.checked_sub(goal) {
        None | Some(0) => format!("within the goal of {goal}"),
        Some(over) => format!("over the goal of {goal} by {over}"),
    }
}

fn line(name: &str, weight: &Weight) {
    println!(
        "{name:<52}{:>11}{:>11}{:>11}",
        weight.raw, weight.gzip, weight.brotli
    );
}

fn groups(dist: &Path) -> Result<Vec<Group>> {
    let group = |title, budget, goal| Group {
        title,
        budget,
        goal,
        alternatives: false,
        weights: Vec::new(),
    };
    let mut before = group("before intent", Some(BEFORE_INTENT_BUDGET), None);
    let mut to_open = group("to open the chat", Some(TO_OPEN_BUDGET), Some(TO_OPEN_GOAL));
    let mut languages = group(
        "to open it in another language: one of these instead of the first page",
        None,
        None,
    );
    languages.alternatives = true;
    let mut on_demand = group(LATER, None, None);
    let mut inbox = group("inbox page", None, None);
    let mut page = String::new();
    let mut rest = Vec::new();
    for file in files::list(dist)?
        .into_iter()
        .filter(|file| !compress::is_copy(file))
    {
        let name = file
            .strip_prefix(dist)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        let content = files::read(&file)?;
        let group = match name.split_once('/') {
            None if name == "embed.js" => &mut before,
            Some(("widget", short)) if words::is_page(short) => {
                page.push_str(&String::from_utf8_lossy(&content));
                &mut languages
            }
            Some(("widget", _)) => {
                rest.push((name, content));
                continue;
            }
            Some(("inbox", _)) => &mut inbox,
            // The demo shop and the declarations are no part of what a site pays for.
            _ => continue,
        };
        group.weights.push(weigh(name, &content)?);
    }
    // The budget holds for everybody, so the page of the heaviest language counts.
    languages.weights.sort_by_key(|weight| weight.brotli);
    to_open.weights.extend(languages.weights.pop());
    for (name, content) in rest {
        let short = name.rsplit('/').next().unwrap_or_default();
        let group = if page.contains(short) {
            &mut to_open
        } else {
            &mut on_demand
        };
        group.weights.push(weigh(name, &content)?);
    }
    Ok([before, to_open, languages, on_demand, inbox]
        .into_iter()
        .filter(|group| !group.weights.is_empty())
        .collect())
}

fn weigh(name: String, content: &[u8]) -> Result<Weight> {
    let smaller = |compressed: Vec<u8>| compressed.len().min(content.len());
    Ok(Weight {
        name,
        raw: content.len(),
        gzip: smaller(compress::gzip(content)?),
        brotli: smaller(compress::brotli(content)?),
    })
}

impl Group {
    fn total(&self) -> Weight {
        let sum = |part: fn(&Weight) -> usize| self.weights.iter().map(part).sum();
        Weight {
            name: String::new(),
            raw: sum(|w| w.raw),
            gzip: sum(|w| w.gzip),
            brotli: sum(|w| w.brotli),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_the_goal_is_said_until_it_is_reached() {
        assert_eq!(distance(90, 100), "over the goal of 90 by 10");
        assert_eq!(distance(90, 90), "within the goal of 90");
        assert_eq!(distance(90, 80), "within the goal of 90");
    }

    #[test]
    fn a_part_that_is_too_heavy_or_that_nobody_named_fails() {
        let part = |name: &str, brotli| Weight {
            name: format!("widget/{name}-0123456789abcdef.wasm"),
            raw: brotli,
            gzip: brotli,
            brotli,
        };
        assert!(comes_as_said(&part("cards", 9_000)));
        assert!(!comes_as_said(&part("cards", 9_001)));
        assert!(!comes_as_said(&part("surprise", 1)));
    }

    #[test]
    fn what_the_page_names_counts_for_opening_and_the_rest_for_later() {
        let dist = std::env::temp_dir().join(format!("shopbell-xtask-size-{}", std::process::id()));
        for (name, content) in [
            ("embed.js", "launcher"),
            ("widget/en.html", "<script src=/widget/main-1.js>"),
            (
                "widget/ar.html",
                "<script src=/widget/main-1.js> and longer words",
            ),
            ("widget/main-1.js", "main"),
            ("widget/rare-2.js", "rare"),
            ("shop/index.html", "shop"),
        ] {
            files::write_if_changed(&dist.join(name), content.as_bytes()).unwrap();
        }
        let found: Vec<(&str, Vec<String>)> = groups(&dist)
            .unwrap()
            .into_iter()
            .map(|group| {
                (
                    group.title,
                    group.weights.into_iter().map(|weight| weight.name).collect(),
                )
            })
            .collect();
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found,
            vec![
                ("before intent", names(&["embed.js"])),
                ("to open the chat", names(&["widget/ar.html", "widget/main-1.js"])),
                (
                    "to open it in another language: one of these instead of the first page",
                    names(&["widget/en.html"])
                ),
                ("on demand", names(&["widget/rare-2.js"])),
            ]
        );
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
