//! The page-weight table: every file raw, as gzip and as brotli, in the order in which a visitor pays for it.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result};

use crate::{compress, files, pages, workspace};

/// Before the visitor shows any interest.
const BEFORE_INTENT_BUDGET: usize = 4_096;
/// To open the chat, everything that `index.html` names: what fails. It follows the weight downwards, never upwards.
const TO_OPEN_BUDGET: usize = 110_000;
/// To open the chat, where it is to go. Cuts here and there will not do: the program has to be split, with what a first
/// look at the chat does not need (attachments, forms, the viewer) loaded when it is needed.
const TO_OPEN_GOAL: usize = 90_000;

struct Group {
    title: &'static str,
    budget: Option<usize>,
    goal: Option<usize>,
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
        }
        let total = group.total();
        line("  together", &total);
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
    let page = String::from_utf8(files::read(&dist.join("widget").join("index.html"))?)
        .context("the page is not UTF-8")?;
    let mut before = Group {
        title: "before intent",
        budget: Some(BEFORE_INTENT_BUDGET),
        goal: None,
        weights: Vec::new(),
    };
    let mut to_open = Group {
        title: "to open the chat",
        budget: Some(TO_OPEN_BUDGET),
        goal: Some(TO_OPEN_GOAL),
        weights: Vec::new(),
    };
    let mut on_demand = Group {
        title: "on demand",
        budget: None,
        goal: None,
        weights: Vec::new(),
    };
    let mut inbox = Group {
        title: "inbox page",
        budget: None,
        goal: None,
        weights: Vec::new(),
    };
    for file in files::list(dist)?
        .into_iter()
        .filter(|file| !compress::is_copy(file))
    {
        let name = file
            .strip_prefix(dist)
            .unwrap_or(&file)
            .to_string_lossy()
            .replace('\\', "/");
        let short = name.rsplit('/').next().unwrap_or_default();
        let group = match name.split('/').next() {
            Some("embed.js") => &mut before,
            Some("widget") if short == "index.html" || page.contains(short) => &mut to_open,
            Some("widget") => &mut on_demand,
            Some("inbox") => &mut inbox,
            // The demo shop and the declarations are no part of what a site pays for.
            _ => continue,
        };
        group.weights.push(weigh(name, &files::read(&file)?)?);
    }
    Ok([before, to_open, on_demand, inbox]
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
    fn what_the_page_names_counts_for_opening_and_the_rest_for_later() {
        let dist = std::env::temp_dir().join(format!("shopbell-xtask-size-{}", std::process::id()));
        for (name, content) in [
            ("embed.js", "launcher"),
            ("widget/index.html", "<script src=/widget/main-1.js>"),
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
                (
                    "to open the chat",
                    names(&["widget/index.html", "widget/main-1.js"])
                ),
                ("on demand", names(&["widget/rare-2.js"])),
            ]
        );
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
