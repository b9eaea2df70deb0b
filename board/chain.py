"""The chain of an entry's header: what makes a lost or altered entry show.

A header holds the hash of the header before it and the hash of its own body with a random
salt. A body can therefore be redacted, and its salt with it, and the chain of headers stays
whole and says nothing of what was there.
"""

from hashlib import sha256

import msgspec
import orjson

from board.ops import Body, Entry, Header


def canonical(value: object) -> bytes:
    """The one way to write a value as JSON: keys sorted, no space."""
    return orjson.dumps(msgspec.to_builtins(value), option=orjson.OPT_SORT_KEYS)


def header_hash(header: Header) -> str:
    """The hash that the next header names as ``prev``: SHA-256, in hexadecimal."""
    return sha256(canonical(header)).hexdigest()


def body_hash(body: Body) -> str:
    """The hash that a header names as ``body``: SHA-256 over the salted body."""
    return sha256(canonical(body)).hexdigest()


def is_whole(entry: Entry) -> bool:
    """Whether an entry's body is still the one that its header names."""
    return body_hash(entry.body) == entry.header.body
