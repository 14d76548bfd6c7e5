//! Sends static files to the bucket behind `CloudFront` by their content: what differs there is sent, whatever its size and time.
//!
//! One listing says of each object its `ETag`, from which the content is known as `aws s3 cp` sends it. Invariant: files that
//! pages may still ask for are never removed, the pointer to an index comes after everything it names, and `CloudFront` forgets
//! what it may have kept of a file that was damaged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use md5::{Digest, Md5};
use seoga_host::files;
use seoga_host::mirror::{Files, take};
use seoga_index::opening::FILE_NAME as OPENING;
use seoga_index::pointer::FILE_NAME as POINTER;
use seoga_text::encoding::hex;

use super::account::{aws, output};
use super::runner::Runner;
use super::settings::{EDGE_REGION, Settings};
use crate::deployed::PLACE;

/// Bytes from which on, and in which, the aws program sends a file in parts
/// (<https://docs.aws.amazon.com/cli/latest/topic/s3-config.html>, `multipart_threshold` and `multipart_chunksize`).
const PART_BYTES: usize = 8 * 1024 * 1024;
/// Damaged files from which on `CloudFront` forgets the whole index instead of each.
const FORGOTTEN_AT_ONCE: usize = 30;
/// The folder of the index below the static files.
const INDEX: &str = "index";
/// Settings of the static files on the other platform.
const NOT_SERVED: &str = "_headers";

const FOR_EVER: &str = "public, max-age=31536000, immutable";
const SITE: &str = "public, max-age=0, s-maxage=300, must-revalidate";
const OF_POINTER: &str = "public, max-age=0, s-maxage=60, must-revalidate";

/// Sends the folder of an index: files that never change, then those that point to them.
pub(crate) fn publish_index(runner: &Runner, settings: &Settings, index: &Path) -> Result<()> {
    let bucket = Bucket::open(runner, output(runner, settings, "edge", EDGE_REGION, "SiteBucket")?)?;
    let mut wanted = Files::new();
    take(index, Path::new(INDEX), &mut wanted)?;
    let last =
        [("the opening", OPENING, "application/octet-stream"), ("the pointer", POINTER, "application/json")];
    wanted.retain(|place, _| !last.iter().any(|(_, name, _)| *place == Path::new(INDEX).join(name)));
    let differing = bucket.differing(wanted)?;
    // No two indexes have different files in one place: what is there and differs is damaged.
    let damaged = differing.keys().filter(|place| bucket.etag(place).is_some());
    let damaged: Vec<String> = damaged.map(|place| format!("/{}", place.display())).collect();
    bucket.send("upload the index's files", &differing, FOR_EVER, index)?;
    if !damaged.is_empty() {
        let id = output(runner, settings, "edge", EDGE_REGION, "DistributionId")?;
        let all = [format!("/{INDEX}/*")];
        let paths = if damaged.len() < FORGOTTEN_AT_ONCE { damaged.as_slice() } else { &all };
        let mut forget = aws(EDGE_REGION, &["cloudfront", "create-invalidation", "--distribution-id", &id]);
        forget.args(["--output", "text", "--query", "Invalidation.Id", "--paths"]).args(paths);
        runner.step("have CloudFront forget what was damaged", &mut forget)?;
    }
    for (what, name, content) in last {
        let mut send = copy(OF_POINTER);
        send.args(["--content-type", content]).arg(index.join(name));
        runner.step(&format!("upload {what}"), send.arg(format!("s3://{}/{INDEX}/{name}", bucket.name)))?;
    }
    Ok(())
}

/// Sends the static files of a package, but for its index and for what it says of itself.
pub(super) fn publish_site(runner: &Runner, settings: &Settings, assets: &Path) -> Result<()> {
    let bucket = Bucket::open(runner, output(runner, settings, "edge", EDGE_REGION, "SiteBucket")?)?;
    let mut wanted = Files::new();
    take(assets, Path::new(""), &mut wanted)?;
    wanted.retain(|place, _| {
        !place.starts_with(INDEX) && ![NOT_SERVED, PLACE].iter().any(|one| place == Path::new(one))
    });
    bucket.send("upload the site's files", &bucket.differing(wanted)?, SITE, assets)
}

/// A bucket, and what it had when it was listed.
struct Bucket<'a> {
    runner: &'a Runner,
    name: String,
    /// Each object's `ETag` by its key; none in a dry run.
    etags: BTreeMap<PathBuf, String>,
}

