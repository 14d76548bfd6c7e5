//! Fetches the generations that a deployment serves, out of its own static files below `/index/`.
//!
//! Every file is proved by its checksum, which covers its place, before it counts. Invariant: what points to files comes after
//! them in the folder; what the deployment itself lacks is told, and not made up.

use std::path::Path;

use anyhow::{Context, Result, bail};
use seoga_host::files;
use seoga_host::web::Client;
use seoga_index::availability;
use seoga_index::file::{FileName, ORIGIN_BYTES, is_whole};
use seoga_index::manifest::Manifest;
use seoga_index::opening::{self, FILE_NAME as OPENING};
use seoga_index::pointer::{FILE_NAME as POINTER, Pointer, PointerError};

use crate::deployed::{Deployed, client, fetch};

/// Options of `status`.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where it answers.
    #[arg(long, value_name = "URL")]
    base: String,
}

/// The generations of a deployment, brought into a folder.
#[derive(Debug)]
pub(crate) struct Served {
    /// The pointer.
    pub(crate) pointer: Pointer,
    /// Whether every file of the generation in force is there.
    pub(crate) whole: bool,
}

/// Carries out `seoga status`: says what is in force, and what can be gone back to.
pub(crate) fn run(options: &Options) -> Result<()> {
    let base = options.base.trim_end_matches('/');
    let pointer = pointer(&client(), base)?.with_context(|| nothing(base))?;
    let deployed = Deployed::ask(base)?.unwrap_or_else(Deployed::unknown);
    let kept = if deployed.pinned { ", kept until the next seoga deploy" } else { "" };
    println!("release     {}{kept}", deployed.release);
    println!("generation  {}", pointer.current.letters());
    for earlier in &pointer.previous {
        println!("kept        {}", earlier.letters());
    }
    Ok(())
}

/// Brings every generation that the pointer of a deployment names into a folder, as far as it is not there; gives nothing where
/// no index is deployed.
pub(crate) fn bring(base: &str, into: &Path) -> Result<Option<Served>> {
    let client = client();
    let Some(mut pointer) = pointer(&client, base)? else { return Ok(None) };
    files::make_dir(into)?;
    let mut broken = Vec::new();
    let mut fetched = 0;
    let (mut whole, mut opening) = (true, None);
    if let Some(overlay) = pointer.availability
        && !bring_overlay(&client, base, overlay, into, &mut fetched)?
    {
        // Books are found without it, and the next night brings another.
        eprintln!("== in force on {base}: what is known of loans is missing there or damaged, and left out");
        pointer.availability = None;
    }
    for manifest in pointer.generations() {
        let before = broken.len();
        match one(&client, base, manifest, into, &mut fetched)? {
            None => broken.push(manifest),
            Some(bytes) => {
                if manifest == pointer.current {
                    opening = opening::seal(&pointer, &bytes).ok();
                }
                let names = Manifest::open(&manifest, &bytes).map(|manifest| manifest.files());
                // One that this program cannot read was written by another release.
                let Ok(names) = names else {
                    broken.push(manifest);
                    whole &= manifest != pointer.current;
                    continue;
                };
                for name in names {
                    if one(&client, base, name, into, &mut fetched)?.is_none() {
                        broken.push(name);
                    }
                }
            }
        }
        whole &= manifest != pointer.current || broken.len() == before;
    }
    match opening {
        Some(opening) => files::replace(&into.join(OPENING), &opening)?,
        None => files::remove_file(&into.join(OPENING))?,
    }
    files::replace(&into.join(POINTER), pointer.to_json().as_bytes())?;
    eprintln!("== in force on {base}: generation {}; {fetched} files fetched", pointer.current.letters());
    for name in &broken {
        eprintln!("== in force on {base}: {name} is missing there, damaged, or of another release");
    }
    Ok(Some(Served { pointer, whole }))
}

