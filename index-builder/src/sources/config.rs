//! `catalogue.toml`: which files make the catalogue, and what cannot be seen in them.
//!
//! Reads none of the files it names. Invariants: a key that is not known is an error with its line and the known
//! ones, so a slip of the pen is never passed over; paths are relative to the configuration's own folder.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::clean;
use super::encoding::Encoding;
use super::error::{Problem, WrongFile};
use super::inputs::{Declared, HOLDINGS, Inputs, RECORDS, Selection, with_extension};

/// A parsed configuration; its paths are complete.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    holdings: Vec<DeclaredSource>,
    records: Vec<DeclaredSource>,
    libraries: Option<PathBuf>,
    holidays: Option<PathBuf>,
    keywords: Option<PathBuf>,
    synonyms: Option<PathBuf>,
    /// Where the report goes, unless the command line says.
    pub report: Option<PathBuf>,
}

/// A file or a folder of them, and what is declared about each.
#[derive(Debug, Clone, PartialEq, Eq)]
struct DeclaredSource {
    path: PathBuf,
    declared: Declared,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Toml {
    #[serde(default)]
    holdings: Vec<TomlSource>,
    #[serde(default)]
    records: Vec<TomlSource>,
    libraries: Option<PathBuf>,
    holidays: Option<PathBuf>,
    keywords: Option<PathBuf>,
    synonyms: Option<PathBuf>,
    #[serde(default)]
    options: TomlOptions,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TomlSource {
    path: PathBuf,
    library: Option<String>,
    encoding: Option<toml::Spanned<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct TomlOptions {
    report: Option<PathBuf>,
}

impl Config {
    /// Reads a configuration file.
    ///
    /// # Errors
    /// When it cannot be read, is no TOML, or has something in it that is not known; says where.
    pub fn read(path: &Path) -> Result<Self, WrongFile> {
        let bytes = fs::read(path).map_err(WrongFile::io(path))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Self::parse(&bytes, folder).map_err(|problem| WrongFile::new(path, problem))
    }

    /// Reads a configuration that is held in memory, as if it stood in `folder`.
    ///
    /// # Errors
    /// As [`Config::read`].
    pub fn parse(bytes: &[u8], folder: &Path) -> Result<Self, Problem> {
        let bad = |line, message: &str| Problem::BadConfig { line, message: message.to_owned() };
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        let text = std::str::from_utf8(bytes)
            .map_err(|error| bad(line_of(bytes, error.valid_up_to()), "no UTF-8; save it as UTF-8"))?;
        let toml: Toml = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(bytes, span.start));
            bad(
                line,
                &error
                    .message()
                    .replace("unknown field", "unknown key")
                    .replace("missing field", "missing key"),
            )
        })?;
        let at = |path: PathBuf| folder.join(path);
        let source = |source: TomlSource| -> Result<DeclaredSource, Problem> {
            let library = source.library.map(|name| clean::text(&name, false).0.into_owned());
            if library.as_deref() == Some("") {
                return Err(bad(0, &format!("the library of {} has no name", source.path.display())));
            }
            let encoding = match &source.encoding {
                Some(name) => Some(Encoding::of_label(name.as_ref()).ok_or_else(|| {
                    let message = format!(
                        "`{}` is no encoding that is read; write `utf-8`, `cp949`, `windows-1252` or the like",
                        name.as_ref()
                    );
                    bad(line_of(bytes, name.span().start), &message)
                })?),
                None => None,
            };
            Ok(DeclaredSource { path: at(source.path), declared: Declared { library, encoding } })
        };
        let config = Self {
            holdings: toml.holdings.into_iter().map(source).collect::<Result<_, _>>()?,
            records: toml.records.into_iter().map(source).collect::<Result<_, _>>()?,
            libraries: toml.libraries.map(at),
            holidays: toml.holidays.map(at),
            keywords: toml.keywords.map(at),
            synonyms: toml.synonyms.map(at),
            report: toml.options.report.map(at),
        };
        if config.holdings.is_empty() && config.records.is_empty() {
            return Err(bad(0, "it names neither [[holdings]] nor [[records]], so there are no books"));
        }
        Ok(config)
    }

