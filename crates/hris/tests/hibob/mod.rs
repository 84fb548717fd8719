//! HiBob: against bytes, against a small scripted server, and against the simulator.

mod bench;
mod decode;
mod decoded;
mod failures;
mod faults;
mod lists;
mod server;
mod simulator;
mod values;
mod waits;
