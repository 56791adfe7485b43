//! Passive observation: from the bytes of captures to what is kept of them.

mod sources;
