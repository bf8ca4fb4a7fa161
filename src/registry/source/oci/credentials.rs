//! The stored credentials of the user for a registry: in Docker's `config.json`, or in the helper
//! that it names.

use std::io;
use std::path::Path;

use docker_credential::{CredentialRetrievalError, DockerCredential};

use super::super::SourceError;
use super::super::web::Credential;
use crate::support::read_file;

/// Docker's own registry has another name in the credentials.
const DOCKER_HUB: (&str, &str) = ("index.docker.io", "https://index.docker.io/v1/");

/// The largest size of Docker's `config.json`, in bytes.
const MAX_CONFIG_BYTES: u64 = 1024 * 1024;

/// Returns the stored login for a registry, if there is one.
pub(super) async fn of(registry: &str, config: Option<&Path>) -> Result<Option<Credential>, SourceError> {
    let Some(config) = config.map(Path::to_owned) else {
        return Ok(None);
    };
    let wrong = |reason: String| SourceError::Credentials { registry: registry.to_owned(), reason };
    let server = if registry == DOCKER_HUB.0 { DOCKER_HUB.1 } else { registry }.to_owned();
    // A helper is a program, which may ask the user.
    let stored = tokio::task::spawn_blocking(move || stored(&server, &config)).await;
    match stored.map_err(|error| wrong(error.to_string()))?.map_err(wrong)? {
        None => Ok(None),
        Some(DockerCredential::UsernamePassword(user, password)) => Ok(Some(Credential::Basic(user, password))),
        Some(DockerCredential::IdentityToken(_)) => Err(wrong(
            "an identity token is stored, and lback can use a name with a password or access token only".into(),
        )),
    }
}

fn stored(server: &str, config: &Path) -> Result<Option<DockerCredential>, String> {
    let file = match read_file::read(config, MAX_CONFIG_BYTES) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot read `{}`: {error}", config.display())),
    };
    match docker_credential::get_credential_from_reader(&file[..], server) {
        Ok(credential) => Ok(Some(credential)),
        Err(CredentialRetrievalError::NoCredentialConfigured) => Ok(None),
        // The exact text with which helpers report missing credentials, on the stream of their
        // answer.
        Err(CredentialRetrievalError::HelperFailure { stdout, .. }) if stdout.contains("credentials not found") => {
            Ok(None)
        }
        Err(CredentialRetrievalError::HelperFailure { helper, stderr, stdout }) => {
            let said = [stderr.trim(), stdout.trim()].into_iter().find(|said| !said.is_empty()).unwrap_or("nothing");
            let said = said.lines().next().unwrap_or_default();
            Err(format!("the helper `{helper}` fails; it says: {said}"))
        }
        Err(CredentialRetrievalError::HelperCommunicationError) => {
            Err(format!("a helper that `{}` names can't be run", config.display()))
        }
        Err(CredentialRetrievalError::MalformedHelperResponse) => {
            Err(format!("a helper that `{}` names answers what can't be read", config.display()))
        }
        Err(CredentialRetrievalError::CredentialMismatchError) => {
            Err(format!("in `{}`, `auth` is not what `username` and `password` say", config.display()))
        }
        Err(_) => Err(format!("`{}` is not a `config.json` of Docker", config.display())),
    }
}
