//! The demonstration shop's own backend: what a real shop's server does with its members, for two that anybody may be.

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::json;

use super::{NewIdentityKey, Service, ServiceError, ServiceResult};
use crate::store::{IdentityAlgorithm, IdentityKeyRow};

/// The key that the demonstration signs with, by its name among the site's.
const KEY_NAME: &str = "Demo shop";
/// How long a token is good; the page gets a fresh one whenever it is asked for.
const TOKEN_S: u64 = 300;

/// A member of the demonstration shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoMember {
    /// The shop's own id.
    pub id: &'static str,
    /// Full name.
    pub name: &'static str,
    /// Mail address.
    pub email: &'static str,
    /// Path of the portrait.
    pub picture: &'static str,
}

/// All of them.
pub const DEMO_MEMBERS: [DemoMember; 2] = [
    DemoMember {
        id: "ines",
        name: "Ines Duarte",
        email: "ines@example.com",
        picture: "/shop/ines.svg",
    },
    DemoMember {
        id: "tomasz",
        name: "Tomasz Wilk",
        email: "tomasz@example.com",
        picture: "/shop/tomasz.svg",
    },
];

impl Service {
    /// The signed token that proves a member of the demonstration to the chat. `origin` is that of the shop's pages.
    ///
    /// # Errors
    /// `Invalid` where the site has all the keys it may have; store errors.
    pub async fn demo_identity(&self, member: DemoMember, origin: &str) -> ServiceResult<String> {
        let key = self.demo_key().await?;
        let claims = json!({
            "sub": member.id,
            "name": member.name,
            "email": member.email,
            "picture": format!("{origin}{}", member.picture),
            "exp": self.now_micros() / 1_000_000 + TOKEN_S,
        });
        let mut header = Header::new(Algorithm::HS256);
        header.kid = Some(key.id);
        jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(&key.material)).map_err(|_| {
            // Writing a token by HMAC has nothing that could fail but the claims, which are ours.
            ServiceError::NotFound { what: "Identity key" }
        })
    }

    /// The demonstration's key, made when it is first needed.
    async fn demo_key(&self) -> ServiceResult<IdentityKeyRow> {
        if let Some(key) = self.found_demo_key().await? {
            return Ok(key);
        }
        let new = NewIdentityKey {
            name: KEY_NAME.to_owned(),
            algorithm: "HS256".to_owned(),
            public_key: None,
        };
        self.create_identity_key(None, new).await?;
        let made = self.found_demo_key().await?;
        made.ok_or(ServiceError::NotFound { what: "Identity key" })
    }

    async fn found_demo_key(&self) -> ServiceResult<Option<IdentityKeyRow>> {
        let (site, now) = (self.site_row(None).await?.id.clone(), self.now_micros());
        let keys = self.store().identity_keys(site).await?;
        Ok(keys.into_iter().find(|key| {
            key.name == KEY_NAME
                && key.algorithm == IdentityAlgorithm::Hs256
                && key.expires.is_none_or(|ends| ends > now)
        }))
    }
}
