//! Token grants (`inbox-api.md` section 1.5), for programs written with the official SDK's strategies for visitors and
//! apps.
//!
//! A visitor's access token is an ordinary visitor token that ends sooner. An app's access token stands for its API key:
//! it names the key's hash, and the key is looked up on every use, so what becomes of the key becomes of its tokens.

use serde::{Deserialize, Serialize};
use shopbell_protocol::oauth::{TokenAnswer, TokenRequest};
use shopbell_protocol::{ParticipantId, Rule, SiteId, Violations, validate};

use super::identity::unauthenticated;
use super::secret::{Purpose, decode, encode, sha256, sign, verify};
use super::{ParticipantCaller, Service, ServiceError, ServiceResult, token};
use crate::ids::guid;
use crate::store::SiteRow;

/// What the hosted service answers, in seconds.
const ACCESS_FOR_S: u64 = 14_400;
/// As long as a visitor token of the widget.
const REFRESH_FOR_S: u64 = 365 * 24 * 3600;
const TOKEN_MAX_BYTES: usize = 1024;
/// Tells an app's access token from an API key.
const ACCESS: &str = "sba1";
const REFRESH: &str = "sbr1";
const GRANTS: &str = "anonymous, refresh_token, authorized_client, client_credentials";

/// Whom a token stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Bearer {
    Participant(ParticipantId),
    /// SHA-256 of its API key.
    App([u8; 32]),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    #[serde(rename = "s")]
    site_id: SiteId,
    #[serde(rename = "b")]
    bearer: Bearer,
    #[serde(rename = "e")]
    expires_s: u64,
}

impl Service {
    /// `POST /oauth2/token` and `POST /oauth/access`. `authorization` is the header: a visitor token and an API key with
    /// a comma between them, for the token of a member.
    ///
    /// # Errors
    /// `Invalid`, `Unauthenticated`; store errors.
    pub async fn grant_token(
        &self,
        request: TokenRequest,
        authorization: Option<&str>,
    ) -> ServiceResult<TokenAnswer> {
        match request.grant_type.as_deref() {
            Some("anonymous") => self.grant_visitor(&request).await,
            Some("refresh_token") => self.grant_again(&request).await,
            Some("authorized_client") => self.grant_member(&request, authorization).await,
            Some("client_credentials") => self.grant_app(&request).await,
            None | Some("") => Err(missing("grantType")),
            Some(_) => Err(ServiceError::Invalid(Violations::one(
                "grantType",
                Rule::InvalidEnumValue,
                format!("is not one of {GRANTS}"),
            ))),
        }
    }

    /// The hash of the key that an app's access token stands for; `None` for a text that is no such token.
    pub(super) async fn key_of_token(&self, token: &str) -> ServiceResult<Option<[u8; 32]>> {
        let Some(claims) = parse(token, ACCESS) else {
            return Ok(None);
        };
        let claims = self.checked(claims, Purpose::AppToken).await?;
        match claims.map(|(_, claims)| claims.bearer) {
            Some(Bearer::App(key_hash)) => Ok(Some(key_hash)),
            Some(Bearer::Participant(_)) | None => Err(unauthenticated(
                "The access token is wrong or too old; ask for a new one",
            )),
        }
    }

    async fn grant_visitor(&self, request: &TokenRequest) -> ServiceResult<TokenAnswer> {
        let site = self.site_of_client(request).await?;
        let visitor = ParticipantId::AnonymousVisitor(guid(self.random())?);
        Ok(self.tokens(&site, Bearer::Participant(visitor)))
    }

    async fn grant_again(&self, request: &TokenRequest) -> ServiceResult<TokenAnswer> {
        let wrong = || unauthenticated("The refresh token is wrong or too old");
        let token = given(request.refresh_token.as_deref(), "refreshToken")?;
        let claims = parse(token, REFRESH).ok_or_else(wrong)?;
        let (site, claims) = self
            .checked(claims, Purpose::RefreshToken)
            .await?
            .ok_or_else(wrong)?;
        if let Bearer::App(key_hash) = &claims.bearer {
            // An app proves itself again: a refresh token alone is not worth its key.
            let secret = given(request.client_secret.as_deref(), "clientSecret")?;
            let client = given(request.client_id.as_deref(), "clientId")?;
            let row = self.key_row(*key_hash, None).await?;
            let good =
                sha256(secret.as_bytes()) == *key_hash && row.app_id.as_str().eq_ignore_ascii_case(client);
            if !good {
                return Err(unauthenticated(
                    "clientId and clientSecret do not fit the refresh token",
                ));
            }
        }
        Ok(self.tokens(&site, claims.bearer))
    }

