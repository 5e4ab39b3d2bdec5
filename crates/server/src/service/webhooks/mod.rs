//! Webhooks: who is called, with what, and what became of it (rule 14).
//!
//! `relay` is what calls; the rest of this file is what the owner may do. An event is owed to an endpoint from the moment
//! it is in the log: the relay reads the log for each endpoint and notes how far in the transaction that writes down what
//! is owed, so that nothing is lost wherever the server ends, and an attempt that nobody could record is made again.

mod body;
mod relay;
mod signing;

use shopbell_protocol::admin::{
    DeliveryState, EndpointState, MadeWebhook, NewWebhook, ReplayRequest, Replayed, Rotation, WebhookAttempt,
    WebhookChange, WebhookDeliveries, WebhookDelivery, WebhookEndpoint, WebhookEndpoints, WebhookFormat,
};
use shopbell_protocol::event::EventBody;
use shopbell_protocol::{Rule, Violations};

use super::keys::{NAME_MAX, one_line, overlap_micros};
use super::{Service, ServiceError, ServiceResult, StaffCaller};
use crate::clock::to_wire_date;
use crate::ids::{guid, secret};
use crate::store::webhook::{
    AttemptRow, DeliveriesQuery, DeliveryRow, EndpointRow, EndpointUpdate, ListedEndpoint, Replay, TestDone,
};
use crate::webhook::schedule::GIVE_UP_AFTER;
use crate::webhook::sign;
use body::Told;

/// Most endpoints of a site: each is a reader of the log.
const ENDPOINTS_MAX: u32 = 20;
/// Deliveries of a page where nothing is said, and at most.
const PAGE: u32 = 50;
const PAGE_MAX: u32 = 100;

impl Service {
    /// The site's endpoints, oldest first.
    ///
    /// # Errors
    /// `PermissionDenied` unless the owner asks; store errors.
    pub async fn webhooks(&self, caller: &StaffCaller) -> ServiceResult<WebhookEndpoints> {
        let site_id = self.administered(Some(caller)).await?;
        let listed = self.store().endpoints(site_id).await?;
        Ok(WebhookEndpoints {
            endpoints: listed.into_iter().map(shown).collect(),
        })
    }

    /// One endpoint.
    ///
    /// # Errors
    /// `NotFound`, `PermissionDenied` unless the owner asks; store errors.
    pub async fn webhook(&self, caller: &StaffCaller, id: &str) -> ServiceResult<WebhookEndpoint> {
        Ok(shown(self.listed_endpoint(caller, id).await?))
    }

    /// Makes an endpoint, which is told of what comes from now on.
    ///
    /// # Errors
    /// `Invalid`, `PermissionDenied` unless the owner asks; store errors.
    pub async fn create_webhook(
        &self,
        caller: &StaffCaller,
        request: NewWebhook,
    ) -> ServiceResult<MadeWebhook> {
        let site_id = self.administered(Some(caller)).await?;
        let mut violations = Violations::default();
        let url = self.check_url(&request.url, &mut violations).await;
        let name = match request
            .name
            .as_deref()
            .map(str::trim)
            .filter(|name| !name.is_empty())
        {
            Some(name) => one_line(name, "name", &mut violations),
            None => host_of(&url),
        };
        let format = request.format.unwrap_or(WebhookFormat::Token);
        if !format.is_known() {
            let text = format!("is none of {}", WebhookFormat::VALUES.join(", "));
            violations.push("format", Rule::InvalidEnumValue, text);
        }
        let types = check_types(request.types.unwrap_or_default(), &mut violations);
        violations.into_result(())?;
        let key = match format {
            WebhookFormat::Standard => Some(secret(self.random())?.to_vec()),
            WebhookFormat::Token | WebhookFormat::Unknown | WebhookFormat::Unrecognized => None,
        };
        let row = EndpointRow {
            number: 0,
            id: guid(self.random())?,
            site_id,
            name,
            url,
            format,
            types,
            secret: key.clone(),
            old_secret: None,
            state: EndpointState::Active,
            disabled_reason: None,
            failing_since: None,
            failed_in_a_row: 0,
            created: self.now_micros(),
        };
        let made = self.store().create_endpoint(row, ENDPOINTS_MAX).await?;
        let row = made.ok_or_else(|| {
            let text = format!("would be one more than the {ENDPOINTS_MAX} that a site may have");
            Violations::one("url", Rule::MaxSize, text)
        })?;
        self.endpoints_changed();
        Ok(MadeWebhook {
            endpoint: self.webhook(caller, &row.id).await?,
            secret: key.map(|key| sign::secret_text(&key)),
        })
    }

