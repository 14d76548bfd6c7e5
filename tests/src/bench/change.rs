//! A catalogue a night later: some books new, some changed; and what of its index has to be uploaded again.
//!
//! It works on invented catalogues, where a book depends on its number alone: the larger of two begins with all books of
//! the smaller, row for row. Invariant: the same catalogues give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use index_builder::local::LocalIndex;
use seoga_index::file::FileName;
use seoga_index::postings::{document_files, is_long};
use serde_json::{Value, json};

/// Cells of a row of a holdings file: number, title, authors, publisher, year, ISBN, three of sets, class, copies, loans,
/// day of registration.
const CELLS: usize = 13;
const TITLE: usize = 1;
const YEAR: usize = 4;
const ISBN: usize = 5;
const LOANS: usize = 11;
/// Separators of cells. No second byte of a letter in CP949 is one of these.
const BETWEEN: &[u8] = b"\",\"";

/// Writes `larger` with `changed` of the books of `base` changed: one in four by its title, by its year, by its loans, and
/// by one more library that holds it. Gives how many rows came out otherwise.
///
/// # Errors
/// When a file cannot be read or written, or is not one of `index-builder generate`.
pub fn catalogue(base: &Path, larger: &Path, changed: usize, out: &Path) -> Result<u64> {
    let chosen = chosen(base, changed)?;
    let files = holdings(larger)?;
    let plain: Vec<bool> = files.iter().map(|file| is_cp949(file)).collect::<Result<_>>()?;
    let mut held: BTreeMap<Vec<u8>, BTreeSet<usize>> = BTreeMap::new();
    for (number, file) in files.iter().enumerate() {
        each_row(file, &mut |row| {
            if let Some(isbn) = cells(row).and_then(|cells| cells.get(ISBN).copied())
                && chosen.contains_key(isbn)
            {
                held.entry(isbn.to_vec()).or_default().insert(number);
            }
            Ok(())
        })?;
    }
    if held.len() != chosen.len() {
        bail!("{} of {} chosen books are in {}", held.len(), chosen.len(), larger.display());
    }
    let place = out.join("holdings");
    fs::create_dir_all(&place)?;
    for name in ["keywords.csv", "synonyms.csv", "libraries.csv"] {
        fs::copy(larger.join(name), out.join(name)).with_context(|| format!("copying {name}"))?;
    }
    let mut more: BTreeMap<usize, Vec<Vec<u8>>> = BTreeMap::new();
    let mut rows = 0;
    for (number, file) in files.iter().enumerate() {
        let mut writer = BufWriter::new(File::create(place.join(file.file_name().context("a file")?))?);
        each_row(file, &mut |row| {
            let found = cells(row).and_then(|cells| Some((*chosen.get(*cells.get(ISBN)?)?, cells)));
            let Some((turn, mut cells)) = found else { return Ok(writer.write_all(row)?) };
            let (title, loans) = ([cells[TITLE], b" revised"].concat(), [cells[LOANS], b"7"].concat());
            match turn % 4 {
                0 => cells[TITLE] = &title,
                1 => cells[YEAR] = b"2024",
                2 => cells[LOANS] = &loans,
                _ => {
                    let holders = &held[cells[ISBN]];
                    let free = (0..files.len()).find(|other| plain[*other] && !holders.contains(other));
                    if plain[number]
                        && holders.iter().find(|other| plain[**other]) == Some(&number)
                        && let Some(free) = free
                    {
                        more.entry(free).or_default().push(row.to_vec());
                        rows += 1;
                    }
                    return Ok(writer.write_all(row)?);
                }
            }
            rows += 1;
            Ok(writer.write_all(&cells.join(BETWEEN))?)
        })?;
        writer.flush()?;
    }
    for (number, added) in more {
        let name = files.get(number).and_then(|file| file.file_name()).context("a file")?;
        let mut file = fs::OpenOptions::new().append(true).open(place.join(name))?;
        file.write_all(&added.concat())?;
    }
    Ok(rows)
}

/// ISBNs of books at even distances, each with its number.
fn chosen(base: &Path, changed: usize) -> Result<BTreeMap<Vec<u8>, usize>> {
    let text = fs::read_to_string(base.join("keywords.csv")).context("reading keywords.csv")?;
    let isbns: Vec<&str> = text.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    if changed == 0 || isbns.len() < changed {
        bail!("{} books have keywords, {changed} are to change", isbns.len());
    }
    let chosen = (0..changed).filter_map(|at| isbns.get(at * isbns.len() / changed));
    Ok(chosen.enumerate().map(|(turn, isbn)| (isbn.as_bytes().to_vec(), turn)).collect())
}

fn holdings(catalogue: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(catalogue.join("holdings"))
        .with_context(|| format!("reading {}", catalogue.display()))?;
    let mut files = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, std::io::Error>>()?;
    files.sort();
    Ok(files)
}

