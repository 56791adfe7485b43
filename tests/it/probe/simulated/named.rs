//! Networks with one peculiarity each, and what must come of it.
