//! What the signature of a record says, in the reader's language.

use super::words::Words;
use crate::records::{Signature, SignatureCheck, SignatureKind};

/// A signature, told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    pub text: String,
    /// The fingerprint of the key.
    pub key: Option<String>,
    pub is_bad: bool,
}

impl Signed {
    pub fn told(signature: Signature, words: Words) -> Self {
        let kind = match signature.kind {
            SignatureKind::Ssh => "signature-ssh",
            SignatureKind::OpenPgp => "signature-openpgp",
            SignatureKind::Other => "signature-other",
        };
        let check = match signature.check {
            SignatureCheck::Good => "signature-good",
            SignatureCheck::Bad => "signature-bad",
            SignatureCheck::Unchecked | SignatureCheck::OutOfTime => "signature-unchecked",
        };
        Self {
            text: words.say_it(check, words.say(kind)),
            key: signature.key,
            is_bad: signature.check == SignatureCheck::Bad,
        }
    }
}
