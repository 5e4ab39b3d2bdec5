//! What a visitor is told when something was refused: the widget's own words for it.

use shopbell_languages::Texts;
use shopbell_protocol::{ErrorBody, ErrorDetails, Rule, code};

use super::draw::size;

/// One sentence. `file` is the name of the file that came along.
pub(super) fn refused(texts: &Texts, error: &ErrorBody, file: Option<&str>) -> String {
    let name = file.filter(|name| !name.is_empty()).unwrap_or(texts.file);
    match error.code() {
        code::RESOURCE_EXHAUSTED => {
            let seconds = error.retry_after_ms().unwrap_or(1_000).div_ceil(1_000).max(1);
            texts.limited_notice.replace("{n}", &seconds.to_string())
        }
        code::BODY_TOO_LARGE => {
            let limit = number(error, "limitBytes").unwrap_or_default();
            let sentence = texts.upload_too_large.replace("{size}", &size(limit));
            sentence.replace("{name}", name)
        }
        code::UNSUPPORTED_MEDIA_TYPE => of_file(name, texts.upload_type_refused),
        code::BUTTON_EXPIRED => texts.button_expired.to_owned(),
        _ => match body_rule(error) {
            Some(Rule::MinLength) => of_file(name, texts.upload_empty),
            Some(_) => of_file(name, texts.upload_unreadable),
            None => texts.send_refused.to_owned(),
        },
    }
}

fn of_file(name: &str, what: &str) -> String {
    format!("{name}: {what}")
}

fn number(error: &ErrorBody, key: &str) -> Option<u64> {
    match &error.details {
        ErrorDetails::ApplicationError(error) => error.data.get(key)?.as_u64(),
        ErrorDetails::ValidationError { .. } => None,
    }
}

/// What is wrong with the file itself: an upload's violations name its body.
fn body_rule(error: &ErrorBody) -> Option<Rule> {
    match &error.details {
        ErrorDetails::ValidationError { field_violations } => {
            let mut all = field_violations.iter();
            all.find(|one| one.field == "body").map(|one| one.violated_rule)
        }
        ErrorDetails::ApplicationError(_) => None,
    }
}
