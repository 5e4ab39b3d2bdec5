//! What endpoints are owed, and how each attempt went.
//!
//! Of the unfinished deliveries of a conversation to an endpoint exactly one, the oldest when it became so, is `next`;
//! the rest are `behind`. Whatever ends a `next` one makes the oldest `behind` one `next` in the same transaction.

use rusqlite::{Connection, OptionalExtension, Row, ToSql, params, params_from_iter};
use shopbell_protocol::admin::DeliveryState;
use shopbell_protocol::event::EventBody;

use super::row::{get_unsigned, signed, unsigned};
use super::{endpoints, events};
use crate::store::webhook::{
    AttemptDone, AttemptRow, DOWN_AFTER, DeliveriesQuery, DeliveryRow, DueDelivery, EndpointRow,
    EndpointWork, Outcome, Replay, TestDone,
};

pub(super) fn work(
    db: &Connection,
    endpoint: u64,
    now: u64,
    limit: u32,
) -> rusqlite::Result<Option<EndpointWork>> {
    let Some(row) = endpoints::find(db, endpoint)? else {
        return Ok(None);
    };
    if row.state != shopbell_protocol::admin::EndpointState::Active {
        return Ok(None);
    }
    let found: Vec<(u64, u32, u64, u64)> = db
        .prepare_cached(
            "SELECT number, failures, give_up, event FROM webhook_delivery
             WHERE endpoint = ?1 AND state = 'next' AND due <= ?2 ORDER BY due, number LIMIT ?3",
        )?
        .query_map(params![signed(endpoint), signed(now), limit], |row| {
            Ok((
                get_unsigned(row, 0)?,
                row.get(1)?,
                get_unsigned(row, 2)?,
                get_unsigned(row, 3)?,
            ))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let mut due = Vec::with_capacity(found.len());
    for (number, failures, give_up, event) in found {
        due.push(DueDelivery {
            number,
            failures,
            give_up,
            event: events::one(db, event)?,
        });
    }
    let next_due: Option<i64> = db
        .prepare_cached(
            "SELECT min(due) FROM webhook_delivery WHERE endpoint = ?1 AND state = 'next' AND due > ?2",
        )?
        .query_row(params![signed(endpoint), signed(now)], |row| row.get(0))?;
    Ok(Some(EndpointWork {
        news: unread(db, &row)? > 0,
        row,
        due,
        next_due: next_due.map(unsigned),
    }))
}

/// Events of the log that the endpoint has not read; counted up to 1000.
fn unread(db: &Connection, row: &EndpointRow) -> rusqlite::Result<u64> {
    db.prepare_cached(
        "SELECT count(*) FROM (SELECT 1 FROM event WHERE site_id = ?1
           AND number > (SELECT log_read FROM webhook_endpoint WHERE number = ?2) LIMIT 1000)",
    )?
    .query_row(params![row.site_id.as_str(), signed(row.number)], |row| {
        get_unsigned(row, 0)
    })
}

pub(super) fn owe(
    db: &Connection,
    endpoint: u64,
    now: u64,
    give_up: u64,
    limit: u32,
) -> rusqlite::Result<()> {
    let place = db
        .prepare_cached("SELECT log_read FROM webhook_endpoint WHERE number = ?1 AND state = 'ACTIVE'")?
        .query_row([signed(endpoint)], |row| row.get::<_, i64>(0))
        .optional()?;
    let (Some(mut place), Some(row)) = (place, endpoints::find(db, endpoint)?) else {
        return Ok(());
    };
    let [_, to_business, to_participant, _] = EventBody::TYPES;
    let news: Vec<(i64, String, i64, Option<String>)> = db
        .prepare_cached(
            "SELECT e.number, e.id, e.conversation,
               CASE WHEN e.data IS NOT NULL THEN json_extract(e.data, '$.type')
                    WHEN m.to_business = 1 THEN ?4 WHEN m.to_business = 0 THEN ?5 END
             FROM event e LEFT JOIN message m ON m.conversation = e.conversation AND m.sequence = e.sequence
             WHERE e.site_id = ?1 AND e.number > ?2 ORDER BY e.number LIMIT ?3",
        )?
        .query_map(
            params![row.site_id.as_str(), place, limit, to_business, to_participant],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )?
        .collect::<rusqlite::Result<_>>()?;
    for (event, event_id, conversation, kind) in news {
        place = event;
        // Without a type its message is gone: there is nothing to tell.
        let Some(kind) = kind.filter(|kind| row.types.is_empty() || row.types.contains(kind)) else {
            continue;
        };
        db.prepare_cached(
            "INSERT INTO webhook_delivery
               (endpoint, event, event_id, type, conversation, due, give_up, created, state)
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?6, CASE WHEN EXISTS (
                 SELECT 1 FROM webhook_delivery WHERE endpoint = ?1 AND conversation = ?5
                   AND state IN ('next', 'behind')) THEN 'behind' ELSE 'next' END",
        )?
        .execute(params![
            signed(endpoint),
            event,
            event_id,
            kind,
            conversation,
            signed(now),
            signed(give_up)
        ])?;
    }
    db.prepare_cached("UPDATE webhook_endpoint SET log_read = ?2 WHERE number = ?1")?
        .execute(params![signed(endpoint), place])?;
    Ok(())
}

pub(super) fn record(db: &Connection, done: &AttemptDone) -> rusqlite::Result<()> {
    let conversation = db
        .prepare_cached(
            "SELECT conversation FROM webhook_delivery WHERE number = ?1 AND endpoint = ?2 AND state = 'next'",
        )?
        .query_row(params![signed(done.delivery), signed(done.endpoint)], |row| {
            row.get::<_, Option<i64>>(0)
        })
        .optional()?;
    let Some(conversation) = conversation else {
        return Ok(());
    };
    insert_attempt(db, done.endpoint, signed(done.delivery), &done.attempt)?;
    match done.outcome {
        Outcome::Delivered => {
            finish(db, done, "delivered")?;
            follow(db, done.endpoint, conversation)?;
            succeeded(db, done)?;
        }
        Outcome::Retry { due } => {
            db.prepare_cached(
                "UPDATE webhook_delivery SET failures = failures + 1, due = ?2 WHERE number = ?1",
            )?
            .execute(params![signed(done.delivery), signed(due)])?;
            failed(db, done)?;
        }
        Outcome::Dead => {
            finish(db, done, "dead")?;
            follow(db, done.endpoint, conversation)?;
            failed(db, done)?;
        }
    }
    match &done.disable {
        Some(reason) => endpoints::disable(db, done.endpoint, reason),
        None => Ok(()),
    }
}

fn finish(db: &Connection, done: &AttemptDone, state: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE webhook_delivery SET state = ?2, finished = ?3 WHERE number = ?1")?
        .execute(params![signed(done.delivery), state, signed(done.now_micros)])?;
    Ok(())
}

/// The oldest that was behind is next.
fn follow(db: &Connection, endpoint: u64, conversation: Option<i64>) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE webhook_delivery SET state = 'next' WHERE number = (
           SELECT min(number) FROM webhook_delivery
           WHERE endpoint = ?1 AND conversation = ?2 AND state IN ('next', 'behind'))",
    )?
    .execute(params![signed(endpoint), conversation])?;
    Ok(())
}

