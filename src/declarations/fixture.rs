//! A collection folder for tests, written file by file.

use std::path::Path;

/// A temporary collection folder with a `declarations` folder in it.
pub struct Folder(tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("declarations")).unwrap();
        Self(dir)
    }

    /// Adds a file to the declarations.
    pub fn file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path().join("declarations").join(name), text).unwrap();
        self
    }

    /// Adds a file to the collection folder itself.
    pub fn top_file(self, name: &str, text: &str) -> Self {
        std::fs::write(self.path().join(name), text).unwrap();
        self
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
