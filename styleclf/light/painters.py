"""Whether a painter was in a training, without naming those who were: salted hashes of names.

They hide names from whoever reads the file, but not from whoever tries a list of painters, since their purpose is to
answer for a given name.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

_ROUNDS = 2_000  # of hashing: a name takes about a millisecond
_MOST_ROUNDS = 1_000_000
_HASH_BYTES = 8
_SALT_BYTES = 16


class PainterHashes(NamedTuple):
    """The painters of a training, hashed."""

    salt: str  # in hexadecimal digits
    rounds: int
    hashes: frozenset[str]

    def __contains__(self, name: object) -> bool:
        """Whether the painter was in the training; accents, case and the order of first and last name do not count."""
        if not isinstance(name, str):
            return False
        digest = hash_of_painter(name, self.salt, self.rounds)
        return digest in self.hashes


def hash_of_painter(name: str, salt: str, rounds: int) -> str:
    """The hash of a painter's name in hexadecimal digits, by PBKDF2 (RFC 8018) with SHA-256.

    >>> hash_of_painter("Dürer, Albrecht", "00", 10) == hash_of_painter("albrecht-durer", "00", 10)
    True
    """
    words = sorted(_plain_words(name))
    text = " ".join(words)
    password = text.encode("utf-8", "replace")
    salt_bytes = bytes.fromhex(salt)
    key = hashlib.pbkdf2_hmac("sha256", password, salt_bytes, rounds, _HASH_BYTES)
    return key.hex()


def _plain_words(name: str) -> list[str]:
    """The words of a name in lower case, without accents and punctuation, as `data.people` has them."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    letters = [letter for letter in decomposed if not unicodedata.combining(letter)]
    plain = "".join(letters)
    return re.findall(r"[^\W_]+", plain)


def hash_painters(names: Iterable[str]) -> PainterHashes:
    """The painters, hashed with a salt of their own."""
    salt = secrets.token_hex(_SALT_BYTES)
    hashes = []
    for name in set(names):
        digest = hash_of_painter(name, salt, _ROUNDS)
        hashes.append(digest)
    return PainterHashes(salt, _ROUNDS, frozenset(hashes))


def check_painter_hashes(salt: str, rounds: int) -> None:
    """Raise ValueError for an unusable salt, or rounds by which one answer would take hours."""
    bytes.fromhex(salt)
    if not 0 < rounds <= _MOST_ROUNDS:
        raise ValueError(f"rounds must be 1 to {_MOST_ROUNDS:,}, not {rounds:,}")