    /// Lists the files it names, folders opened up, and those that lie in these folders and are not read.
    ///
    /// # Errors
    /// When a folder cannot be read or has no file of its kind. A file that is missing shows when it is opened.
    pub fn inputs(&self) -> Result<Selection<Inputs>, WrongFile> {
        let mut selection = Selection::<Inputs>::default();
        selection.files.libraries = self.libraries.clone();
        selection.files.holidays = self.holidays.clone();
        selection.files.keywords = self.keywords.clone();
        selection.files.synonyms = self.synonyms.clone();
        for (sources, extensions, is_holdings) in
            [(&self.holdings, HOLDINGS, true), (&self.records, RECORDS, false)]
        {
            for source in sources {
                let files = if source.path.is_dir() {
                    let files = with_extension(&source.path, extensions, &mut selection.left_alone)?;
                    if files.is_empty() {
                        return Err(WrongFile::new(&source.path, Problem::NothingToRead));
                    }
                    files
                } else {
                    vec![source.path.clone()]
                };
                for file in files {
                    let inputs = &mut selection.files;
                    // A file that is named itself, beside its folder, is read once and as declared for it.
                    let named_itself = file == source.path;
                    if named_itself || !inputs.declared.contains_key(&file) {
                        inputs.declared.insert(file.clone(), source.declared.clone());
                    }
                    if is_holdings { inputs.holdings.push(file) } else { inputs.records.push(file) }
                }
            }
        }
        selection.left_alone.sort();
        Ok(selection)
    }
}

/// Counts the line of a byte, the first being 1.
fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes.iter().take(at).filter(|&&byte| byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn problem(text: &str) -> String {
        Config::parse(text.as_bytes(), Path::new("")).unwrap_err().to_string()
    }

    #[test]
    fn a_configuration_names_sources_and_declares_what_they_are() {
        let text = "libraries = \"libraries.csv\"\nsynonyms = \"/elsewhere/s.csv\"\n\
            [[holdings]]\npath = \"lists\"\n\
            [[records]]\npath = \"a.mrc\"\nlibrary = \" 가온 \"\nencoding = \"cp949\"\n\
            [options]\nreport = \"out/report.json\"\n";
        let config = Config::parse(text.as_bytes(), Path::new("base")).unwrap();
        assert_eq!(config.libraries.as_deref(), Some(Path::new("base/libraries.csv")));
        assert_eq!(config.synonyms.as_deref(), Some(Path::new("/elsewhere/s.csv")));
        assert_eq!(config.report.as_deref(), Some(Path::new("base/out/report.json")));
        assert_eq!(config.holdings[0].path, Path::new("base/lists"));
        let declared = Declared { library: Some("가온".to_owned()), encoding: Some(Encoding::Cp949) };
        assert_eq!(config.records, [DeclaredSource { path: PathBuf::from("base/a.mrc"), declared }]);
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_known_ones() {
        let message = problem("# a catalogue\n\nlibrarys = \"a.csv\"\n");
        for part in ["line 3", "unknown key `librarys`", "`libraries`", "`holdings`", "`synonyms`"] {
            assert!(message.contains(part), "{message}");
        }
        let message = problem("[[records]]\npath = \"a\"\nlibary = \"가온\"\n");
        for part in ["line 3", "unknown key `libary`", "`path`", "`library`", "`encoding`"] {
            assert!(message.contains(part), "{message}");
        }
        let message = problem("[[holdings]]\npath = \"a\"\nencoding = \"utf-9\"\n");
        for part in ["line 3", "`utf-9`", "`utf-8`", "`cp949`"] {
            assert!(message.contains(part), "{message}");
        }
    }

    #[test]
    fn what_makes_no_catalogue_is_refused() {
        for (text, part) in [
            ("", "names neither"),
            ("[[holdings]]\n", "missing key `path`"),
            ("[[holdings]]\npath = 3\n", "line 2"),
            ("[[holdings]]\npath = \"a\"\nlibrary = \" \"\n", "has no name"),
            ("holdings = \"a.csv\"\n", "line 1"),
            ("[[holdings]\n", "line 1"),
            ("[options]\nkeywords = 1\n", "unknown key `keywords`"),
        ] {
            assert!(problem(text).contains(part), "{text}: {}", problem(text));
        }
        let not_utf8 = Config::parse(b"# ok\n# \xB0\xA1\n", Path::new("")).unwrap_err().to_string();
        assert!(not_utf8.contains("line 2") && not_utf8.contains("UTF-8"), "{not_utf8}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_configuration_or_refused(bytes: Vec<u8>, text in "[\\[\\]a-z= \"\n.{}#0-9]{0,80}") {
            let _ = Config::parse(&bytes, Path::new("a"));
            let _ = Config::parse(text.as_bytes(), Path::new("a"));
            let tail = format!("[[holdings]]\npath = \"a\"\n{text}");
            let _ = Config::parse(tail.as_bytes(), Path::new("a"));
        }
    }
}
