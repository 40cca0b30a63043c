//! Reads who signed a commit, as its header tells, and asks git whether the signature holds.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use git2::Oid;
use sha2::{Digest, Sha256};

use super::program::{self, Outcome};

/// How long git may take over one signature: somebody waits for a page.
const PATIENCE: Duration = Duration::from_secs(2);

/// Longest signature that is read, in bytes.
const MAX_BYTES: usize = 64 << 10;

/// Who signed a record, and whether that was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    pub kind: SignatureKind,
    /// The fingerprint of the key, as `ssh-keygen -l` or `gpg --list-keys` print it.
    pub key: Option<String>,
    pub check: SignatureCheck,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureKind {
    Ssh,
    OpenPgp,
    /// Another one that git knows, such as X.509.
    Other,
}

/// What git says of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureCheck {
    Good,
    Bad,
    /// The key is not known where the archive is read.
    Unchecked,
    /// Git took too long to tell; it may be quicker another time.
    OutOfTime,
}

/// The signature that a commit object carries.
pub fn read(commit: &[u8]) -> Option<Signature> {
    let armour = armour(commit)?;
    let check = SignatureCheck::Unchecked;
    let (kind, key) = match armour.lines().next()? {
        "-----BEGIN SSH SIGNATURE-----" => (SignatureKind::Ssh, body(&armour).and_then(|body| ssh_key(&body))),
        "-----BEGIN PGP SIGNATURE-----" => (SignatureKind::OpenPgp, body(&armour).and_then(|body| openpgp_key(&body))),
        _ => (SignatureKind::Other, None),
    };
    Some(Signature { kind, key, check })
}

/// What git says of the signature of a commit, by the keys and signers that it is set up with.
pub fn check(repository: &Path, commit: Oid) -> SignatureCheck {
    let mut command = Command::new("git");
    command.arg("--git-dir").arg(repository).args(["log", "--max-count=1", "--format=%G?", &commit.to_string()]);
    program::run(&mut command, "", PATIENCE).map_or(SignatureCheck::Unchecked, |outcome| told(&outcome))
}

fn told(outcome: &Outcome) -> SignatureCheck {
    match SignatureCheck::told(outcome.stdout.trim()) {
        SignatureCheck::Unchecked if outcome.status.is_none() => SignatureCheck::OutOfTime,
        check => check,
    }
}

impl SignatureCheck {
    /// What a letter of git's says of what is signed (`%G?` of git-log). That it is not signed is what git says where
    /// it has no list of SSH keys to go by.
    pub fn told(letter: &str) -> Self {
        match letter {
            "G" | "U" | "X" | "Y" => Self::Good,
            "B" | "R" => Self::Bad,
            _ => Self::Unchecked,
        }
    }
}

/// The value of the header `gpgsig`, whose further lines are indented by a space.
fn armour(commit: &[u8]) -> Option<String> {
    let end = commit.windows(2).position(|bytes| bytes == b"\n\n").unwrap_or(commit.len());
    let header = std::str::from_utf8(&commit[..end]).ok()?;
    let mut lines = header.lines().skip_while(|line| !line.starts_with("gpgsig "));
    let first = lines.next()?.strip_prefix("gpgsig ")?;
    let rest = lines.map_while(|line| line.strip_prefix(' '));
    let armour = std::iter::once(first).chain(rest).collect::<Vec<_>>().join("\n");
    (armour.len() <= MAX_BYTES).then_some(armour)
}

/// What an armour holds: base64 after its headers, before a checksum.
fn body(armour: &str) -> Option<Vec<u8>> {
    let lines = armour.lines().skip(1).filter(|line| !line.contains(": "));
    let digits: String = lines.take_while(|line| !line.starts_with(['-', '='])).map(str::trim).collect();
    STANDARD.decode(digits).ok()
}

/// The fingerprint of the key in a signature by `ssh-keygen` (PROTOCOL.sshsig of OpenSSH).
fn ssh_key(signature: &[u8]) -> Option<String> {
    let rest = signature.strip_prefix(b"SSHSIG")?.get(4..)?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let key = rest.get(..usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    Some(format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key))))
}

/// The fingerprint of the key in an OpenPGP signature, or its id (RFC 9580, section 5.2.3.35 and 5.2.3.12).
fn openpgp_key(packets: &[u8]) -> Option<String> {
    let signature = packet(packets)?;
    let (&version, rest) = signature.split_first()?;
    // The kind of signature and two algorithms follow the version; counts are longer since version 6.
    let width = if version >= 6 { 4 } else { 2 };
    let (hashed, rest) = counted(rest.get(3..)?, width)?;
    let (unhashed, _) = counted(rest, width)?;
    let of_kind = |wanted: u8| subpackets(hashed).chain(subpackets(unhashed)).find(|(kind, _)| *kind == wanted);
    let fingerprint = of_kind(33).and_then(|(_, value)| value.get(1..));
    let key = fingerprint.or_else(|| of_kind(16).map(|(_, value)| value))?;
    Some(key.iter().map(|byte| format!("{byte:02X}")).collect())
}

