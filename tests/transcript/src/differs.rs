//! The steps whose answer a platform may give otherwise, as a list for people to read.
//!
//! A line is `FILE: TITLE | WHY`, the title `*` for every step of the file; lines that begin with `#` are remarks. Invariant:
//! an entry says why, and one that no step fits is an error, so the list cannot outlive what it excuses.

use anyhow::{Context, Result, bail};

/// One list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differs(Vec<(String, String, bool)>);

impl Differs {
    /// Reads a list.
    ///
    /// # Errors
    /// Names the line that is not understood.
    pub fn parse(text: &str) -> Result<Self> {
        let mut entries = Vec::new();
        for (number, line) in text.lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let entry = line.split_once(" | ").filter(|(_, why)| !why.trim().is_empty());
            let entry = entry.and_then(|(step, _)| step.split_once(": "));
            let (file, title) =
                entry.with_context(|| format!("line {}: want `FILE: TITLE | WHY`", number + 1))?;
            entries.push((file.trim().to_owned(), title.trim().to_owned(), false));
        }
        Ok(Self(entries))
    }

    /// Whether a step is listed.
    pub fn names(&mut self, file: &str, title: &str) -> bool {
        let entry = self.0.iter_mut().find(|(f, t, _)| f == file && (t == "*" || t == title));
        entry.map(|entry| entry.2 = true).is_some()
    }

    /// Checks that every entry named a step.
    ///
    /// # Errors
    /// Names the entry that did not.
    pub fn all_met(&self) -> Result<()> {
        match self.0.iter().find(|(.., met)| !met) {
            Some((file, title, _)) => bail!("no step `{title}` in {file}: take it out of the list"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_names_steps_and_must_name_one() {
        let mut differs = Differs::parse("# a remark\n\na.http: one step | why\nb.http: * | why\n").unwrap();
        assert!(differs.names("a.http", "one step") && !differs.names("a.http", "another"));
        assert!(differs.all_met().unwrap_err().to_string().contains("b.http"));
        assert!(differs.names("b.http", "any") && differs.all_met().is_ok());
    }

    #[test]
    fn an_entry_without_a_reason_is_refused() {
        for text in ["a.http: step", "a.http: step | ", "step | why"] {
            assert!(Differs::parse(text).is_err(), "{text}");
        }
    }
}
