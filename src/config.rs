//! The parts' own configurations side by side: defaults, files, environment.
