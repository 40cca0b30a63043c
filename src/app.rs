//! Puts the parts together: the only file that knows them all.