fn succeeded(db: &Connection, done: &AttemptDone) -> rusqlite::Result<()> {
    let before: u32 = db
        .prepare_cached("SELECT failed_in_a_row FROM webhook_endpoint WHERE number = ?1")?
        .query_row([signed(done.endpoint)], |row| row.get(0))?;
    if before == 0 {
        return Ok(());
    }
    db.prepare_cached(
        "UPDATE webhook_endpoint SET failing_since = NULL, failed_in_a_row = 0 WHERE number = ?1",
    )?
    .execute([signed(done.endpoint)])?;
    // It was down and is back: what waits for its turn to be tried need not. One event that it never accepts among
    // many that it does is no such case, and keeps its own schedule.
    if before >= DOWN_AFTER {
        db.prepare_cached(
            "UPDATE webhook_delivery SET due = ?2 WHERE endpoint = ?1 AND state = 'next' AND due > ?2",
        )?
        .execute(params![signed(done.endpoint), signed(done.now_micros)])?;
    }
    Ok(())
}

fn failed(db: &Connection, done: &AttemptDone) -> rusqlite::Result<()> {
    db.prepare_cached(
        "UPDATE webhook_endpoint SET failed_in_a_row = failed_in_a_row + 1,
           failing_since = coalesce(failing_since, ?2) WHERE number = ?1",
    )?
    .execute(params![signed(done.endpoint), signed(done.attempt.started)])?;
    Ok(())
}

pub(super) fn record_test(db: &Connection, done: &TestDone) -> rusqlite::Result<u64> {
    let at = signed(done.attempt.started);
    db.execute(
        "INSERT INTO webhook_delivery (endpoint, event_id, type, state, due, give_up, created, finished)
         VALUES (?1, ?2, ?3, 'test', ?4, ?4, ?4, ?4)",
        params![signed(done.endpoint), done.event_id.as_str(), done.event_type, at],
    )?;
    let number = db.last_insert_rowid();
    insert_attempt(db, done.endpoint, number, &done.attempt)?;
    Ok(unsigned(number))
}

fn insert_attempt(
    db: &Connection,
    endpoint: u64,
    delivery: i64,
    attempt: &AttemptRow,
) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO webhook_attempt (delivery, endpoint, started, duration_ms, status, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        delivery,
        signed(endpoint),
        signed(attempt.started),
        signed(attempt.duration_ms),
        attempt.status,
        attempt.error,
    ])?;
    Ok(())
}

/// What waits is tried at once, and for as long again as something new.
pub(super) fn give_time(db: &Connection, endpoint: u64, now: u64, give_up: u64) -> rusqlite::Result<()> {
    db.execute(
        "UPDATE webhook_delivery SET due = min(due, ?2), give_up = max(give_up, ?3)
         WHERE endpoint = ?1 AND state IN ('next', 'behind')",
        params![signed(endpoint), signed(now), signed(give_up)],
    )?;
    Ok(())
}

