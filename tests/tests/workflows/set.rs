//! Reads the workflows of a folder, or a set in which one line was changed.

use std::fs;

use seoga_tests::repository::root;
use yaml_rust2::{Yaml, YamlLoader};

/// A workflow.
#[derive(Debug, Clone)]
pub(crate) struct Workflow {
    /// Its file's name.
    pub(crate) file: String,
    /// Its text.
    pub(crate) text: String,
    /// Its text, parsed.
    pub(crate) yaml: Yaml,
}

impl Workflow {
    /// Parses a text; panics when it is no YAML of one document.
    pub(crate) fn new(file: &str, text: &str) -> Self {
        let documents = YamlLoader::load_from_str(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        let [yaml] = <[Yaml; 1]>::try_from(documents).unwrap();
        Self { file: file.to_owned(), text: text.to_owned(), yaml }
    }

    /// Gives its jobs with their names.
    pub(crate) fn jobs(&self) -> Vec<(&str, &Yaml)> {
        let jobs = &self.yaml["jobs"];
        keys(jobs).into_iter().map(|name| (name, &jobs[name])).collect()
    }

    /// Gives the name by which other workflows hear of it.
    pub(crate) fn name(&self) -> &str {
        self.yaml["name"].as_str().unwrap_or_default()
    }

    /// Tells whether it only runs when another one calls it.
    pub(crate) fn is_only_called(&self) -> bool {
        keys(&self.yaml["on"]) == ["workflow_call"]
    }
}

/// Reads every workflow of the repository.
pub(crate) fn all() -> Vec<Workflow> {
    let folder = root().join(".github/workflows");
    let mut found: Vec<Workflow> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            Workflow::new(&file, &fs::read_to_string(&path).unwrap())
        })
        .collect();
    found.sort_by(|a, b| a.file.cmp(&b.file));
    found
}

/// Finds a workflow by its file's name.
pub(crate) fn named<'a>(set: &'a [Workflow], file: &str) -> &'a Workflow {
    set.iter().find(|one| one.file == file).unwrap_or_else(|| panic!("there is no {file}"))
}

/// Lists the keys of a mapping; of anything else none.
pub(crate) fn keys(value: &Yaml) -> Vec<&str> {
    value.as_hash().map(|hash| hash.keys().filter_map(Yaml::as_str).collect()).unwrap_or_default()
}

/// Lists the steps of a job.
pub(crate) fn steps(job: &Yaml) -> &[Yaml] {
    job["steps"].as_vec().map_or(&[], Vec::as_slice)
}

/// Gives a text, or nothing for what is none.
pub(crate) fn text(value: &Yaml) -> &str {
    value.as_str().unwrap_or_default()
}

/// Finds the workflow that a job calls.
pub(crate) fn called<'a>(set: &'a [Workflow], job: &Yaml) -> Option<&'a Workflow> {
    let file = text(&job["uses"]).strip_prefix("./.github/workflows/")?;
    set.iter().find(|one| one.file == file)
}
