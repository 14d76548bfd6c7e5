//! The list of parts as `CycloneDX` 1.5 in JSON: what an operator hands to a tool that looks for vulnerabilities.
//!
//! It has neither time nor serial number. Invariant: the same lock files give the same bytes.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::packages::{Kind, Package};

/// The list of these packages.
pub(super) fn cyclone_dx(packages: &[Package]) -> Result<String> {
    let components: Vec<Value> = packages.iter().map(component).collect::<Result<_>>()?;
    let crates: Vec<&Package> = packages.iter().filter(|package| package.kind == Kind::Crate).collect();
    let dependencies: Vec<Value> = crates
        .iter()
        .map(|package| {
            // What is ours is in no registry and so no component.
            let known =
                package.uses.iter().filter(|used| crates.iter().any(|package| package.id() == **used));
            let uses: Vec<String> = known.map(|used| format!("pkg:cargo/{used}")).collect();
            json!({"ref": purl(package), "dependsOn": uses})
        })
        .collect();
    let list = json!({
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "seoga", "bom-ref": "seoga"}},
        "components": components,
        "dependencies": dependencies,
    });
    Ok(serde_json::to_string_pretty(&list)? + "\n")
}

/// A package's address (package-url): `pkg:cargo/serde@1.0.0`, `pkg:npm/%40scope/name@1.0.0`.
fn purl(package: &Package) -> String {
    match package.kind {
        Kind::Crate => format!("pkg:cargo/{}", package.id()),
        Kind::Npm => format!(
            "pkg:npm/{}",
            package.id().replacen('@', "%40", usize::from(package.name.starts_with('@')))
        ),
    }
}

fn component(package: &Package) -> Result<Value> {
    let hash = package.hash.as_deref().with_context(|| format!("{package} has no hash"))?;
    let (algorithm, content) = match package.kind {
        Kind::Crate => ("SHA-256", hash.to_owned()),
        Kind::Npm => ("SHA-512", hex_of_base64(hash.strip_prefix("sha512-").context("not sha512")?)?),
    };
    let licence = package.licence.as_deref().map(|text| text.replace(" / ", "/").replace('/', " OR "));
    Ok(json!({
        "type": "library",
        "bom-ref": purl(package),
        "name": package.name,
        "version": package.version,
        "purl": purl(package),
        // What is not in the script that ships is a tool of building and testing.
        "scope": if package.ships { "required" } else { "excluded" },
        "licenses": licence.map(|expression| vec![json!({"expression": expression})]).unwrap_or_default(),
        "hashes": [{"alg": algorithm, "content": content}],
    }))
}

fn hex_of_base64(text: &str) -> Result<String> {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut held, mut out) = (0_u32, 0, String::new());
    for letter in text.trim_end_matches('=').bytes() {
        let value = LETTERS.iter().position(|known| *known == letter);
        bits = bits << 6 | u32::try_from(value.with_context(|| format!("{text:?} is no Base64"))?)?;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push_str(&format!("{:02x}", bits >> held & 0xff));
        }
    }
    ensure!(out.len() == 128, "{text:?} is no SHA-512");
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(kind: Kind, name: &str, hash: &str) -> Package {
        Package {
            kind,
            name: name.to_owned(),
            version: "1.2.3".to_owned(),
            licence: Some("MIT/Apache-2.0".to_owned()),
            source: String::new(),
            hash: Some(hash.to_owned()),
            ships: kind == Kind::Crate,
            uses: vec!["ours@0.0.0".to_owned(), format!("{name}@1.2.3")],
        }
    }

    #[test]
    fn every_package_is_a_component_with_address_licence_and_hash() {
        let zeros = format!("sha512-{}==", "A".repeat(86));
        let packages = [package(Kind::Crate, "serde", "ab"), package(Kind::Npm, "@scope/tool", &zeros)];
        let list = cyclone_dx(&packages).unwrap();
        assert_eq!(list, cyclone_dx(&packages).unwrap());
        let list: Value = serde_json::from_str(&list).unwrap();
        let crate_ = &list["components"][0];
        assert_eq!(
            (&crate_["purl"], &crate_["scope"]),
            (&json!("pkg:cargo/serde@1.2.3"), &json!("required"))
        );
        assert_eq!(crate_["licenses"][0]["expression"], "MIT OR Apache-2.0");
        assert_eq!(crate_["hashes"][0], json!({"alg": "SHA-256", "content": "ab"}));
        let tool = &list["components"][1];
        assert_eq!(
            (&tool["purl"], &tool["scope"]),
            (&json!("pkg:npm/%40scope/tool@1.2.3"), &json!("excluded"))
        );
        assert_eq!(tool["hashes"][0], json!({"alg": "SHA-512", "content": "0".repeat(128)}));
        assert_eq!(list["dependencies"][0]["dependsOn"], json!(["pkg:cargo/serde@1.2.3"]));
    }

    #[test]
    fn a_hash_that_does_not_read_ends_it() {
        for wrong in ["sha1-AAAA", "sha512-AAAA", "sha512-!"] {
            assert!(cyclone_dx(&[package(Kind::Npm, "tool", wrong)]).is_err(), "{wrong}");
        }
    }
}
