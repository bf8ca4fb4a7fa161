//! A graph of files that import each other, and the circles in it.

use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Default)]
pub(super) struct Graph {
    /// The files that a file imports, with the line of the first such import.
    edges: BTreeMap<String, BTreeMap<String, usize>>,
}

/// An import between two files of one circle.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CircleEdge {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) line: usize,
    /// The number of files in the circle.
    pub(super) size: usize,
}

impl Graph {
    pub(super) fn add(&mut self, from: &str, to: &str, line: usize) {
        if from != to {
            let known = self.edges.entry(from.to_owned()).or_default().entry(to.to_owned()).or_insert(line);
            *known = line.min(*known);
        }
    }

    pub(super) fn remove(&mut self, from: &str, to: &str) {
        if let Some(targets) = self.edges.get_mut(from) {
            targets.remove(to);
        }
    }

    /// The imports that are part of a circle.
    pub(super) fn circles(&self) -> Vec<CircleEdge> {
        let reach: BTreeMap<&str, BTreeSet<&str>> =
            self.edges.keys().map(|file| (file.as_str(), self.reachable(file))).collect();
        let reaches = |from: &str, to: &str| reach.get(from).is_some_and(|files| files.contains(to));
        let mut found = Vec::new();
        for (from, targets) in &self.edges {
            for (to, line) in targets.iter().filter(|(to, _)| reaches(to, from)) {
                let size = reach[from.as_str()].iter().filter(|other| reaches(other, from)).count();
                found.push(CircleEdge { from: from.clone(), to: to.clone(), line: *line, size });
            }
        }
        found
    }

    fn reachable(&self, from: &str) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        let mut open = vec![from];
        while let Some(file) = open.pop() {
            for target in self.edges.get(file).into_iter().flat_map(BTreeMap::keys) {
                if found.insert(target.as_str()) {
                    open.push(target);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_imports_within_a_circle_are_found() {
        let mut graph = Graph::default();
        for (from, to, line) in [("a", "b", 2), ("b", "a", 3), ("b", "c", 4), ("a", "b", 1), ("c", "c", 5)] {
            graph.add(from, to, line);
        }
        let edge = |from: &str, to: &str, line| CircleEdge { from: from.into(), to: to.into(), line, size: 2 };
        assert_eq!(graph.circles(), [edge("a", "b", 1), edge("b", "a", 3)]);
        graph.remove("b", "a");
        assert_eq!(graph.circles(), []);
    }
}