/// The content of the first packet, which is to be a signature (section 4.2).
fn packet(bytes: &[u8]) -> Option<&[u8]> {
    let (&tag, rest) = bytes.split_first()?;
    match tag {
        0xc2 => length(rest).and_then(|(length, rest)| rest.get(..length)),
        0x88 => rest.split_first().and_then(|(&length, rest)| rest.get(..usize::from(length))),
        0x89 => counted(rest, 2).map(|(content, _)| content),
        _ => None,
    }
}

/// What follows a count of `width` bytes, and what comes after.
fn counted(bytes: &[u8], width: usize) -> Option<(&[u8], &[u8])> {
    let length = bytes.get(..width)?.iter().fold(0, |length, byte| length << 8 | usize::from(*byte));
    bytes.get(width..)?.split_at_checked(length)
}

/// A length of one, two or five bytes (section 4.2.1), and what follows.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let (&first, rest) = bytes.split_first()?;
    match first {
        0..192 => Some((usize::from(first), rest)),
        192..255 => {
            rest.split_first().map(|(&next, rest)| ((usize::from(first) - 192) * 256 + usize::from(next) + 192, rest))
        }
        255 => {
            let (length, rest) = rest.split_first_chunk::<4>()?;
            Some((usize::try_from(u32::from_be_bytes(*length)).ok()?, rest))
        }
    }
}

/// The subpackets of a signature by their kinds; the highest bit only says that one is critical.
fn subpackets(bytes: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let (length, after) = length(rest)?;
        let (subpacket, after) = after.split_at_checked(length)?;
        rest = after;
        subpacket.split_first().map(|(kind, value)| (kind & 0x7f, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commit(header: &str) -> Vec<u8> {
        format!("tree {}\ncommitter Bot <bot@example.org> 1 +0000\n{header}\nHi", "1".repeat(40)).into_bytes()
    }

    fn armoured(kind: &str, bytes: &[u8]) -> String {
        let digits = STANDARD.encode(bytes);
        format!("gpgsig -----BEGIN {kind}-----\n {digits}\n -----END {kind}-----\n")
    }

    #[test]
    fn a_commit_without_a_signature_has_none() {
        assert_eq!(read(&commit("")), None);
        assert_eq!(read(b"tree 1\n\ngpgsig -----BEGIN SSH SIGNATURE-----\n"), None);
    }

    #[test]
    fn an_ssh_signature_names_its_key_by_the_digest_that_ssh_keygen_prints() {
        let key = b"\0\0\0\x0bssh-ed25519\0\0\0\x03abc";
        let mut signature = b"SSHSIG\0\0\0\x01".to_vec();
        signature.extend(u32::try_from(key.len()).unwrap().to_be_bytes());
        signature.extend(key);

        let read = read(&commit(&armoured("SSH SIGNATURE", &signature))).unwrap();

        let digest = STANDARD_NO_PAD.encode(Sha256::digest(key));
        assert_eq!((read.kind, read.key), (SignatureKind::Ssh, Some(format!("SHA256:{digest}"))));
    }

    #[test]
    fn an_openpgp_signature_names_its_key_by_fingerprint_or_id() {
        let signature = |subpacket: &[u8]| {
            let mut packet = vec![4, 0, 22, 8, 0, 0];
            packet.extend([0, u8::try_from(subpacket.len()).unwrap()]);
            packet.extend(subpacket);
            [vec![0x88, u8::try_from(packet.len()).unwrap()], packet].concat()
        };
        let key = |bytes: &[u8]| read(&commit(&armoured("PGP SIGNATURE", bytes))).unwrap().key;

        assert_eq!(key(&signature(&[4, 33, 4, 0xab, 0xcd])).as_deref(), Some("ABCD"));
        assert_eq!(key(&signature(&[3, 16, 0x12, 0x34])).as_deref(), Some("1234"));
    }

    #[test]
    fn what_git_had_no_time_to_check_is_told_from_what_it_cannot_check() {
        let check = |status, letter: &str| told(&Outcome { status, stdout: letter.to_owned(), stderr: String::new() });
        let ended = || Some(std::process::ExitStatus::default());

        assert_eq!([check(ended(), "G\n"), check(ended(), "B\n")], [SignatureCheck::Good, SignatureCheck::Bad]);
        assert_eq!([check(ended(), "E\n"), check(None, "")], [SignatureCheck::Unchecked, SignatureCheck::OutOfTime]);
    }

    #[test]
    fn what_is_cut_off_or_not_a_signature_names_no_key() {
        let broken: [&[u8]; 4] = [b"", b"SSHSIG\0\0\0\x01\xff\xff\xff\xff", &[0x88, 200, 4], &[0xc2, 255, 255]];
        for bytes in broken {
            for kind in ["SSH SIGNATURE", "PGP SIGNATURE", "SIGNED MESSAGE"] {
                assert_eq!(read(&commit(&armoured(kind, bytes))).unwrap().key, None);
            }
        }
    }
}
