//! The site as its owner changes it (`GET` and `PATCH /admin/v1/site`).

use serde::{Deserialize, Serialize};
use shopbell_protocol::FieldViolation;

/// The site as the server tells it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SiteAnswer {
    /// Shown in the widget's header.
    pub name: String,
    /// Shown in an empty conversation.
    pub welcome_text: Option<String>,
    /// Where the chat may live; empty for anywhere.
    pub allowed_origins: Vec<String>,
}

/// The same as it stands in the form.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SiteDraft {
    /// As typed.
    pub name: String,
    /// Empty for none.
    pub welcome_text: String,
    /// One a line.
    pub allowed_origins: String,
}

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SiteRequest {
    name: String,
    /// `null` takes the text away.
    welcome_text: Option<String>,
    allowed_origins: Vec<String>,
}

/// How saving goes.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Saving {
    /// Nothing was saved.
    #[default]
    Idle,
    /// The answer is under way.
    Running,
    /// It is saved.
    Done,
    /// No answer, or one without a reason.
    Failed,
    /// Refused, field by field.
    Refused(Vec<FieldViolation>),
}

impl From<SiteAnswer> for SiteDraft {
    fn from(site: SiteAnswer) -> Self {
        Self {
            name: site.name,
            welcome_text: site.welcome_text.unwrap_or_default(),
            allowed_origins: site.allowed_origins.join("\n"),
        }
    }
}

impl From<&SiteDraft> for SiteRequest {
    fn from(draft: &SiteDraft) -> Self {
        let welcome = draft.welcome_text.trim();
        Self {
            name: draft.name.trim().to_owned(),
            welcome_text: (!welcome.is_empty()).then(|| welcome.to_owned()),
            allowed_origins: draft
                .allowed_origins
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_stand_one_a_line_and_an_empty_welcome_is_taken_away() {
        let answer: SiteAnswer = serde_json::from_str(
            r#"{"id":"x","name":"Amy","allowedOrigins":["https://a.example","https://b.example"]}"#,
        )
        .unwrap();
        let mut draft = SiteDraft::from(answer);
        assert_eq!(draft.allowed_origins, "https://a.example\nhttps://b.example");
        draft.allowed_origins.push_str("\n\n");
        let request = serde_json::to_value(SiteRequest::from(&draft)).unwrap();
        assert_eq!(
            request,
            serde_json::json!({
                "name": "Amy", "welcomeText": null, "allowedOrigins": ["https://a.example", "https://b.example"]
            })
        );
    }
}