impl<'a> Bucket<'a> {
    /// Lists a bucket.
    fn open(runner: &'a Runner, name: String) -> Result<Self> {
        let mut list = aws(EDGE_REGION, &["s3api", "list-objects-v2", "--bucket", &name]);
        list.args(["--output", "json", "--query", "Contents[].[Key,ETag]"]);
        let listed = runner.ask("what the bucket has", &mut list)?;
        let listed: Option<Vec<(PathBuf, String)>> = if runner.is_dry() {
            None
        } else {
            serde_json::from_str(&listed)
                .with_context(|| format!("aws listed the bucket {name} in a form that is not known here"))?
        };
        let etags = listed.unwrap_or_default().into_iter();
        let etags = etags.map(|(key, etag)| (key, etag.trim_matches('"').to_owned())).collect();
        Ok(Self { runner, name, etags })
    }

    fn etag(&self, place: &Path) -> Option<&str> {
        self.etags.get(place).map(String::as_str)
    }

    /// Leaves those files that the bucket lacks or has with another content.
    fn differing(&self, wanted: Files) -> Result<Files> {
        let mut differing = Files::new();
        for (place, file) in wanted {
            let there = self.etag(&place);
            if there.is_none() || there != Some(etag(&files::read(&file)?).as_str()) {
                differing.insert(place, file);
            }
        }
        Ok(differing)
    }

    /// Sends files, all by one command, out of a folder in which they alone lie.
    fn send(&self, what: &str, differing: &Files, kept: &str, folder: &Path) -> Result<()> {
        let mut send = copy(kept);
        let destination = format!("s3://{}", self.name);
        if self.runner.is_dry() {
            let staged = format!("<what differs of {}>", folder.display());
            return self.runner.step(what, send.args(["--recursive", &staged, &destination]));
        }
        if differing.is_empty() {
            println!("== {what}: all there");
            return Ok(());
        }
        let beside = folder.parent().unwrap_or(folder);
        let staged = tempfile::tempdir_in(beside).context("making a folder for what differs")?;
        for (place, file) in differing {
            files::link(file, &staged.path().join(place))?;
        }
        self.runner.step(what, send.arg("--recursive").arg(staged.path()).arg(destination))
    }
}

/// Makes a command that copies to a bucket what caches keep in this way.
fn copy(kept: &str) -> Command {
    let mut copy = aws(EDGE_REGION, &["s3", "cp", "--only-show-errors"]);
    copy.args(["--cache-control", kept]);
    copy
}

/// Gives the `ETag` of an object with this content: its MD5, or of one sent in parts that of their MD5s, with their number.
fn etag(content: &[u8]) -> String {
    if content.len() < PART_BYTES {
        return hex(&Md5::digest(content));
    }
    let parts: Vec<_> = content.chunks(PART_BYTES).map(Md5::digest).collect();
    format!("{}-{}", hex(&Md5::digest(parts.concat())), parts.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pointer_to_an_index_comes_after_all_that_it_names_and_nothing_is_removed() {
        let runner = Runner::dry();
        publish_index(&runner, &Settings::default(), Path::new("dist/assets/index")).unwrap();
        publish_site(&runner, &Settings::default(), Path::new("dist/assets")).unwrap();
        let steps = runner.steps();
        let [(_, blocks), (_, opening), (_, pointer), (_, site)] = <[_; 4]>::try_from(steps).unwrap();
        assert!(blocks.contains("immutable"), "{blocks}");
        assert!(site.contains("s-maxage=300"), "{site}");
        for (last, name) in [(&opening, "current.bin"), (&pointer, "current.json")] {
            assert!(last.contains(" cp ") && last.contains(&format!("dist/assets/index/{name} ")), "{last}");
            assert!(last.contains("s-maxage=60") && !last.contains("immutable"), "{last}");
        }
        assert!(
            ![blocks, site, opening, pointer]
                .iter()
                .any(|line| line.contains("--delete") || line.contains(" rm "))
        );
    }

    #[test]
    fn an_etag_is_the_md5_and_in_parts_that_of_the_parts() {
        assert_eq!(etag(b""), "d41d8cd98f00b204e9800998ecf8427e");
        assert_eq!(etag(b"abc"), "900150983cd24fb0d6963f7d28e17f72");
        let large = vec![b'a'; PART_BYTES + 1];
        let parts = [Md5::digest(&large[..PART_BYTES]), Md5::digest(b"a")].concat();
        assert_eq!(etag(&large), format!("{}-2", hex(&Md5::digest(parts))));
        assert!(etag(&large[1..]).ends_with("-1"));
    }
}