    /// Changes an endpoint.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `PermissionDenied` unless the owner asks; store errors.
    pub async fn change_webhook(
        &self,
        caller: &StaffCaller,
        id: &str,
        change: WebhookChange,
    ) -> ServiceResult<WebhookEndpoint> {
        let found = self.listed_endpoint(caller, id).await?;
        let mut violations = Violations::default();
        let name = change.name.map(|name| one_line(&name, "name", &mut violations));
        let url = match change.url {
            Some(url) => Some(self.check_url(&url, &mut violations).await),
            None => None,
        };
        let types = change.types.map(|types| check_types(types, &mut violations));
        if let Some(EndpointState::Disabled | EndpointState::Unknown | EndpointState::Unrecognized) =
            change.state
        {
            violations.push("state", Rule::InvalidEnumValue, "is none of ACTIVE, PAUSED");
        }
        violations.into_result(())?;
        let update = EndpointUpdate {
            name,
            url,
            types,
            state: change.state,
            ..self.update()
        };
        self.store().update_endpoint(found.row.number, update).await?;
        self.endpoints_changed();
        self.webhook(caller, id).await
    }

    /// Forgets an endpoint with everything it is owed.
    ///
    /// # Errors
    /// `NotFound`, `PermissionDenied` unless the owner asks; store errors.
    pub async fn delete_webhook(&self, caller: &StaffCaller, id: &str) -> ServiceResult<()> {
        let found = self.listed_endpoint(caller, id).await?;
        self.store().delete_endpoint(found.row.number).await?;
        self.endpoints_changed();
        Ok(())
    }

    /// Gives an endpoint a new secret; for the overlap every request is signed with both.
    ///
    /// # Errors
    /// `Invalid` for the overlap or an endpoint without a secret, `NotFound`, `PermissionDenied` unless the owner asks;
    /// store errors.
    pub async fn rotate_webhook_secret(
        &self,
        caller: &StaffCaller,
        id: &str,
        rotation: Rotation,
    ) -> ServiceResult<MadeWebhook> {
        let found = self.listed_endpoint(caller, id).await?;
        if found.row.secret.is_none() {
            let text = "has no secret: its tokens are checked with the public key, see signing-keys";
            return Err(Violations::one("id", Rule::Format, text).into());
        }
        let ends = self.now_micros().saturating_add(overlap_micros(rotation)?);
        let key = secret(self.random())?.to_vec();
        let update = EndpointUpdate {
            secret: Some((key.clone(), ends)),
            ..self.update()
        };
        self.store().update_endpoint(found.row.number, update).await?;
        Ok(MadeWebhook {
            endpoint: self.webhook(caller, id).await?,
            secret: Some(sign::secret_text(&key)),
        })
    }

    /// Sends an endpoint an event that never happened, once and now, also when it is paused.
    ///
    /// # Errors
    /// `NotFound`, `PermissionDenied` unless the owner asks; store errors. That the endpoint did not accept it is no
    /// error but the answer.
    pub async fn test_webhook(&self, caller: &StaffCaller, id: &str) -> ServiceResult<WebhookDelivery> {
        let row = self.listed_endpoint(caller, id).await?.row;
        let told = Told::test(&row, guid(self.random())?, self.now_micros());
        let (event_id, event_type) = (told.event.id.clone(), told.event.body.type_name().to_owned());
        let endpoint = row.number;
        let (attempt, _) = self.attempt(&row, told).await?;
        let done = TestDone {
            endpoint,
            event_id: event_id.clone(),
            event_type: event_type.clone(),
            attempt: attempt.clone(),
        };
        let number = self.store().record_test(done).await?;
        Ok(shown_delivery(DeliveryRow {
            number,
            event_id,
            event_type,
            state: DeliveryState::Test,
            created: attempt.started,
            due: None,
            attempts: vec![attempt],
        }))
    }

    /// What an endpoint is owed or was, newest first.
    ///
    /// # Errors
    /// `Invalid` for `before` or `limit`, `NotFound`, `PermissionDenied` unless the owner asks; store errors.
    pub async fn webhook_deliveries(
        &self,
        caller: &StaffCaller,
        id: &str,
        state: Option<DeliveryState>,
        before: Option<&str>,
        limit: Option<u32>,
    ) -> ServiceResult<WebhookDeliveries> {
        let found = self.listed_endpoint(caller, id).await?;
        let mut violations = Violations::default();
        let before = before.map(|before| delivery_number(before, "before", &mut violations));
        if state.is_some_and(|state| !state.is_known()) {
            let text = format!("is none of {}", DeliveryState::VALUES.join(", "));
            violations.push("state", Rule::InvalidEnumValue, text);
        }
        violations.into_result(())?;
        let limit = limit.unwrap_or(PAGE).clamp(1, PAGE_MAX);
        let query = DeliveriesQuery {
            endpoint: found.row.number,
            state,
            before,
            limit,
        };
        let rows = self.store().deliveries(query).await?;
        let more = rows.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
        let cursor = rows.last().filter(|_| more).map(|row| row.number.to_string());
        Ok(WebhookDeliveries {
            deliveries: rows.into_iter().map(shown_delivery).collect(),
            cursor,
        })
    }

