//! The order of a module's functions: each beside those that it is most like.
//!
//! The compressor refers to what it has met by the distance to it, so the same bytes cost less the nearer they stand. In
//! the order of the compiler two functions that differ in one type are often 100 KB apart.
//!
//! Moving a function means renumbering every call, which is Binaryen's work: here functions only get names, and its pass
//! `--reorder-functions-by-name` does the rest.

use std::collections::HashMap;

use crate::wasm::{Reader, put_number};

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;

/// Runs of so many bytes are compared.
const RUN_BYTES: usize = 5;
/// A run that stands in more functions than this tells none from another.
const COMMON: usize = 400;
/// The next function is compared with so many before it, the nearest counting most.
const BACK: usize = 3;

/// The module with names for its functions, by which they sort into the wanted order, and without other custom sections;
/// `None` where it is not a module.
pub(crate) fn named(module: &[u8]) -> Option<Vec<u8>> {
    let mut reader = Reader { bytes: module };
    let mut out = reader.take(8).filter(|head| head.starts_with(b"\0asm"))?.to_vec();
    let (mut imported, mut bodies) = (0, Vec::new());
    while !reader.bytes.is_empty() {
        let id = reader.byte()?;
        let section = reader.sized()?;
        match id {
            CUSTOM => continue,
            IMPORTS => imported = functions_imported(section)?,
            CODE => bodies = functions(section)?,
            _ => {}
        }
        out.push(id);
        put_number(&mut out, section.len());
        out.extend_from_slice(section);
    }
    let section = names(imported, &by_likeness(&bodies));
    out.push(CUSTOM);
    put_number(&mut out, section.len());
    out.extend(section);
    Some(out)
}

fn functions_imported(section: &[u8]) -> Option<usize> {
    let mut reader = Reader { bytes: section };
    let mut functions = 0;
    for _ in 0..reader.number()? {
        reader.sized()?;
        reader.sized()?;
        functions += usize::from(reader.bytes.first() == Some(&0));
        reader.skip_description()?;
    }
    Some(functions)
}

fn functions(section: &[u8]) -> Option<Vec<&[u8]>> {
    let mut reader = Reader { bytes: section };
    (0..reader.number()?).map(|_| reader.sized()).collect()
}

/// The custom section `name` with names for functions only.
fn names(imported: usize, order: &[usize]) -> Vec<u8> {
    let mut place = vec![0; order.len()];
    for (at, &function) in order.iter().enumerate() {
        if let Some(place) = place.get_mut(function) {
            *place = at;
        }
    }
    let mut list = Vec::new();
    put_number(&mut list, place.len());
    for (function, place) in place.iter().enumerate() {
        put_number(&mut list, imported + function);
        let name = format!("{place:08}");
        put_number(&mut list, name.len());
        list.extend_from_slice(name.as_bytes());
    }
    // A name of four letters, then subsection 1: functions.
    let mut section = b"\x04name\x01".to_vec();
    put_number(&mut section, list.len());
    section.extend(list);
    section
}

/// Places of the functions in the order wanted: the largest first, then always the one most like the last few.
fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let runs: Vec<Vec<usize>> = runs(bodies);
    let kinds = runs.iter().flatten().max().map_or(0, |most| most + 1);
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); kinds];
    for (function, runs) in runs.iter().enumerate() {
        for &run in runs {
            if let Some(holders) = holders.get_mut(run) {
                holders.push(function);
            }
        }
    }
    let mut left: Vec<bool> = vec![true; bodies.len()];
    let mut by_size: Vec<usize> = (0..bodies.len()).collect();
    by_size.sort_by_key(|&function| std::cmp::Reverse(bodies.get(function).map_or(0, |body| body.len())));
    let mut by_size = by_size.into_iter();
    let mut order: Vec<usize> = Vec::with_capacity(bodies.len());
    while order.len() < bodies.len() {
        let likest = likest(&order, &runs, &holders, &left);
        let Some(next) = likest.or_else(|| by_size.find(|&function| left.get(function) == Some(&true)))
        else {
            break;
        };
        if let Some(left) = left.get_mut(next) {
            *left = false;
        }
        order.push(next);
    }
    order
}

/// Of those left, the one that has most in common with the last few for its size.
fn likest(order: &[usize], runs: &[Vec<usize>], holders: &[Vec<usize>], left: &[bool]) -> Option<usize> {
    let mut common: HashMap<usize, f64> = HashMap::new();
    for (&function, near) in order.iter().rev().take(BACK).zip([1.0, 0.5, 1.0 / 3.0]) {
        for holders in runs.get(function)?.iter().filter_map(|&run| holders.get(run)) {
            if holders.len() < 2 || holders.len() >= COMMON {
                continue;
            }
            let weight = near / count(holders.len() + 1).log2();
            for &holder in holders {
                if left.get(holder) == Some(&true) {
                    *common.entry(holder).or_default() += weight;
                }
            }
        }
    }
    let score = |function: usize, weight: f64| {
        let size = runs.get(function).map_or(0, Vec::len);
        // Between what is shared and its part of the whole: by the first alone the large ones come first, by the
        // second the tiny ones. The power was found by trying.
        weight / count(size + 20).powf(0.7)
    };
    let scored = common
        .into_iter()
        .map(|(function, weight)| (score(function, weight), function));
    // The smaller place of equals, so that the same module gives the same order.
    scored
        .max_by(|(a, at), (b, bt)| a.total_cmp(b).then(bt.cmp(at)))
        .map(|(_, function)| function)
}

/// The runs of each function, numbered across all of them, each once.
fn runs(bodies: &[&[u8]]) -> Vec<Vec<usize>> {
    let mut numbers: HashMap<&[u8], usize> = HashMap::new();
    let mut all = Vec::with_capacity(bodies.len());
    for body in bodies {
        let mut own: Vec<usize> = Vec::new();
        for run in body.windows(RUN_BYTES) {
            let next = numbers.len();
            own.push(*numbers.entry(run).or_insert(next));
        }
        own.sort_unstable();
        own.dedup();
        all.push(own);
    }
    all
}

#[expect(clippy::cast_precision_loss, reason = "counts of functions and bytes")]
fn count(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_alike_stands_together() {
        let bodies: [&[u8]; 5] = [
            b"one thing and its end, the longest of all",
            b"quite another matter",
            b"one thing and its END",
            b"quite another matter?",
            b"-",
        ];
        assert_eq!(by_likeness(&bodies), [0, 2, 3, 1, 4]);
    }

    #[test]
    fn functions_are_named_behind_the_imported_ones() {
        // One imported function, two of its own.
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend(b"\x02\x07\x01\x01m\x01f\x00\x00");
        module.extend(b"\x0a\x07\x02\x02\x00\x0b\x02\x00\x0b");
        module.extend(b"\x00\x02\x01x");
        let whole = named(&module).unwrap();
        let names = b"\x04name\x01\x15\x02\x01\x0800000000\x02\x0800000001";
        assert!(whole.ends_with(names), "{whole:?}");
        assert!(!whole.windows(4).any(|bytes| bytes == b"\x00\x02\x01x"));
        assert_eq!(named(b"<html>"), None);
    }
}
