//! Many worlds on all cores.

use std::sync::atomic::{AtomicU64, Ordering};

/// Draws and judges every world: `found(bench, world)` says what was found there. In the order of the worlds, so that nothing
/// depends on the threads. Each thread keeps one bench, and inner loops stay on it: were they shared, a thread that waits for
/// a part would begin another world meanwhile. `told` hears of worlds done.
pub fn over_worlds<B, R: Send, E: Send>(
    worlds: u64,
    told: &(dyn Fn(u64) + Sync),
    bench: impl Fn() -> B + Sync,
    found: impl Fn(&mut B, u64) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    let (next, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let work = || -> Result<Vec<(u64, R)>, E> {
        let mut own = Vec::new();
        let mut bench = bench();
        loop {
            let world = next.fetch_add(1, Ordering::Relaxed);
            if world >= worlds {
                return Ok(own);
            }
            match found(&mut bench, world) {
                Ok(found) => own.push((world, found)),
                Err(problem) => {
                    next.store(worlds, Ordering::Relaxed);
                    return Err(problem);
                }
            }
            told(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    let alone = || match rayon::ThreadPoolBuilder::new().num_threads(1).build() {
        Ok(pool) => pool.install(work),
        // without a thread of its own the work is done here
        Err(_) => work(),
    };
    let threads = (rayon::current_num_threads() as u64).clamp(1, worlds.max(1));
    let mut all = Vec::with_capacity(worlds as usize);
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(alone)).collect();
        let mut first = None;
        for thread in running {
            match thread.join() {
                Ok(Ok(own)) => all.extend(own),
                Ok(Err(problem)) => first = first.or(Some(problem)),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        first.map_or(Ok(()), Err)
    })?;
    all.sort_unstable_by_key(|(world, _)| *world);
    Ok(all.into_iter().map(|(_, found)| found).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worlds_come_in_their_order_and_a_problem_ends_them() {
        let drawn = over_worlds(
            100,
            &|_| {},
            || 0,
            |before, world| {
                *before += 1;
                Ok::<_, ()>(world * world)
            },
        );
        assert_eq!(drawn, Ok((0..100).map(|w| w * w).collect()));
        let stopped = over_worlds(100, &|_| {}, || (), |(), world| if world == 7 { Err(world) } else { Ok(world) });
        assert_eq!(stopped, Err(7));
    }
}