pub(super) fn replay(db: &Connection, replay: &Replay) -> rusqlite::Result<u64> {
    let update =
        "UPDATE webhook_delivery SET state = 'behind', failures = 0, due = ?2, give_up = ?3, finished = NULL
                  WHERE endpoint = ?1 AND state = 'dead'";
    let (endpoint, now, give_up) = (
        signed(replay.endpoint),
        signed(replay.now_micros),
        signed(replay.give_up),
    );
    let replayed = match &replay.deliveries {
        None => db.execute(update, params![endpoint, now, give_up])?,
        Some(deliveries) => {
            let mut replayed = 0;
            for delivery in deliveries {
                replayed += db
                    .prepare_cached(&format!("{update} AND number = ?4"))?
                    .execute(params![endpoint, now, give_up, signed(*delivery)])?;
            }
            replayed
        }
    };
    db.execute(
        "UPDATE webhook_delivery SET state = 'next' WHERE number IN (
           SELECT min(number) FROM webhook_delivery WHERE endpoint = ?1 AND state IN ('next', 'behind')
           GROUP BY conversation HAVING sum(state = 'next') = 0)",
        [endpoint],
    )?;
    Ok(u64::try_from(replayed).unwrap_or(u64::MAX))
}

pub(super) fn prune(db: &Connection, before: u64, limit: u32) -> rusqlite::Result<u64> {
    let gone = db.execute(
        "DELETE FROM webhook_delivery WHERE number IN (
           SELECT number FROM webhook_delivery WHERE state IN ('delivered', 'test') AND finished < ?1 LIMIT ?2)",
        params![signed(before), limit],
    )?;
    Ok(u64::try_from(gone).unwrap_or(u64::MAX))
}

/// How many wait, and how many were given up.
pub(super) fn counts(db: &Connection, row: &EndpointRow) -> rusqlite::Result<(u64, u64)> {
    let count = |states: &str| {
        db.prepare_cached(&format!(
            "SELECT count(*) FROM webhook_delivery WHERE endpoint = ?1 AND state IN ({states})"
        ))?
        .query_row([signed(row.number)], |row| get_unsigned(row, 0))
    };
    Ok((count("'next', 'behind'")? + unread(db, row)?, count("'dead'")?))
}

pub(super) fn last_attempt(db: &Connection, endpoint: u64) -> rusqlite::Result<Option<AttemptRow>> {
    db.prepare_cached(
        "SELECT started, duration_ms, status, error FROM webhook_attempt WHERE endpoint = ?1
         ORDER BY number DESC LIMIT 1",
    )?
    .query_row([signed(endpoint)], attempt)
    .optional()
}

pub(super) fn list(db: &Connection, query: &DeliveriesQuery) -> rusqlite::Result<Vec<DeliveryRow>> {
    let states = match query.state {
        None | Some(DeliveryState::Unknown | DeliveryState::Unrecognized) => "",
        Some(DeliveryState::Waiting) => "AND state IN ('next', 'behind')",
        Some(DeliveryState::Delivered) => "AND state = 'delivered'",
        Some(DeliveryState::Dead) => "AND state = 'dead'",
        Some(DeliveryState::Test) => "AND state = 'test'",
    };
    let before = query.before.map_or(i64::MAX, signed);
    let parameters: [&dyn ToSql; 3] = [&signed(query.endpoint), &before, &query.limit];
    let mut rows: Vec<DeliveryRow> = db
        .prepare_cached(&format!(
            "SELECT number, event_id, type, state, created, due FROM webhook_delivery
             WHERE endpoint = ?1 AND number < ?2 {states} ORDER BY number DESC LIMIT ?3"
        ))?
        .query_map(params_from_iter(parameters), delivery)?
        .collect::<rusqlite::Result<_>>()?;
    for row in &mut rows {
        row.attempts = db
            .prepare_cached(
                "SELECT started, duration_ms, status, error FROM webhook_attempt WHERE delivery = ?1 ORDER BY number",
            )?
            .query_map([signed(row.number)], attempt)?
            .collect::<rusqlite::Result<_>>()?;
    }
    Ok(rows)
}

fn delivery(row: &Row<'_>) -> rusqlite::Result<DeliveryRow> {
    let state = match row.get::<_, String>(3)?.as_str() {
        "next" | "behind" => DeliveryState::Waiting,
        "delivered" => DeliveryState::Delivered,
        "dead" => DeliveryState::Dead,
        "test" => DeliveryState::Test,
        _ => DeliveryState::Unknown,
    };
    let due = get_unsigned(row, 5)?;
    Ok(DeliveryRow {
        number: get_unsigned(row, 0)?,
        event_id: row.get::<_, String>(1)?.into(),
        event_type: row.get(2)?,
        state,
        created: get_unsigned(row, 4)?,
        due: (state == DeliveryState::Waiting).then_some(due),
        attempts: Vec::new(),
    })
}

fn attempt(row: &Row<'_>) -> rusqlite::Result<AttemptRow> {
    Ok(AttemptRow {
        started: get_unsigned(row, 0)?,
        duration_ms: get_unsigned(row, 1)?,
        status: row.get(2)?,
        error: row.get(3)?,
    })
}
