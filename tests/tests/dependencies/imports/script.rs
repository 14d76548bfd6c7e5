//! Reads the imports of JavaScript modules: `import`, `export … from` and `import()` of a file by its relative path.

/// An import of a JavaScript module.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Import {
    /// The names between `import` and `from` as they are written.
    pub(crate) names: String,
    /// The path of the file as it is written, which begins with `.`.
    pub(crate) from: String,
}

/// Finds the imports of files; those of packages and of the platform are left out.
pub(crate) fn imports(source: &str) -> Vec<Import> {
    let mut found = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    for word in Words::of(source) {
        if let Word::Text(from) = &word
            && from.starts_with('.')
            && let Some(names) = names_before(&words)
        {
            found.push(Import { names, from: from.clone() });
        }
        words.push(word);
    }
    found
}

/// Joins `from`, as it is written in `file`, with the folder of `file`.
pub(crate) fn resolved(file: &str, from: &str) -> String {
    let mut parts: Vec<&str> = file.split('/').collect();
    parts.pop();
    for part in from.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Returns the words of the statement that the text after them ends, if that is an import.
fn names_before(words: &[Word]) -> Option<String> {
    let plain = |word: &Word| if let Word::Plain(text) = word { Some(text.clone()) } else { None };
    let start = words.iter().rposition(|word| word.is("import") || word.is("export"))?;
    let between: Option<Vec<String>> = words[start + 1..].iter().map(plain).collect();
    let between = between?;
    match between.last().map(String::as_str) {
        // `import "./file.js"`, `import("./file.js")`
        None | Some("(") if words[start].is("import") => Some("*".to_owned()),
        Some("from") => Some(between[..between.len() - 1].join(" ")),
        _ => None,
    }
}

#[derive(Debug)]
enum Word {
    /// A name or a sign.
    Plain(String),
    /// A text, without its quotation marks.
    Text(String),
}

impl Word {
    fn is(&self, expected: &str) -> bool {
        matches!(self, Self::Plain(text) if text == expected)
    }
}

/// The words of a source, without its comments.
struct Words<'a> {
    rest: &'a str,
}

impl<'a> Words<'a> {
    fn of(source: &'a str) -> Self {
        Words { rest: source }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    /// Returns the length up to the end of `mark`, or all that is left.
    fn to(&self, from: usize, mark: &str) -> usize {
        self.rest[from..].find(mark).map_or(self.rest.len(), |at| from + at + mark.len())
    }

    /// Returns the length of the text that begins with the mark `quote`, with both marks.
    fn quoted(&self, quote: char) -> usize {
        let mut escaped = false;
        for (at, letter) in self.rest.char_indices().skip(1) {
            if !escaped && letter == quote {
                return at + letter.len_utf8();
            }
            escaped = !escaped && letter == '\\';
        }
        self.rest.len()
    }
}

impl Iterator for Words<'_> {
    type Item = Word;

    fn next(&mut self) -> Option<Word> {
        loop {
            self.rest = self.rest.trim_start();
            let first = self.rest.chars().next()?;
            if self.rest.starts_with("//") {
                self.take(self.to(2, "\n"));
            } else if self.rest.starts_with("/*") {
                self.take(self.to(2, "*/"));
            } else if ['"', '\'', '`'].contains(&first) {
                let text = self.take(self.quoted(first));
                return Some(Word::Text(text.trim_matches(first).to_owned()));
            } else {
                let name = |letter: char| letter.is_alphanumeric() || letter == '_' || letter == '$';
                let length = self.rest.find(|letter| !name(letter)).unwrap_or(self.rest.len());
                return Some(Word::Plain(self.take(length.max(first.len_utf8())).to_owned()));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{imports, resolved};

    #[test]
    fn every_form_of_an_import_is_found_and_nothing_else() {
        let source = r#"
            // import { no } from "./comment.js";
            /* import { no } from "./comment.js"; */
            import { one, two as second } from "./a.js";
            import * as all from './b.js';
            import first, {
                third,
            } from "../c.js";
            import "./d.js";
            export { fourth } from "./e.js";
            export const kept = "./no.js";
            const late = import("./f.js");
            import fs from "node:fs";
            const text = "import { no } from './text.js'";
            const from = "./no.js";
        "#;
        let found = imports(source);
        let from: Vec<&str> = found.iter().map(|import| import.from.as_str()).collect();
        assert_eq!(from, ["./a.js", "./b.js", "../c.js", "./d.js", "./e.js", "./f.js"]);
        assert_eq!(found[0].names, "{ one , two as second }");
        assert_eq!(found[1].names, "* as all");
    }

    #[test]
    fn a_path_is_read_from_the_folder_of_its_file() {
        assert_eq!(resolved("site/assets/a.js", "./b.js"), "site/assets/b.js");
        assert_eq!(resolved("tests/edge-aws/a.mjs", "../../edge/b.mjs"), "edge/b.mjs");
    }
}
