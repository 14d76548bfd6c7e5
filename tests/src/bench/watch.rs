//! Hot paths run for valgrind, which counts the instructions of one function alone.
//!
//! `xtask/src/test/counts.rs` names the two functions at the end of this file to it. Invariant: before a path is counted,
//! what it reads is in memory, so that no reading of files is in a count.

use std::path::Path;

use anyhow::{Context, Result};
use index_builder::local::LocalIndex;
use index_builder::tools::questions::Question;
use seoga_index::block::Block;
use seoga_index::bytes::Damaged;
use seoga_index::dictionary::Entry;
use seoga_index::file::{FileName, Kind};
use seoga_index::manifest::Manifest;
use seoga_index::postings::{List, Posting, is_long};

use super::ask::{Files, asked, fresh};

/// Every so manyeth file is opened: those of all kinds, and not so many that it takes long.
const EVERY: usize = 7;
/// Lists decoded, the longest ones of the first dictionary shard.
const LISTS: usize = 200;

/// Runs every path; gives their names in the order in which they were over.
///
/// # Errors
/// When the index cannot be read, or has not what a path needs.
pub fn run(folder: &Path, questions: &[Question], limit: u32) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    answers(folder, questions, limit, &mut paths)?;
    let index = LocalIndex::open(folder, 0)?;
    let read = |name: &FileName| -> Result<Vec<u8>> {
        std::fs::read(folder.join(name.to_string())).with_context(|| format!("reading {name}"))
    };
    let manifest = FileName::manifest_of(&index.generation)?;
    let bytes = read(&manifest)?;
    let opened = count("open_manifest", &mut paths, || Manifest::open(&manifest, &bytes));
    let manifest = opened.context("the manifest opens")?;

    let names = manifest.files().into_iter().step_by(EVERY);
    let files = names.map(|name| Ok((name, read(&name)?))).collect::<Result<Vec<_>>>()?;
    let opened = count("open_files", &mut paths, || {
        files.into_iter().map(|(name, bytes)| Block::open(&name, bytes)).collect::<Result<Vec<_>, _>>()
    });
    opened.context("every file opens")?;

    let lists = lists(&manifest, &read)?;
    let mut out: Vec<Posting> = Vec::with_capacity(1 << 20);
    let decoded = count("decode_postings", &mut paths, || {
        for bytes in &lists {
            out.extend(List::open(bytes)?.postings()?);
        }
        Ok::<_, Damaged>(out.len())
    });
    anyhow::ensure!(decoded.context("every list decodes")? > LISTS, "the lists are of single books");
    Ok(paths)
}

/// Answers with their blocks at hand, kind by kind, from the request to the bytes of the answer.
fn answers(folder: &Path, questions: &[Question], limit: u32, paths: &mut Vec<String>) -> Result<()> {
    let (files, app) = (Files::new(folder), fresh(Some(1 << 30))?);
    for kind in questions.chunk_by(|a, b| a.kind == b.kind) {
        for question in kind {
            files.answer(&app, asked(question, limit))?;
        }
        let requests: Vec<_> = kind.iter().map(|question| asked(question, limit)).collect();
        let name = kind.first().map_or("", |question| question.kind.as_str());
        let statuses = count(name, paths, || {
            let statuses = requests.into_iter().map(|request| Ok(files.answer(&app, request)?.0.status));
            statuses.collect::<Result<Vec<u16>>>()
        })?;
        anyhow::ensure!(statuses.iter().all(|status| *status == 200), "{name}: {statuses:?}");
    }
    Ok(())
}

/// The bytes of the longest lists of the first dictionary shard that lie in one piece, each from its start on.
fn lists(manifest: &Manifest, read: &dyn Fn(&FileName) -> Result<Vec<u8>>) -> Result<Vec<Vec<u8>>> {
    let block = |kind: Kind, number: u32| -> Result<Block> {
        let name = manifest.file(kind, number).context("a file of the index")?;
        Ok(Block::open(&name, read(&name)?)?)
    };
    let first = block(Kind::Dictionary, 0)?;
    let mut entries = Vec::new();
    first.dictionary()?.range(b"", None, &mut |_, entry| {
        if let Entry::List { address, df_class } = entry
            && !is_long(df_class)
        {
            entries.push((entry.df(), address));
        }
        true
    })?;
    entries.sort_unstable_by(|a, b| b.cmp(a));
    let mut lists = Vec::new();
    for (_, address) in entries.into_iter().take(LISTS) {
        let (number, first) = manifest.directory.postings.find(address).context("an address")?;
        lists.push(block(Kind::Postings, number)?.postings()?.list_at(address - first)?.to_vec());
    }
    Ok(lists)
}

/// Has valgrind count one piece of work, under a name.
fn count<T>(name: &str, paths: &mut Vec<String>, work: impl FnOnce() -> T) -> T {
    let (mut work, mut done) = (Some(work), None);
    counted_by_valgrind(&mut || done = work.take().map(|work| work()));
    path_is_over();
    paths.push(name.to_owned());
    match done {
        Some(done) => done,
        None => unreachable!("the work was handed over once"),
    }
}

/// Counts of valgrind's.
#[inline(never)]
fn counted_by_valgrind(work: &mut dyn FnMut()) {
    work();
    // Nothing may be left for after the call, and the call no jump: its end ends the count.
    std::hint::black_box(());
}

/// When valgrind writes down what it counted.
#[inline(never)]
fn path_is_over() {
    std::hint::black_box(());
}
