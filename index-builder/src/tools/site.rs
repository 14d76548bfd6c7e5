//! Makes a site for any file server of an index and the browser's host: a folder in which every page is a file, and everything but choices
//! works by the service worker.
//!
//! A page that is asked for before the service worker is there is the host's page with what the catalogue says of it; it starts the
//! service worker and is asked for again. Invariant: a path that the service worker answers and people share (home, the pages, a book)
//! is a file, so that it opens on a first visit, too.

use std::path::{Path, PathBuf};

use quick_xml::escape::escape;
use seoga_index::record::Record;
use seoga_index::{opening, pointer};
use seoga_search::book_view::full_title;

use super::verify;
use crate::local::{LocalIndex, ToolError};

/// The page of the host's folder, and the script that a folder has which is one.
const PAGE: &str = "page.html";
const WORKER: &str = "sw.js";
/// Paths that are pages whatever the catalogue.
const PAGES: [&str; 4] = ["search", "list", "libraries", "about"];
/// Names that a file server gives a folder's page by, and the page of a path that is no file by.
const OF_FOLDER: &str = "index.html";
const OF_NOTHING: &str = "404.html";

/// Says what a site is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Files in all.
    pub files: usize,
    /// Bytes in all.
    pub bytes: u64,
    /// Bytes of the index, of which a visitor reads a part, and all to keep the catalogue.
    pub index_bytes: u64,
}

/// Fills an empty folder with the site of an index, by the host in the folder `program`.
///
/// # Errors
/// [`ToolError`] when the index is not whole, `program` is no host's folder, or a file cannot be read or written.
pub fn run(index: &Path, program: &Path, out: &Path) -> Result<Made, ToolError> {
    verify::run(index)?;
    let local = LocalIndex::open(index, 0)?;
    let template = read(&program.join(PAGE))?;
    let template = String::from_utf8(template).unwrap_or_default();
    if !program.join(WORKER).is_file() || !template.contains("{{title}}") {
        return Err(ToolError::Request(format!(
            "{} is no folder of `cargo xtask package --target files`: it needs {PAGE} and {WORKER}",
            program.display()
        )));
    }
    let mut site = Site { out, made: Made { files: 0, bytes: 0, index_bytes: 0 } };
    for file in below(program, Path::new(""))?.iter().filter(|file| *file != Path::new(PAGE)) {
        site.write(file, &read(&program.join(file))?)?;
    }
    let before = site.made.bytes;
    let names = local.manifest.files();
    let manifest = crate::local::pointer(index)?.current;
    let files = std::iter::once(manifest).chain(names).map(|name| name.to_string());
    for file in files.chain([opening::FILE_NAME, pointer::FILE_NAME].map(str::to_owned)) {
        site.write(&Path::new("index").join(&file), &read(&index.join(&file))?)?;
    }
    site.made.index_bytes = site.made.bytes - before;
    let manifest = &local.manifest;
    let name = if manifest.name.is_empty() { "서가" } else { &manifest.name };
    let holdings = format!(
        "도서관 {}곳의 책 {}권을 찾습니다. Books of {} libraries.",
        manifest.libraries.len(),
        manifest.documents,
        manifest.libraries.len()
    );
    let page = filled(&template, name, name, &holdings);
    for folder in PAGES {
        site.write(&Path::new(folder).join(OF_FOLDER), page.as_bytes())?;
    }
    for file in [OF_FOLDER, OF_NOTHING] {
        site.write(Path::new(file), page.as_bytes())?;
    }
    let books = local.records(|record| (record.id.to_string(), of_book(&template, name, record)))?;
    for (id, page) in books {
        site.write(&Path::new("books").join(id).join(OF_FOLDER), page.as_bytes())?;
    }
    Ok(site.made)
}

/// Writes the page of a book, as far as it is known without the service worker.
fn of_book(template: &str, name: &str, record: &Record) -> String {
    let title = full_title(record);
    let about: Vec<&str> = [record.authors.as_str(), record.publisher.as_str()]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    filled(template, &format!("{title} – {name}"), &title, &about.join(" · "))
}

