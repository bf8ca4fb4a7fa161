//! A response built from its recorded parts.

use http::{HeaderName, HeaderValue, Response, StatusCode};

/// Builds a response. The error names the part that is not valid.
pub(super) fn response(
    status: u16,
    headers: &[(String, String)],
    body: Vec<u8>,
) -> Result<Response<reqwest::Body>, String> {
    let mut response = Response::new(reqwest::Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).map_err(|_| format!("{status} is no status"))?;
    for (name, value) in headers {
        let name: HeaderName = name.parse().map_err(|_| format!("`{name}` is no name of a header"))?;
        let value = HeaderValue::from_str(value).map_err(|_| format!("the value of `{name}` is not valid"))?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
