//! Finds Chromium on the machine, and knows how it is started.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;

use crate::fetch::Config;

/// Names that Chromium and its kin are installed under, the likeliest first.
const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

/// How long it may take to tell its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// What makes it a reader of single pages: no services beside them, nothing kept, nothing announced.
const FLAGS: [&str; 27] = [
    "--headless",
    "--remote-debugging-pipe",
    "--no-startup-window",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-pings",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--disable-extensions",
    "--disable-default-apps",
    "--disable-breakpad",
    "--disable-crash-reporter",
    "--disable-dev-shm-usage",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-domain-reliability",
    // Neither of these two can be switched off: they are sent where nobody listens.
    "--gaia-url=http://127.0.0.1:9",
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--disable-client-side-phishing-detection",
    "--disable-blink-features=AutomationControlled",
    "--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication,HttpsUpgrades,\
     NetworkTimeServiceQuerying",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--password-store=basic",
    "--hide-scrollbars",
    "--mute-audio",
    "--window-size=1920,1080",
];

/// A Chromium that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chromium {
    pub path: PathBuf,
    /// As it says itself: `Chromium 156.0.8078.79 …`.
    pub version: String,
}

impl Chromium {
    /// The browser that the configuration names, or else the first of the usual names that is installed.
    ///
    /// # Errors
    /// What was looked for and not found, or does not start, in words.
    pub async fn find(config: &Config) -> Result<Self, String> {
        let path = match &config.browser {
            Some(named) => PathBuf::from(named),
            None => installed().ok_or("no Chromium or Chrome is installed")?,
        };
        let mut command = Command::new(&path);
        command.arg("--version").stdin(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output()).await;
        let output = output.map_err(|_| format!("`{}` does not tell its version", path.display()))?;
        let output = output.map_err(|error| format!("`{}` cannot be started: {error}", path.display()))?;
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        match major(&version) {
            Some(_) => Ok(Self { path, version }),
            None => Err(format!("`{}` is no Chromium", path.display())),
        }
    }

    /// The arguments it is started with, to reach the web through the proxy at `door` alone.
    pub fn arguments(&self, config: &Config, profile: &Path, door: &str) -> Vec<String> {
        let mut arguments: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        arguments.push(format!("--user-agent={}", self.user_agent()));
        arguments.push(format!("--accept-lang={}", languages(&config.language)));
        arguments.push(format!("--proxy-server=socks5://{door}"));
        // Addresses of this machine are not asked directly either, and no name is looked up past the door.
        arguments.push("--proxy-bypass-list=<-loopback>".to_owned());
        arguments.push("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1".to_owned());
        if !is_sandboxed(config) {
            arguments.push("--no-sandbox".to_owned());
        }
        arguments
    }

    /// What a Chromium of this version with a window calls itself.
    fn user_agent(&self) -> String {
        let system = if cfg!(target_os = "macos") { "Macintosh; Intel Mac OS X 10_15_7" } else { "X11; Linux x86_64" };
        let major = major(&self.version).unwrap_or_default();
        format!("Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0 Safari/537.36")
    }
}

/// Whether Chromium keeps pages in its sandbox. It refuses to where it runs as root.
pub fn is_sandboxed(config: &Config) -> bool {
    !config.no_sandbox && !rustix::process::geteuid().is_root()
}

fn installed() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    let candidates = NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name)));
    let applications =
        ["Google Chrome", "Chromium"].map(|name| format!("/Applications/{name}.app/Contents/MacOS/{name}"));
    candidates.chain(applications.map(PathBuf::from)).find(|path| path.is_file())
}

/// The first number of a version.
fn major(version: &str) -> Option<u32> {
    version.split_whitespace().find_map(|word| word.split_once('.')?.0.parse().ok())
}

/// Language tags without weights, the most wanted first, as browsers are told them.
pub fn languages(accepted: &str) -> String {
    let tags = accepted.split(',').filter_map(|part| part.split(';').next()).map(str::trim);
    let is_tag = |tag: &&str| !tag.is_empty() && tag.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let tags: Vec<&str> = tags.filter(is_tag).collect();
    if tags.is_empty() { "en".to_owned() } else { tags.join(",") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_languages_are_left_out() {
        assert_eq!(languages("fr-FR,fr;q=0.9, en;q=0.8,*;q=0.1"), "fr-FR,fr,en");
        assert_eq!(languages("*"), "en");
    }

    #[test]
    fn a_version_is_read_from_what_the_program_says() {
        assert_eq!(major("Chromium 156.0.8078.79 built on Debian GNU/Linux 12 (bookworm)"), Some(156));
        assert_eq!(major("Google Chrome 140.0.1.2"), Some(140));
        assert_eq!(major("vim 9"), None);
    }

    #[test]
    fn nothing_announces_a_robot() {
        let chromium = Chromium { path: "chromium".into(), version: "Chromium 156.0.1.2".to_owned() };

        let arguments = chromium.arguments(&Config::default(), Path::new("/tmp/p"), "127.0.0.1:9").join(" ");

        assert!(arguments.contains("Chrome/156.0.0.0"));
        assert!(!arguments.contains("HeadlessChrome") && !arguments.contains("--enable-automation"));
    }
}
