//! What was measured, and how much of what is allowed that is.

use std::fs;
use std::time::Instant;

/// Clock ticks in a second, in which Linux counts the time of processes.
const TICKS: f64 = 100.0;

/// Most that a figure may be.
pub enum Bound {
    Seconds(f64),
    Megabytes(f64),
}

/// Prints a figure, its bound, and the ratio of the two: up to 1 is good.
pub fn told(what: &str, figure: f64, bound: &Bound) {
    let (figure_text, bound_text, most) = match bound {
        Bound::Seconds(most) => (seconds(figure), seconds(*most), *most),
        Bound::Megabytes(most) => (format!("{figure:.1} MB"), format!("{most:.1} MB"), *most),
    };
    println!("  {what:<23} {figure_text:>12} of {bound_text:>12}   {:.2}", figure / most.max(f64::MIN_POSITIVE));
}

fn seconds(figure: f64) -> String {
    if figure < 1.0 { format!("{:.3} ms", figure * 1e3) } else { format!("{figure:.2} s") }
}

/// Time on the clock and on the processor.
pub struct Watch {
    clock: Instant,
    cpu: f64,
}

impl Watch {
    pub fn start() -> Self {
        Self { clock: Instant::now(), cpu: cpu_seconds() }
    }

    /// Seconds of the processor since the start.
    pub fn cpu(&self) -> f64 {
        cpu_seconds() - self.cpu
    }

    pub fn per(&self, count: usize) -> String {
        let count = count.max(1) as f64;
        format!(
            "{:9.3} ms of CPU, {:9.3} ms",
            self.cpu() / count * 1e3,
            self.clock.elapsed().as_secs_f64() / count * 1e3
        )
    }
}

/// Does something, and prints what it took.
pub fn measured<R>(what: &str, work: impl FnOnce() -> R) -> R {
    let watch = Watch::start();
    let result = work();
    println!("  {what:<23} {}", watch.per(1));
    result
}

/// Processor time of this thread in seconds, as Linux counts it; zero elsewhere.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or_default() / 1e9
}

/// Processor time of the processes that were started and have ended, in seconds.
pub fn children_cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<f64> = after_name.split_whitespace().map(|field| field.parse().unwrap_or_default()).collect();
    // The sixteenth and seventeenth of all, of which the first two are the id and the name.
    fields.get(13..15).map_or(0.0, |times| times.iter().sum::<f64>() / TICKS)
}

/// The most memory since this was last asked, in megabytes.
pub fn peak_megabytes() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    // Linux forgets the peak when it is told so.
    let _ = fs::write("/proc/self/clear_refs", "5");
    line.split_whitespace().next().and_then(|kilobytes| kilobytes.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}