    /// Lets dead letters be tried again, all of the endpoint or those named.
    ///
    /// # Errors
    /// `Invalid` for an id, `NotFound`, `PermissionDenied` unless the owner asks; store errors.
    pub async fn replay_webhook(
        &self,
        caller: &StaffCaller,
        id: &str,
        request: ReplayRequest,
    ) -> ServiceResult<Replayed> {
        let found = self.listed_endpoint(caller, id).await?;
        let mut violations = Violations::default();
        let deliveries = request.delivery_ids.map(|ids| {
            let number = |(index, id): (usize, &String)| {
                delivery_number(id, &format!("deliveryIds[{index}]"), &mut violations)
            };
            ids.iter().enumerate().map(number).collect()
        });
        violations.into_result(())?;
        let update = self.update();
        let replay = Replay {
            endpoint: found.row.number,
            deliveries,
            now_micros: update.now_micros,
            give_up: update.give_up,
        };
        let replayed = self.store().replay(replay).await?;
        self.endpoints_changed();
        Ok(Replayed { replayed })
    }

    async fn listed_endpoint(&self, caller: &StaffCaller, id: &str) -> ServiceResult<ListedEndpoint> {
        let site_id = self.administered(Some(caller)).await?;
        let mut listed = self.store().endpoints(site_id).await?.into_iter();
        listed
            .find(|found| found.row.id.eq_ignore_ascii_case(id))
            .ok_or(ServiceError::NotFound {
                what: "Webhook endpoint",
            })
    }

    /// The address as it is kept, if it may be called now; every attempt asks again.
    async fn check_url(&self, given: &str, violations: &mut Violations) -> String {
        let given = given.trim();
        if given.is_empty() {
            violations.push("url", Rule::RequiredField, "has to be given");
        } else if let Err(refused) = self.config().webhooks.check(given).await {
            violations.push("url", Rule::Format, refused.to_string());
        }
        given.to_owned()
    }

    fn update(&self) -> EndpointUpdate {
        let now_micros = self.now_micros();
        EndpointUpdate {
            now_micros,
            give_up: give_up(now_micros),
            ..EndpointUpdate::default()
        }
    }
}

/// Until when what is owed now is tried.
fn give_up(now_micros: u64) -> u64 {
    now_micros.saturating_add(u64::try_from(GIVE_UP_AFTER.as_micros()).unwrap_or(u64::MAX))
}

fn host_of(url: &str) -> String {
    let host = url::Url::parse(url)
        .ok()
        .and_then(|url| url.host_str().map(ToOwned::to_owned));
    host.unwrap_or_default().chars().take(NAME_MAX).collect()
}

fn check_types(given: Vec<String>, violations: &mut Violations) -> Vec<String> {
    let mut types: Vec<String> = Vec::new();
    for (index, kind) in given.into_iter().enumerate() {
        if !EventBody::TYPES.contains(&kind.as_str()) {
            let text = format!("is none of {}", EventBody::TYPES.join(", "));
            violations.push(format!("types[{index}]"), Rule::InvalidEnumValue, text);
        } else if !types.contains(&kind) {
            types.push(kind);
        }
    }
    types
}

fn delivery_number(text: &str, field: &str, violations: &mut Violations) -> u64 {
    text.parse().unwrap_or_else(|_| {
        violations.push(field, Rule::Format, "is not the id of a delivery");
        0
    })
}

fn shown(listed: ListedEndpoint) -> WebhookEndpoint {
    let row = listed.row;
    WebhookEndpoint {
        id: row.id,
        name: row.name,
        url: row.url,
        format: row.format,
        types: row.types,
        state: row.state,
        disabled_reason: row.disabled_reason,
        created_date: to_wire_date(row.created),
        failing_since_date: row.failing_since.map(to_wire_date),
        waiting: listed.waiting,
        dead_letters: listed.dead,
        last_attempt: listed.last_attempt.map(shown_attempt),
    }
}

fn shown_delivery(row: DeliveryRow) -> WebhookDelivery {
    WebhookDelivery {
        id: row.number.to_string(),
        event_id: row.event_id,
        event_type: row.event_type,
        state: row.state,
        created_date: to_wire_date(row.created),
        next_attempt_date: row.due.map(to_wire_date),
        attempts: row.attempts.into_iter().map(shown_attempt).collect(),
    }
}

fn shown_attempt(attempt: AttemptRow) -> WebhookAttempt {
    WebhookAttempt {
        date: to_wire_date(attempt.started),
        duration_ms: attempt.duration_ms,
        status: attempt.status,
        error: attempt.error,
    }
}
