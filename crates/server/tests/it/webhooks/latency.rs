//! What an endpoint costs those who chat: printed, not asserted, because machines differ.

use std::time::Duration;

use serde_json::json;

use super::receiver::{Mode, Receiver};
use crate::harness::Server;

/// Sends of one visitor after another, each awaited: p50 and p99.
async fn sends(server: &Server) -> (Duration, Duration) {
    let visitors = [
        server.visitor().await,
        server.visitor().await,
        server.visitor().await,
    ];
    let mut times = Vec::new();
    for number in 0..40 {
        for visitor in &visitors {
            let begun = tokio::time::Instant::now();
            visitor.say(&number.to_string()).await;
            times.push(begun.elapsed());
        }
    }
    times.sort_unstable();
    (times[times.len() / 2], times[times.len() * 99 / 100])
}

#[tokio::test]
async fn sends_with_endpoints_of_every_kind_are_measured() {
    for (name, modes) in [
        ("no endpoint", vec![]),
        ("one that accepts", vec![Mode::Accept]),
        ("one that never answers", vec![Mode::Silent]),
        ("one that hangs up", vec![Mode::HangUpAtOnce]),
    ] {
        let server = Server::start_with(|config| {
            config.webhooks.allow = vec!["127.0.0.1".to_owned()];
            config.rates.participant_burst = 1_000;
        })
        .await;
        let mut receivers = Vec::new();
        for mode in modes {
            let receiver = Receiver::start(mode).await;
            server
                .as_app("/admin/v1/webhooks", &json!({"url": receiver.url()}))
                .await
                .ok();
            receivers.push(receiver);
        }
        let (p50, p99) = sends(&server).await;
        println!("sends with {name}: p50 {p50:.1?}, p99 {p99:.1?}");
        for receiver in &receivers {
            receiver.called().await;
        }
    }
}
