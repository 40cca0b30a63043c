//! How datasets are named and where their versions are published.

/// Settings under `dataset`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// `title`: what the dataset is called; by default as the collection's folder.
    pub title: Option<String>,
    /// `versionsRepositoryURL`: where the repository of versions is published.
    pub versions_repository_url: Option<String>,
}
