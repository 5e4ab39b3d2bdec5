//! Calling the business's programs: where one may call ([`address`]), how ([`outbound`]), what proves who called
//! ([`sign`]), and when again ([`schedule`]). Knows neither store nor rules; those are `service::webhooks`.

pub mod address;
pub mod outbound;
pub mod schedule;
pub mod sign;
