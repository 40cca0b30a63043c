//! Reads a collection folder into a `Collection`, and finds faults in it.
