//! What happened in runs, counted, so that one sees that the faults do happen.

macro_rules! totals {
    ($($name:ident: $words:literal),* $(,)?) => {
        /// Counts of one run or of many.
        #[derive(Debug, Default, Clone, Copy)]
        pub(crate) struct Totals { $(pub(crate) $name: u64),* }

        impl Totals {
            pub(crate) fn add(&mut self, other: &Self) { $(self.$name += other.$name;)* }

            pub(crate) fn lines(&self) -> Vec<(&'static str, u64)> { vec![$(($words, self.$name)),*] }
        }
    };
}

totals! {
    messages: "messages in the stores",
    hidden: "of them hidden from participants",
    acknowledged: "acknowledgements of sends",
    interactions: "presses accepted",
    frames: "frames delivered",
    requests: "requests",
    connections: "connections",
    server_crashes: "server crashes",
    server_stops: "server stops with goodbye",
    tab_kills: "tabs killed",
    dropped: "frames and requests dropped",
    repeated: "frames and requests repeated",
    half_open: "half-open connections",
    cuts: "connections cut",
    slow_readers: "slow readers",
    resyncs: "resyncs",
    failed_commits: "commits failed",
    full_disks: "periods of a full disk",
    clock_jumps: "clock jumps",
    sign_outs: "sign-outs",
    moved_on: "staff sends refused because the thread had moved on",
    storage_failures: "refused writes of a tab's storage",
    virtual_seconds: "seconds of virtual time",
}
