//! What the system says of a process and of itself.

use std::fs;
use std::process::Command;

/// Of one process.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    pub(crate) cpu_s: f64,
    pub(crate) rss_kib: f64,
}

/// What a process has used so far. Clock ticks are hundredths of a second wherever Linux tells them to programs.
pub(crate) fn usage(id: Option<u32>) -> Usage {
    let Some(id) = id else { return Usage::default() };
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
    let ticks: f64 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let rss = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let rss_kib = rss.and_then(|rss| rss.split_whitespace().next()?.parse().ok());
    Usage {
        cpu_s: ticks / 100.0,
        rss_kib: rss_kib.unwrap_or_default(),
    }
}

/// How many jobs wanted a processor, on average over the last minute.
pub(crate) fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("?").to_owned()
}

/// Processors, and the system's name.
pub(crate) fn name() -> String {
    let cpus = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find(|line| line.starts_with("model name"));
    let model = model
        .and_then(|line| line.split_once(": "))
        .map_or("", |(_, name)| name);
    format!("{cpus} × {model}")
}

/// The commit that is measured, with a mark where files were changed.
pub(crate) fn commit() -> String {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(arguments)
            .output();
        output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
    let changed =
        git(&["status", "--porcelain", "--untracked-files=no"]).is_ok_and(|changes| !changes.is_empty());
    if changed {
        format!("{commit} with changes")
    } else {
        commit
    }
}
