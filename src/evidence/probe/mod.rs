//! The senders: the only code of this program that transmits, one file a kind of packet.
//!
//! Nothing here decides what is asked. A run is handed questions that the room [`crate::probe`]
//! has admitted, asks them one after the other as slowly as it is told, and writes down what came
//! back. A build without the feature `probe` does not contain this folder.
