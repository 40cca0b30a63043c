//! fineprint as its users run it: the binary, a web on the loopback interface, and plain git.

mod collection;
mod own_collection;
mod site;

mod agreement;
mod archive;
mod browser;
mod checks;
mod crash;
mod damage;
mod dataset;
mod demo;
mod docs;
mod doctor;
mod ending;
mod export;
mod extract;
mod faults;
mod fetch;
mod filters;
mod gate;
mod hostile;
mod memory;
mod output;
mod preview;
mod reading;
mod renames;
mod schedule;
mod search;
mod serve;
mod signal;
mod signing;
mod status;
mod track;
