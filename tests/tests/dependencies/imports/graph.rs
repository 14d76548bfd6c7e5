//! Files and the names that each imports from others, and the circles among them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Imports between files, named by their paths from the repository's root.
#[derive(Default)]
pub(crate) struct Graph {
    /// File to the files that it imports from, with the names.
    imports: BTreeMap<String, BTreeMap<String, BTreeSet<String>>>,
}

impl Graph {
    /// Notes that `file` imports `name` from the file `from`. A file's imports from itself are none.
    pub(crate) fn import(&mut self, file: &str, from: &str, name: &str) {
        if file != from {
            let names = self.imports.entry(file.to_owned()).or_default().entry(from.to_owned()).or_default();
            names.insert(name.to_owned());
        }
    }

    /// Counts the pairs of files where one imports from the other.
    pub(crate) fn pairs(&self) -> usize {
        self.imports.values().map(BTreeMap::len).sum()
    }

    /// Lists every pair of files where the first imports from the second.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.imports.iter().flat_map(|(file, all)| all.keys().map(move |from| (file.as_str(), from.as_str())))
    }

    /// Lists the imports of `file` as `name from file`.
    #[cfg(test)]
    pub(crate) fn of(&self, file: &str) -> Vec<String> {
        let all = self.imports.get(file).into_iter().flatten();
        all.flat_map(|(from, names)| names.iter().map(move |name| format!("{name} from {from}"))).collect()
    }

    /// Describes every knot of files that import each other, each by one of its shortest circles: a line for each import, with both
    /// files and the names.
    pub(crate) fn circles(&self) -> Vec<String> {
        let mut described = Vec::new();
        let mut seen = BTreeSet::new();
        for file in self.imports.keys() {
            if seen.contains(file) {
                continue;
            }
            let knot: BTreeSet<&String> =
                self.reached(file).into_iter().filter(|other| self.reached(other).contains(file)).collect();
            if knot.is_empty() {
                continue;
            }
            let shortest = knot.iter().filter_map(|from| self.way_back(from)).min_by_key(Vec::len);
            seen.extend(knot.iter().map(|file| (*file).clone()));
            described.push(self.described(&shortest.unwrap_or_default(), knot.len()));
        }
        described
    }

    /// Finds the files that `file` imports from, directly or by way of others.
    fn reached(&self, file: &str) -> BTreeSet<&String> {
        let mut reached = BTreeSet::new();
        let mut open = vec![file];
        while let Some(file) = open.pop() {
            for next in self.imports.get(file).into_iter().flat_map(BTreeMap::keys) {
                if reached.insert(next) {
                    open.push(next);
                }
            }
        }
        reached
    }

    /// Finds a shortest way from `file` back to it, both ends included.
    fn way_back<'a>(&'a self, file: &'a str) -> Option<Vec<&'a str>> {
        let mut before: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = VecDeque::from([file]);
        while let Some(at) = open.pop_front() {
            for next in self.imports.get(at).into_iter().flat_map(BTreeMap::keys) {
                if next == file {
                    let mut way = vec![file, at];
                    while way.last() != Some(&file) {
                        way.push(before[way[way.len() - 1]]);
                    }
                    way.reverse();
                    return Some(way);
                }
                if !before.contains_key(next.as_str()) {
                    before.insert(next, at);
                    open.push_back(next);
                }
            }
        }
        None
    }

    fn described(&self, way: &[&str], files: usize) -> String {
        let import = |pair: &[&str]| {
            let names: Vec<&str> = self.imports[pair[0]][pair[1]].iter().map(String::as_str).collect();
            format!("    {} imports {} from {}", pair[0], names.join(", "), pair[1])
        };
        let lines: Vec<String> = way.windows(2).map(import).collect();
        format!("a circle of imports, in a knot of {files} files:\n{}", lines.join("\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::Graph;

    #[test]
    fn imports_that_run_down_are_no_circle() {
        let mut graph = Graph::default();
        for (file, from) in [("a", "b"), ("a", "c"), ("b", "c"), ("c", "c")] {
            graph.import(file, from, "x");
        }
        assert_eq!(graph.circles(), Vec::<String>::new());
        assert_eq!(graph.pairs(), 3);
    }

    #[test]
    fn each_knot_is_told_by_its_shortest_circle_with_files_and_names() {
        let mut graph = Graph::default();
        for (file, from, name) in [
            ("top", "a", "A"),
            ("a", "b", "B"),
            ("b", "c", "C"),
            ("c", "a", "A"),
            ("c", "b", "B"),
            ("y", "z", "Z"),
            ("z", "y", "Y"),
        ] {
            graph.import(file, from, name);
        }
        let circles = graph.circles();
        assert_eq!(circles.len(), 2, "{circles:?}");
        assert!(circles[0].contains("a knot of 3 files"), "{}", circles[0]);
        assert!(circles[0].contains("b imports C from c\n"), "{}", circles[0]);
        assert!(circles[0].contains("c imports B from b"), "{}", circles[0]);
        assert!(circles[1].contains("y imports Z from z\n    z imports Y from y"), "{}", circles[1]);
    }
}
