//! What differs between two states.

mod record;
