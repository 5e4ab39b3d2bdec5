//! Webhooks: what arrives, in which order, whatever the receiver does; and where nothing may arrive.

mod admin;
mod delivery;
mod killed;
mod latency;
mod reach;
mod receiver;

use std::sync::Arc;
use std::time::Duration;

use shopbell_protocol::admin::{NewWebhook, WebhookEndpoint, WebhookFormat};
use shopbell_server::service::ServiceConfig;
use shopbell_server::store::WebhookStore as _;
use shopbell_server::testing::{START_MICROS, TestApp, test_config};
use shopbell_server::webhook::address::Allowed;
use shopbell_server::webhook::outbound::{Outbound, Resolve, SystemResolver};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::harness::within;

/// May call this machine, and waits as briefly as a test wants to.
fn calling(allow: &[&str], resolver: Arc<dyn Resolve>) -> ServiceConfig {
    let allow: Vec<String> = allow.iter().map(|&entry| entry.to_owned()).collect();
    ServiceConfig {
        webhooks: Outbound::new(
            Allowed::read(&allow).unwrap(),
            resolver,
            Duration::from_millis(300),
        ),
        ..test_config()
    }
}

async fn app_that_calls(allow: &[&str]) -> TestApp {
    let folder = tempfile::tempdir().unwrap();
    TestApp::start_configured(folder, START_MICROS, calling(allow, Arc::new(SystemResolver))).await
}

/// Runs the relay for as long as the guard lives.
fn relay(app: &TestApp) -> DropGuard {
    let stopping = CancellationToken::new();
    tokio::spawn(app.service.clone().relay_webhooks(stopping.clone()));
    stopping.drop_guard()
}

async fn endpoint(app: &TestApp, url: &str) -> WebhookEndpoint {
    let request = NewWebhook {
        url: url.to_owned(),
        format: Some(WebhookFormat::Standard),
        ..NewWebhook::default()
    };
    let made = app.service.create_webhook(&app.owner().await, request).await;
    made.unwrap().endpoint
}

/// Waits until nothing that is due is left untried.
async fn settled(app: &TestApp) {
    app.service.endpoints_changed();
    within(async {
        loop {
            let mut busy = false;
            for endpoint in app.store.active_endpoints().await.unwrap() {
                let work = app
                    .store
                    .endpoint_work(endpoint, app.service.now_micros(), 1)
                    .await
                    .unwrap();
                busy |= work.is_some_and(|work| work.news || !work.due.is_empty());
            }
            if !busy {
                return;
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    })
    .await;
}

/// Moves the clock and lets everything that became due be tried.
async fn pass(app: &TestApp, time: Duration) {
    app.clock.advance(time);
    settled(app).await;
}