    async fn grant_member(
        &self,
        request: &TokenRequest,
        authorization: Option<&str>,
    ) -> ServiceResult<TokenAnswer> {
        let member = given(request.member_id.as_deref(), "memberId")?;
        let mut violations = Violations::default();
        validate::guid(member, "memberId", &mut violations);
        violations.into_result(())?;
        let (visitor, key) = authorization
            .and_then(|header| header.split_once(','))
            .ok_or_else(|| {
                unauthenticated(
                    "Send the visitor token and an API key, with a comma between them, as Authorization",
                )
            })?;
        let app = self.authenticate_app(key.trim()).await?;
        let ParticipantCaller { site_id, .. } = self.authenticate_participant(visitor.trim()).await?;
        if site_id != app.site_id {
            return Err(unauthenticated("The visitor token is for another site"));
        }
        let site = self.site_row(Some(&site_id)).await?;
        let member = ParticipantId::Member(member.to_ascii_lowercase());
        Ok(self.tokens(&site, Bearer::Participant(member)))
    }

    async fn grant_app(&self, request: &TokenRequest) -> ServiceResult<TokenAnswer> {
        let instance = given(request.instance_id.as_deref(), "instanceId")?;
        let client = given(request.client_id.as_deref(), "clientId")?;
        let secret = given(request.client_secret.as_deref(), "clientSecret")?;
        let key_hash = sha256(secret.as_bytes());
        let row = self.store().api_key(key_hash).await?.filter(|row| {
            row.app_id.as_str().eq_ignore_ascii_case(client)
                && row.site_id.as_str().eq_ignore_ascii_case(instance)
        });
        let row =
            row.ok_or_else(|| unauthenticated("instanceId, clientId and clientSecret do not fit together"))?;
        let site = self.site_row(Some(&row.site_id)).await?;
        Ok(self.tokens(&site, Bearer::App(key_hash)))
    }

    /// The site that visitors of a client are visitors of: the client is the site itself, or one of its programs.
    async fn site_of_client(&self, request: &TokenRequest) -> ServiceResult<std::sync::Arc<SiteRow>> {
        let client = given(request.client_id.as_deref(), "clientId")?;
        let of_app = self
            .store()
            .api_keys()
            .await?
            .into_iter()
            .find(|key| key.row.app_id.as_str().eq_ignore_ascii_case(client))
            .map(|key| key.row.site_id);
        let site = of_app.unwrap_or_else(|| SiteId(client.to_ascii_lowercase()));
        match self.site_row(Some(&site)).await {
            Err(ServiceError::SiteNotFound) => {
                Err(unauthenticated("clientId names no site and no program of one"))
            }
            found => found,
        }
    }

    fn tokens(&self, site: &SiteRow, bearer: Bearer) -> TokenAnswer {
        let now_micros = self.now_micros();
        let claims = |lasts_s| Claims {
            site_id: site.id.clone(),
            bearer: bearer.clone(),
            expires_s: (now_micros / 1_000_000).saturating_add(lasts_s),
        };
        let access_token = match &bearer {
            Bearer::Participant(participant) => {
                token::issue_for(&site.secret, &site.id, participant, now_micros, ACCESS_FOR_S)
            }
            Bearer::App(_) => issue(&site.secret, ACCESS, Purpose::AppToken, &claims(ACCESS_FOR_S)),
        };
        TokenAnswer {
            access_token,
            refresh_token: issue(
                &site.secret,
                REFRESH,
                Purpose::RefreshToken,
                &claims(REFRESH_FOR_S),
            ),
            expires_in: ACCESS_FOR_S,
        }
    }

    async fn checked(
        &self,
        unchecked: Unchecked<'_>,
        purpose: Purpose,
    ) -> ServiceResult<Option<(std::sync::Arc<SiteRow>, Claims)>> {
        let site = match self.site_row(Some(&unchecked.claims.site_id)).await {
            Ok(site) => site,
            Err(ServiceError::SiteNotFound) => return Ok(None),
            Err(error) => return Err(error),
        };
        let good = verify(
            &site.secret,
            purpose,
            unchecked.signed.as_bytes(),
            &unchecked.signature,
        );
        let lasts = unchecked.claims.expires_s > self.now_micros() / 1_000_000;
        Ok((good && lasts).then_some((site, unchecked.claims)))
    }
}

/// A token whose signature has not been checked.
struct Unchecked<'t> {
    claims: Claims,
    signed: &'t str,
    signature: Vec<u8>,
}

fn parse<'t>(token: &'t str, version: &str) -> Option<Unchecked<'t>> {
    if token.len() > TOKEN_MAX_BYTES {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let claims = signed.strip_prefix(version)?.strip_prefix('.')?;
    Some(Unchecked {
        claims: serde_json::from_slice(&decode(claims)?).ok()?,
        signed,
        signature: decode(signature).filter(|signature| signature.len() == 32)?,
    })
}

fn issue(secret: &[u8; 32], version: &str, purpose: Purpose, claims: &Claims) -> String {
    // Texts and numbers always serialize; an empty text would only make a token that is not accepted.
    let claims = serde_json::to_vec(claims).unwrap_or_default();
    let signed = format!("{version}.{}", encode(&claims));
    let signature = encode(&sign(secret, purpose, signed.as_bytes()));
    format!("{signed}.{signature}")
}

fn given<'r>(value: Option<&'r str>, field: &str) -> ServiceResult<&'r str> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| missing(field))
}

fn missing(field: &str) -> ServiceError {
    ServiceError::Invalid(Violations::one(field, Rule::RequiredField, "is required"))
}
