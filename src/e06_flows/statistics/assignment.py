"""Which part an Id belongs to, decided by a hash of the Id alone.

The part of an Id stays the same whatever other rows there are, in whatever order, on every machine
and in every release: `hash()` of Python is different in each process, this one is not.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BYTES = 8


def position(ids: Iterable[Any], salt: str) -> NDArray[np.float64]:
    """Return a number in [0, 1) for each Id, spread evenly.

    Args:
        ids: Any values whose `str` names a row: 7 and "7" are the same.
        salt: Another salt gives positions that have nothing to do with these.
    """
    digests = b"".join(
        hashlib.blake2b(f"{salt}:{name}".encode(), digest_size=_BYTES).digest() for name in ids
    )
    # The upper 53 bits, which a float holds exactly: all 64 could round up to 1.
    whole: NDArray[np.uint64] = np.frombuffer(digests, dtype=">u8") >> np.uint64(11)
    return whole / np.float64(2**53)
