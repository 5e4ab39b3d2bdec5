//! The part of the store that webhooks need.

use async_trait::async_trait;
use shopbell_protocol::SiteId;

use super::{SqliteStore, deliveries, endpoints};
use crate::store::StoreResult;
use crate::store::webhook::{
    AttemptDone, DeliveriesQuery, DeliveryRow, EndpointRow, EndpointUpdate, EndpointWork, ListedEndpoint,
    Replay, SigningKeyRow, TestDone, WebhookStore,
};

#[async_trait]
impl WebhookStore for SqliteStore {
    async fn create_endpoint(&self, row: EndpointRow, most: u32) -> StoreResult<Option<EndpointRow>> {
        self.write(move |db| endpoints::create(db, row, most)).await
    }

    async fn endpoints(&self, site: SiteId) -> StoreResult<Vec<ListedEndpoint>> {
        self.read(move |db| endpoints::list(db, &site)).await
    }

    async fn update_endpoint(&self, endpoint: u64, update: EndpointUpdate) -> StoreResult<bool> {
        self.write(move |db| endpoints::update(db, endpoint, &update))
            .await
    }

    async fn delete_endpoint(&self, endpoint: u64) -> StoreResult<bool> {
        self.write(move |db| endpoints::delete(db, endpoint)).await
    }

    async fn active_endpoints(&self) -> StoreResult<Vec<u64>> {
        self.read(endpoints::active).await
    }

    async fn endpoint_work(
        &self,
        endpoint: u64,
        now_micros: u64,
        limit: u32,
    ) -> StoreResult<Option<EndpointWork>> {
        self.read(move |db| deliveries::work(db, endpoint, now_micros, limit))
            .await
    }

    async fn owe_deliveries(
        &self,
        endpoint: u64,
        now_micros: u64,
        give_up: u64,
        limit: u32,
    ) -> StoreResult<()> {
        self.write(move |db| deliveries::owe(db, endpoint, now_micros, give_up, limit))
            .await
    }

    async fn record_attempt(&self, done: AttemptDone) -> StoreResult<()> {
        self.write(move |db| deliveries::record(db, &done)).await
    }

    async fn record_test(&self, done: TestDone) -> StoreResult<u64> {
        self.write(move |db| deliveries::record_test(db, &done)).await
    }

    async fn deliveries(&self, query: DeliveriesQuery) -> StoreResult<Vec<DeliveryRow>> {
        self.read(move |db| deliveries::list(db, &query)).await
    }

    async fn replay(&self, replay: Replay) -> StoreResult<u64> {
        self.write(move |db| deliveries::replay(db, &replay)).await
    }

    async fn prune_deliveries(&self, before: u64, limit: u32) -> StoreResult<u64> {
        self.write(move |db| deliveries::prune(db, before, limit)).await
    }

    async fn signing_keys(&self, site: SiteId) -> StoreResult<Vec<SigningKeyRow>> {
        self.read(move |db| endpoints::signing_keys(db, &site)).await
    }

    async fn add_signing_key(&self, key: SigningKeyRow, first: bool) -> StoreResult<bool> {
        self.write(move |db| endpoints::add_signing_key(db, &key, first))
            .await
    }
}
