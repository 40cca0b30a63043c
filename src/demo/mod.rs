//! A small fictional web, compiled in, on which fineprint shows its work.
