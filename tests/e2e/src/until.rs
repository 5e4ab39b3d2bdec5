//! Waiting for a condition.

use std::future::Future;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use tokio::time::{sleep, timeout};

/// Generous, because it only bounds failure: a loaded machine with two cores starts two browsers and a server.
const DEADLINE: Duration = Duration::from_secs(45);
const BETWEEN_TRIES: Duration = Duration::from_millis(50);

/// Asks until the answer is there. "Not yet" is `None` or an error (an element that is being replaced, say); the last
/// error is told when time is up.
///
/// # Errors
/// When the condition has not come true at the deadline; `what` reads on from "waited in vain for".
pub async fn until<T, F, Fut>(what: &str, mut ask: F) -> Result<T>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<Option<T>>>,
{
    let mut last_error = None;
    let asking = async {
        loop {
            match ask().await {
                Ok(Some(answer)) => return answer,
                Ok(None) => last_error = None,
                Err(error) => last_error = Some(error),
            }
            sleep(BETWEEN_TRIES).await;
        }
    };
    let answer = timeout(DEADLINE, asking).await;
    answer
        .map_err(|_elapsed| {
            last_error
                .unwrap_or_else(|| anyhow!("the condition did not come true within {} s", DEADLINE.as_secs()))
        })
        .with_context(|| format!("waited in vain for {what}"))
}
