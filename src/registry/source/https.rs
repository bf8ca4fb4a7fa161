//! Plugins on web servers.

use reqwest::StatusCode;
use url::Url;

use super::SourceError;
use super::fetched::{FetchedPlugin, MAX_BYTES};
use super::path::MAX_SIGNATURE_BYTES;
use super::web::{ATTEMPTS, GetRequest, WebClient};
use crate::registry::looks_signed;

pub(super) async fn fetch(
    web: &WebClient,
    url: &Url,
    progress: &mut impl FnMut(u64, Option<u64>),
) -> Result<FetchedPlugin, SourceError> {
    let what = url.as_str();
    let get = |url: Url, limit| GetRequest {
        what,
        url,
        accept: None,
        login: None,
        limit,
        size: None,
        redirects: true,
        attempts: ATTEMPTS,
    };
    let answer = web.get(&get(url.clone(), MAX_BYTES), progress).await?;
    let failed = |status: StatusCode| match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            SourceError::Unauthorised { what: what.to_owned(), registry: None, known: false }
        }
        StatusCode::NOT_FOUND | StatusCode::GONE => SourceError::NotFound { what: what.to_owned(), registry: false },
        other => SourceError::Status { what: what.to_owned(), status: other.as_u16() },
    };
    if !answer.status.is_success() {
        return Err(failed(answer.status));
    }
    let mut beside = url.clone();
    beside.set_path(&format!("{}.minisig", url.path()));
    // File servers answer 403 for missing files, and some answer with a page; neither is a
    // signature. A missing signature is reported where one is required.
    let signature = web.get(&get(beside, MAX_SIGNATURE_BYTES), &mut |_, _| ()).await;
    let signature = match signature {
        Ok(answer) if answer.status.is_success() => {
            String::from_utf8(answer.body).ok().filter(|text| looks_signed(text))
        }
        Ok(_) | Err(SourceError::TooLarge { .. } | SourceError::Redirect { .. }) => None,
        Err(error) => return Err(error),
    };
    Ok(FetchedPlugin { bytes: answer.body, resolved: None, signature })
}
