"""The bill of materials of the program, as CycloneDX 1.5: every crate that is part of it."""

import hashlib
import json
import subprocess
import uuid
from pathlib import Path
from typing import Any, Dict, List, Set

# `cargo metadata` of the program, and of the plugins in it.
MANIFESTS = {"lback": "Cargo.toml", "plugins": "plugins/Cargo.toml"}
NAMESPACE = uuid.UUID("6f0d2e2c-8d5c-4a63-9f0a-6c2b5a1d9e55")


def bill(root: Path, version: str, target: str, program: Path) -> Dict[str, Any]:
    """Returns the document. The same program always has the same one."""
    components: Dict[str, Dict[str, Any]] = {}
    dependencies: Dict[str, Set[str]] = {}
    for name, manifest in MANIFESTS.items():
        collect(
            root / manifest,
            "wasm32-wasip2" if name == "plugins" else target,
            components,
            dependencies,
        )
    main = components.pop(reference("lback", version))
    main.update(
        type="application",
        hashes=[{"alg": "SHA-256", "content": hashlib.sha256(program.read_bytes()).hexdigest()}],
    )
    document = {
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": main, "properties": [{"name": "cargo:target", "value": target}]},
        "components": [components[key] for key in sorted(components)],
        "dependencies": [
            {"ref": key, "dependsOn": sorted(dependencies[key])} for key in sorted(dependencies)
        ],
    }
    document["serialNumber"] = (
        f"urn:uuid:{uuid.uuid5(NAMESPACE, json.dumps(document, sort_keys=True))}"
    )
    return document


def collect(
    manifest: Path,
    target: str,
    components: Dict[str, Dict[str, Any]],
    dependencies: Dict[str, Set[str]],
) -> None:
    """Adds the crates that the members of a workspace link, without those of tests and builds."""
    command = [
        "cargo",
        "metadata",
        "--locked",
        "--format-version",
        "1",
        "--filter-platform",
        target,
        "--manifest-path",
        str(manifest),
    ]
    data = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    packages = {package["id"]: package for package in data["packages"]}
    nodes = {node["id"]: node for node in data["resolve"]["nodes"]}
    root = data["resolve"]["root"]
    open_nodes: List[str] = [root] if root else list(data["workspace_members"])
    seen: Set[str] = set()
    while open_nodes:
        node = open_nodes.pop()
        if node in seen:
            continue
        seen.add(node)
        package = packages[node]
        linked = [
            dependency["pkg"]
            for dependency in nodes[node]["deps"]
            if any(kind["kind"] is None for kind in dependency["dep_kinds"])
        ]
        components[key(package)] = component(package)
        dependencies[key(package)] = {key(packages[other]) for other in linked}
        open_nodes += linked


def component(package: Dict[str, Any]) -> Dict[str, Any]:
    made: Dict[str, Any] = {
        "type": "library",
        "bom-ref": key(package),
        "name": package["name"],
        "version": package["version"],
        "purl": key(package),
    }
    if package["license"]:
        made["licenses"] = [{"expression": package["license"].replace("/", " OR ")}]
    if package["repository"]:
        made["externalReferences"] = [{"type": "vcs", "url": package["repository"]}]
    return made


def key(package: Dict[str, Any]) -> str:
    return reference(package["name"], package["version"])


def reference(name: str, version: str) -> str:
    return f"pkg:cargo/{name}@{version}"