/// Whether a file is in CP949: a row may be copied to another such file as it is.
fn is_cp949(file: &Path) -> Result<bool> {
    let mut head = Vec::new();
    BufReader::new(File::open(file)?).read_until(b'\n', &mut head)?;
    Ok(std::str::from_utf8(&head).is_err())
}

/// Every line of a file with its end; the header too.
fn each_row(file: &Path, each: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
    let mut reader = BufReader::with_capacity(1 << 18, File::open(file)?);
    let mut row = Vec::new();
    while reader.read_until(b'\n', &mut row)? > 0 {
        each(&row)?;
        row.clear();
    }
    Ok(())
}

/// The cells of a row, the first with its opening quotation mark and the last with what closes the row.
fn cells(row: &[u8]) -> Option<Vec<&[u8]>> {
    let mut cells = Vec::with_capacity(CELLS);
    let mut rest = row;
    while let Some(at) = rest.windows(BETWEEN.len()).position(|window| window == BETWEEN) {
        cells.push(rest.get(..at)?);
        rest = rest.get(at + BETWEEN.len()..)?;
    }
    cells.push(rest);
    (cells.len() == CELLS).then_some(cells)
}

/// Counts what of an index is not in an earlier one, by kind of file; the files in which libraries' lists lie are told once more
/// by themselves.
///
/// # Errors
/// When an index cannot be read.
pub fn upload(previous: &Path, index: &Path) -> Result<Value> {
    let [before, after] = [previous, index].map(|folder| -> Result<BTreeSet<FileName>> {
        Ok(LocalIndex::open(folder, 0)?.manifest.files().into_iter().collect())
    });
    let (before, after) = (before?, after?);
    let mut parts: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    let mut add = |part: &str, name: &FileName| -> Result<()> {
        let bytes = fs::metadata(index.join(name.to_string()))?.len();
        let sums = parts.entry(part.to_owned()).or_default();
        let new = u64::from(!before.contains(name));
        for (sum, more) in sums.iter_mut().zip([1, bytes, new, new * bytes]) {
            *sum += more;
        }
        Ok(())
    };
    for name in &after {
        add(&format!("{:?}", name.kind).to_lowercase(), name)?;
        add("all", name)?;
    }
    for name in of_libraries(index)? {
        add("library lists", &name)?;
    }
    let told = |[files, bytes, new_files, new_bytes]: [u64; 4]| json!({"files": files, "bytes": bytes, "new_files": new_files, "new_bytes": new_bytes});
    Ok(parts.into_iter().map(|(part, sums)| (part, told(sums))).collect())
}

/// The files of postings in which libraries' lists lie.
fn of_libraries(folder: &Path) -> Result<BTreeSet<FileName>> {
    let index = LocalIndex::open(folder, 0)?;
    let postings = &index.manifest.directory.postings;
    let mut names = BTreeSet::new();
    for library in &index.manifest.libraries {
        let (number, _) = postings.find(library.postings).context("an address")?;
        let class = library.df_class;
        let files = if is_long(class) { document_files(class, index.manifest.documents) } else { 1 };
        names.extend((number..number + files).filter_map(|number| postings.name(number)));
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use index_builder::generate::{Sample, generate};
    use index_builder::progress::Quiet;
    use index_builder::sources::{Inputs, read};

    use super::*;

    #[test]
    fn so_many_books_are_new_and_so_many_differ() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        generate(Sample { books: 400, seed: 1 }, &at("base"), &Quiet).unwrap();
        generate(Sample { books: 420, seed: 1 }, &at("larger"), &Quiet).unwrap();
        let rows = catalogue(&at("base"), &at("larger"), 40, &at("out")).unwrap();
        assert!(NonZero::new(rows).is_some());
        let books = |name: &str| {
            let read = read(&Inputs::in_catalogue(&at(name)).unwrap().files, &Quiet).unwrap().catalogue;
            let told = |book: &index_builder::catalogue::Book| (book.id, format!("{book:?}"));
            read.books.iter().map(told).collect::<BTreeMap<_, _>>()
        };
        let [base, larger, out] = ["base", "larger", "out"].map(books);
        assert_eq!((base.len(), out.len()), (400, 420));
        let differ = out.iter().filter(|(isbn, book)| larger.get(isbn) != Some(book)).count();
        // A book of 2024 keeps its year, and one that every library holds gets no more.
        assert!((25..=40).contains(&differ), "{differ}");
    }

    #[test]
    fn an_index_of_its_own_catalogue_uploads_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        generate(Sample { books: 400, seed: 1 }, &at("base"), &Quiet).unwrap();
        let catalogue = read(&Inputs::in_catalogue(&at("base")).unwrap().files, &Quiet).unwrap().catalogue;
        fs::create_dir(at("index")).unwrap();
        index_builder::compile::compile(&catalogue, &at("index"), &Quiet).unwrap();
        let told = upload(&at("index"), &at("index")).unwrap();
        assert!(told["all"]["bytes"].as_u64() > Some(0) && told["library lists"]["files"].as_u64() > Some(0));
        assert_eq!(told["all"]["new_bytes"], 0);
    }
}