/// Fills the places of the host's page.
fn filled(template: &str, title: &str, heading: &str, description: &str) -> String {
    [("{{title}}", title), ("{{heading}}", heading), ("{{description}}", description)]
        .into_iter()
        .fold(template.to_owned(), |page, (place, text)| page.replace(place, &escape(text)))
}

/// A site that is being written.
struct Site<'a> {
    out: &'a Path,
    made: Made,
}

impl Site<'_> {
    fn write(&mut self, file: &Path, bytes: &[u8]) -> Result<(), ToolError> {
        let path = self.out.join(file);
        let written = path.parent().map_or(Ok(()), std::fs::create_dir_all);
        written
            .and_then(|()| std::fs::write(&path, bytes))
            .map_err(|source| ToolError::Write { path, source })?;
        self.made.files += 1;
        self.made.bytes += bytes.len() as u64;
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, ToolError> {
    std::fs::read(path).map_err(|source| ToolError::Read { path: path.to_owned(), source })
}

/// Lists the files below a folder, by their paths from it, in order.
fn below(root: &Path, folder: &Path) -> Result<Vec<PathBuf>, ToolError> {
    let at = root.join(folder);
    let failed = |source| ToolError::Read { path: at.clone(), source };
    let mut entries: Vec<_> =
        std::fs::read_dir(&at).and_then(Iterator::collect::<Result<Vec<_>, _>>).map_err(failed)?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let file = folder.join(entry.file_name());
        if entry.path().is_dir() {
            found.extend(below(root, &file)?);
        } else {
            found.push(file);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::generate::{Sample, generate};
    use crate::progress::Quiet;
    use crate::sources::{self, Inputs};

    #[test]
    fn a_site_has_a_file_for_every_path_that_people_share_and_refuses_what_is_no_host() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        generate(Sample { books: 40, seed: 4 }, &at("catalogue"), &Quiet).unwrap();
        let reading = sources::read(&Inputs::in_catalogue(&at("catalogue")).unwrap().files, &Quiet).unwrap();
        for name in ["index", "program", "program/host", "site", "none"] {
            std::fs::create_dir(at(name)).unwrap();
        }
        compile(&reading.catalogue, &at("index"), &Quiet).unwrap();
        let refused = run(&at("index"), &at("none"), &at("site")).unwrap_err().to_string();
        assert!(refused.contains("page.html"), "{refused}");
        std::fs::write(at("program/page.html"), "<title>{{title}}</title><h1>{{heading}}</h1>").unwrap();
        let refused = run(&at("index"), &at("program"), &at("site")).unwrap_err().to_string();
        assert!(refused.contains("package --target files") && refused.contains("sw.js"), "{refused}");
        for name in ["program/sw.js", "program/host/start.js"] {
            std::fs::write(at(name), "1").unwrap();
        }
        let made = run(&at("index"), &at("program"), &at("site")).unwrap();
        let index = LocalIndex::open(&at("index"), 0).unwrap();
        assert_eq!(made.files, 2 + index.manifest.files().len() + 3 + PAGES.len() + 2 + 40);
        assert!(at("site/sw.js").is_file() && at("site/host/start.js").is_file());
        assert!(!at("site/page.html").exists(), "the host's page is every page's, and none of its own");
        let titles = index.records(|record| (record.id.to_string(), full_title(record))).unwrap();
        for (id, title) in titles {
            let page = std::fs::read_to_string(at("site").join("books").join(id).join(OF_FOLDER)).unwrap();
            assert!(page.contains(&format!("<h1>{}</h1>", escape(&title))), "{page}");
        }
        LocalIndex::open(&at("site/index"), 0).unwrap();
        let page = filled("{{title}}", "<b>&\"", "", "");
        assert_eq!(page, "&lt;b&gt;&amp;&quot;");
    }
}
