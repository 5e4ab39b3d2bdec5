//! One seed, from the first event to the last check.

use std::rc::Rc;
use std::sync::Arc;

use crate::hub::Hub;
use crate::server::Beginning;
use crate::totals::Totals;
use crate::world::World;

/// How long a run may go wrong, and how long it may take to settle after that.
const CHAOS_MS: (u64, u64) = (8_000, 40_000);
const SETTLED_WITHIN_MS: u64 = 150_000;
/// How often is looked whether it has.
const LOOK_EVERY_MS: u64 = 4_000;

/// What became of a seed.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) violations: Vec<String>,
    pub(crate) totals: Totals,
    /// The same whenever the same seed runs on the same code.
    pub(crate) hash: u64,
    pub(crate) log: Vec<String>,
}

/// Runs one seed; a log is kept where somebody wants to read it.
pub(crate) fn run(seed: u64, beginning: &Rc<Beginning>, logging: bool) -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let hub = Hub::new(seed, logging);
        let mut world = World::new(Arc::clone(&hub), Rc::clone(beginning));
        let (from, to) = CHAOS_MS;
        let chaos = hub.lock().rng.between(from, to);
        world.begin();
        world.run_until(chaos).await;
        world.heal();
        let mut until = chaos + LOOK_EVERY_MS;
        let last = chaos + SETTLED_WITHIN_MS;
        let unsettled = loop {
            world.run_until(until).await;
            let unsettled = world.unsettled().await;
            if unsettled.is_empty() || until >= last || world.stands_still {
                break unsettled;
            }
            world.read_on();
            until += LOOK_EVERY_MS;
        };
        world.violations.extend(unsettled);
        world.check_disk();
        let violations = std::mem::take(&mut world.violations);
        let mut inner = hub.lock();
        inner.totals.virtual_seconds = hub.now() / 1_000;
        for text in &violations {
            let sum = text.bytes().fold(7_u64, |sum, byte| {
                sum.wrapping_mul(31).wrapping_add(u64::from(byte))
            });
            inner.mix(sum);
        }
        Outcome {
            violations,
            totals: inner.totals,
            hash: inner.hash,
            log: inner.log.take().unwrap_or_default().into(),
        }
    })
}

/// What every run on this thread begins with.
pub(crate) fn beginning() -> Rc<Beginning> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime");
    Rc::new(runtime.block_on(Beginning::make()))
}
