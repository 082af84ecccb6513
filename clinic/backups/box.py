"""Encrypts a stream with a key, piece by piece, so that nothing has to fit into memory.

AES-256-GCM in pieces of one mebibyte. The nonce of a piece holds its number and whether it is the
last, so that pieces cannot change places and a file that was cut short is noticed. The key comes
from the words in a key file by scrypt, with a salt of its own for every backup. Knows no Django.
"""

import os
from collections.abc import Iterator
from io import RawIOBase
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"stepdown backup 1\n"
SALT, PREFIX, TAG = 16, 7, 16  # bytes
PIECE = 1 << 20  # bytes of plain text in one piece
LEAST = 16  # characters of a key: shorter ones can be guessed
COST = 1 << 15  # of scrypt: 32 MB and about a tenth of a second


class WrongKeyError(Exception):
    """The key does not open this backup, or the file was changed or cut short."""


class KeyTooShortError(Exception):
    """A key has at least sixteen characters."""


def is_boxed(start: bytes) -> bool:
    """Say whether a file that begins like this is an encrypted backup."""
    return start.startswith(MAGIC)


class Writer(RawIOBase):
    """A file to write plain bytes to; what reaches ``out`` is encrypted. Close it to finish."""

    def __init__(self, out: IO[bytes], key: str) -> None:
        header = MAGIC + os.urandom(SALT + PREFIX)
        self._out, self._header, self._cipher = out, header, _cipher(key, header)
        self._held, self._number = bytearray(), 0
        out.write(header)

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self._held += data
        while len(self._held) > PIECE:  # the last piece is written when it is known to be it
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._held), last=True)
        super().close()

    def _put(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._header, self._number, last=last)
        self._out.write(self._cipher.encrypt(nonce, piece, self._header))
        self._number += 1


class Reader(RawIOBase):
    """A file to read plain bytes from. Raises WrongKeyError for what cannot be trusted."""

    def __init__(self, source: IO[bytes], key: str) -> None:
        header = source.read(len(MAGIC) + SALT + PREFIX)
        if not is_boxed(header) or len(header) != len(MAGIC) + SALT + PREFIX:
            raise WrongKeyError
        self._pieces = _opened(source, header, _cipher(key, header))
        self._held = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        while not self._held:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._held = piece
        size = min(len(buffer), len(self._held))
        buffer[:size] = self._held[:size]
        self._held = self._held[size:]
        return size


def _opened(source: IO[bytes], header: bytes, cipher: AESGCM) -> Iterator[bytes]:
    number, piece = 0, source.read(PIECE + TAG)
    while True:
        after = source.read(PIECE + TAG)
        try:
            yield cipher.decrypt(_nonce(header, number, last=not after), piece, header)
        except InvalidTag as error:
            raise WrongKeyError from error
        if not after:
            return
        number, piece = number + 1, after


def _nonce(header: bytes, number: int, *, last: bool) -> bytes:
    return header[-PREFIX:] + number.to_bytes(4, "big") + bytes([last])


def _cipher(key: str, header: bytes) -> AESGCM:
    if len(key) < LEAST:
        raise KeyTooShortError
    salt = header[len(MAGIC) : len(MAGIC) + SALT]
    return AESGCM(Scrypt(salt=salt, length=32, n=COST, r=8, p=1).derive(key.encode()))