/// Says that no index is deployed.
pub(crate) fn nothing(base: &str) -> String {
    format!(
        "there is no /index/{POINTER} on {base} that this program reads: no index of its format is deployed there"
    )
}

/// Asks for the pointer; gives nothing where there is none, or one of another version of
/// the format.
fn pointer(client: &Client, base: &str) -> Result<Option<Pointer>> {
    let url = format!("{base}/index/{POINTER}");
    let Some(bytes) = fetch(client, &url)? else { return Ok(None) };
    match Pointer::parse(&bytes) {
        Ok(pointer) => Ok(Some(pointer)),
        // It can be gone back to by the code that reads it, and by no other.
        Err(error @ PointerError::Version(_)) => {
            eprintln!("== in force on {base}: an index of another {error}; nothing of it is kept");
            Ok(None)
        }
        Err(error) => bail!("{url}: {error}"),
    }
}

/// Brings the files of an overlay of loans into a folder; tells whether all of them are there.
fn bring_overlay(
    client: &Client,
    base: &str,
    overlay: [u8; ORIGIN_BYTES],
    into: &Path,
    fetched: &mut usize,
) -> Result<bool> {
    let Some(first) = one(client, base, availability::file(overlay, 0), into, fetched)? else {
        return Ok(false);
    };
    let Ok(names) = availability::files(overlay, first) else { return Ok(false) };
    for name in names {
        if one(client, base, name, into, fetched)?.is_none() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Gives a file, of the folder if it is whole there, else of the deployment; nothing if it is whole in neither.
fn one(
    client: &Client,
    base: &str,
    name: FileName,
    into: &Path,
    fetched: &mut usize,
) -> Result<Option<Vec<u8>>> {
    let place = into.join(name.to_string());
    files::make_dir(place.parent().unwrap_or(into))?;
    if place.is_file() {
        let bytes = files::read(&place)?;
        if is_whole(&name, &bytes) {
            return Ok(Some(bytes));
        }
    }
    let bytes = fetch(client, &format!("{base}/index/{name}"))?.filter(|bytes| is_whole(&name, bytes));
    if let Some(bytes) = &bytes {
        files::replace(&place, bytes)?;
        *fetched += 1;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_host::testing::server;

    #[test]
    fn a_deployment_without_an_index_brings_nothing_and_a_pointer_that_is_none_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let older = r#"{"generation":"qqh4o4uyynsbvzy4","manifest":"m-qqh4o4uyynsbvzy4.bin","previous":[]}"#;
        let answers = [(404, String::new()), (200, "<html>".to_owned()), (200, older.to_owned())];
        let (port, asked) = server(answers.map(|(status, body)| (status, "", body)).to_vec());
        let base = format!("http://127.0.0.1:{port}");
        assert!(bring(&base, dir.path()).unwrap().is_none());
        assert!(bring(&base, dir.path()).unwrap_err().to_string().contains("current.json: not a pointer"));
        assert!(bring(&base, dir.path()).unwrap().is_none(), "one of version 1 is none of these");
        assert_eq!(*asked.lock().unwrap(), ["/index/current.json"; 3]);
        assert!(files::list(dir.path()).unwrap().is_empty());
    }

    #[test]
    fn a_file_that_is_not_what_its_name_promises_does_not_count() {
        let dir = tempfile::tempdir().unwrap();
        let pointer = r#"{"format":2,"generation":"qqh4o4uyynsbvzy4","previous":[]}"#;
        let (port, _) = server(vec![(200, "", pointer.to_owned()), (200, "", "another file".to_owned())]);
        let served = bring(&format!("http://127.0.0.1:{port}"), dir.path()).unwrap().unwrap();
        assert!(!served.whole);
        assert_eq!(served.pointer.current.letters(), "qqh4o4uyynsbvzy4");
        let names: Vec<_> = files::list(dir.path()).unwrap();
        assert_eq!(names, [dir.path().join(POINTER)]);
    }
}
