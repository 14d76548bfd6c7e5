//! The folder of the index, read file by file.
//!
//! Invariant: no path leads out of it, and what is no name that index-builder gives is not there.

use std::path::{Path, PathBuf};

/// A folder that holds an index.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    root: PathBuf,
    /// The path below which its files are asked for, `/index/`.
    prefix: String,
}

impl Folder {
    /// Takes a folder, whose files are asked for below `prefix`.
    pub(crate) fn new(root: &Path, prefix: &str) -> Self {
        Self { root: root.to_path_buf(), prefix: prefix.to_owned() }
    }

    /// Tells whether a path is one of the index's.
    pub(crate) fn holds(&self, path: &str) -> bool {
        path.starts_with(&self.prefix)
    }

    /// Reads a file by its path; `None` where there is none, or it cannot be read.
    pub(crate) fn read(&self, path: &str) -> Option<Vec<u8>> {
        let name = path.strip_prefix(&self.prefix)?;
        let plain = |part: &str| {
            part.bytes().next().is_some_and(plain_byte) && part.bytes().all(|b| plain_byte(b) || b == b'.')
        };
        let parts = name.split('/').count();
        if parts > 2 || !name.split('/').all(plain) {
            return None;
        }
        std::fs::read(self.root.join(name)).ok()
    }
}

fn plain_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_index_are_read_and_nothing_beside_them() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("i");
        std::fs::create_dir_all(root.join("aa")).unwrap();
        std::fs::write(root.join("current.json"), "p").unwrap();
        std::fs::write(root.join("aa/d0.bin"), "d").unwrap();
        std::fs::write(dir.path().join("secret"), "s").unwrap();
        std::fs::write(root.join(".hidden"), "s").unwrap();
        let folder = Folder::new(&root, "/index/");
        assert_eq!(folder.read("/index/current.json").as_deref(), Some(&b"p"[..]));
        assert_eq!(folder.read("/index/aa/d0.bin").as_deref(), Some(&b"d"[..]));
        for path in [
            "/index/../secret",
            "/index/aa/../../secret",
            "/index//etc/passwd",
            "/index/.hidden",
            "/index/aa",
            "/index/",
            "/index/aa/d0.bin/",
            "/index/%2e%2e/secret",
            "/index/aa\\..\\..\\secret",
            "/current.json",
        ] {
            assert_eq!(folder.read(path), None, "{path}");
        }
    }
}
