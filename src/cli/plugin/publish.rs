use std::path::PathBuf;

use clap::Args;

use super::error::InstallError;
use crate::cli::plugin::install_context::{Workshop, until_stopped};
use crate::plugin::PluginFacts;
use crate::registry::{self, Artifact, Source};
use crate::session::environment::Surroundings;
use crate::support::exit::Exit;
use crate::support::io_error::StdoutError;
use crate::support::user_error::CommandError;
use crate::support::user_error::UserError;
use crate::ui::{self, PublishedPlugin};

/// Publish a plugin in an OCI registry
///
/// The file must be a plugin. Credentials are those that `docker login` has stored. The output
/// names the plugin by its digest, because a tag can be moved.
#[derive(Args)]
pub(in crate::cli) struct Publish {
    /// The component, as `guard.wasm`
    file: PathBuf,

    /// The destination: `oci://registry/repository:tag`
    target: String,

    /// A signature of the file, made with `minisign -S`, to be published with it
    #[arg(long, value_name = "FILE")]
    signature: Option<PathBuf>,

    /// Print one JSON document; `schemas/plugin-publish.schema.json` describes it
    #[arg(long)]
    json: bool,
}

impl Publish {
    pub(in crate::cli) fn run(self, surroundings: Surroundings) -> Result<Exit, CommandError> {
        let target: Source = self.target.parse().map_err(InstallError::Written)?;
        let reference = match &target {
            Source::Oci(reference) if reference.tag().is_some() && reference.digest().is_none() => reference,
            _ => return Err(PublishError::NoTarget(target.to_string()).into()),
        };
        let workshop = Workshop::open(surroundings, false)?;
        let bytes = registry::read(&self.file)?;
        let signature = self.signature()?;
        let signed = signature.is_some();
        let (inspected, published) = until_stopped(async {
            let name = self.file.file_stem().unwrap_or_default().to_string_lossy();
            let inspected = workshop.inspect(&bytes, &name, &self.file.display().to_string()).await?;
            let _shown = ui::start_wait(&format!("publishing {target}"));
            let published = workshop.fetcher.publish(reference, &artifact(&inspected, bytes, signature)).await?;
            Ok((inspected, published))
        })?;
        let document = PublishedPlugin::new(&inspected, &target, &published, signed);
        ui::show_published(&document, self.json).map_err(StdoutError)?;
        Ok(Exit::Success)
    }

    fn signature(&self) -> Result<Option<String>, CommandError> {
        let Some(path) = &self.signature else { return Ok(None) };
        let text = registry::read_signature(path)?;
        let text = Some(text).filter(|text| registry::looks_signed(text));
        Ok(Some(text.ok_or_else(|| PublishError::NoSignature(path.clone()))?))
    }
}

fn artifact(inspected: &PluginFacts, bytes: Vec<u8>, signature: Option<String>) -> Artifact {
    Artifact {
        component: bytes.into(),
        name: inspected.description.name.clone(),
        version: inspected.description.version.to_string(),
        summary: inspected.description.summary.clone(),
        exports: inspected.contract.exports(),
        imports: inspected.contract.imports.clone(),
        signature,
    }
}

/// Arguments that cannot be published.
#[derive(Debug, thiserror::Error)]
enum PublishError {
    #[error("`{0}` is not an `oci://` reference with a tag")]
    NoTarget(String),
    #[error("`{}` is not a signature of minisign", .0.display())]
    NoSignature(PathBuf),
}

impl UserError for PublishError {
    fn exit(&self) -> Exit {
        match self {
            Self::NoTarget(_) => Exit::Usage,
            Self::NoSignature(_) => Exit::InvalidPlugin,
        }
    }

    fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoTarget(_) => {
                "write a registry, a repository and a tag: `oci://registry.example.com/team/guard:1.2.0`".to_owned()
            }
            Self::NoSignature(_) => "`minisign -S -m guard.wasm` writes one into `guard.wasm.minisig`".to_owned(),
        })
    }
}
