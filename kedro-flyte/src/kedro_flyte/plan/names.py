"""Python identifiers for Kedro names: readable, and never two names to one identifier.

Kedro allows nearly everything in a name: dots, dashes, spaces, any script. An identifier that says
less than the name carries a hash of the name, so that the mapping stays one to one whatever other
names there are; the name itself is in the plan, in labels and in docstrings.
"""

import hashlib
import keyword
import re
import unicodedata
from base64 import b32encode

# The most characters of an identifier: a line of the generated code holds one of a task and one of
# a dataset, and is never longer than a formatter allows.
LONGEST = 44
LONGEST_TASK = 34
LONGEST_IDENTITY = 64
_HASH = 6
_SHORTEST = 6  # of the head of a long name

# What the generated module defines, imports or calls under these names.
TASKS = frozenset(
    """
    task workflow run_task locals resources secret launchplan cronschedule timedelta email slack
    schedule fixedrate podtemplate gpuaccelerator flyteerror
    pagerduty flytefile flytedirectory namedtuple optional union number plan print list dict set
    tuple str int float bool type input help open map filter len range object super id
    conditional map_task functools planfile
    """.split()  # noqa: SIM905
)
# What flytekit's nodes and promises, and `pyflyte run`, keep for themselves.
DATASETS = frozenset(
    """
    id name inputs outputs metadata bindings flyte_entity run_entity upstream_nodes runs_before
    with_overrides resources timeout ref val var is_ready self entity help inputs_file locals
    run_task plan parameters err conditional map_task functools item_key item_keys items_kind
    items_folder item_results
    """.split()  # noqa: SIM905
)
PARAMETERS = frozenset(
    """
    self entity help inputs_file locals run_task plan parameters err conditional map_task functools
    item_key item_keys items_kind items_folder item_results
    """.split()  # noqa: SIM905
)


def identifier(name: str, reserved: frozenset[str] = frozenset(), longest: int = LONGEST) -> str:
    """Return an ASCII identifier of at most `longest` characters, one to one with `name`.

    A name of letters, digits and single underscores is its own identifier, and a dot becomes two
    underscores. Anything else is spelled as near as it goes and gets a hash. `reserved` holds words
    in lower case.
    """
    segments = name.split(".")
    short = "__".join(segments)
    if len(short) <= longest and all(map(_plain, segments)) and not _taken(name, reserved):
        return short
    return hashed(name, longest)


def identity(package: str, pipeline: str, env: str | None) -> str:
    """Return the name of an export, which no other pipeline, environment or project has.

    It is the name of a module and of a file: in lower case, since some disks know no other.
    """
    words = [package, "default" if pipeline == "__default__" else pipeline, *([env] if env else [])]
    readable = "__".join(words)
    plain = all(map(_plain, words)) and readable == readable.lower()
    if plain and pipeline != "default" and len(readable) <= LONGEST_IDENTITY:
        return readable
    whole = "\n".join([package, pipeline, env or ""])
    return f"{_slug('.'.join(words), LONGEST_IDENTITY).lower()}_{_hash(whole)}"


def joined(identity: str, name: str) -> str:
    """Return the name of a thing of an export, such as a launch plan, that no other export has."""
    plain = _plain(name) and len(identity) + len(name) < LONGEST_IDENTITY * 2
    return f"{identity}__{name if plain else hashed(name)}"


def input_name(name: str, reserved: frozenset[str] = frozenset()) -> str:
    """Return an identifier in lower case, as `pyflyte run` wants the names of workflow inputs."""
    found = identifier(name, reserved)
    if found == found.lower():
        return found
    return f"{_slug(name, LONGEST).lower()}_{_hash(name)}"


def hashed(name: str, longest: int = LONGEST) -> str:
    """Return a name as near as ASCII goes, with a hash of it."""
    return f"{_slug(name, longest)}_{_hash(name)}"


def _plain(segment: str) -> bool:
    """Whether a segment can be spelled as it is, and found again between double underscores."""
    return (
        re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", segment) is not None
        and "__" not in segment
        and not segment.endswith("_")
    )


def _taken(name: str, reserved: frozenset[str]) -> bool:
    return name.lower() in reserved or keyword.iskeyword(name) or keyword.issoftkeyword(name)


def _slug(name: str, longest: int) -> str:
    """Return a name in letters, digits and underscores: its head and its tail, where it is long.

    The tail of a name with a namespace is what stands after it, as far as there is room.
    """
    slug = _folded(name) or "x"
    if slug[0].isdigit():
        slug = f"n_{slug}"
    room = longest - _HASH - 1
    if len(slug) > room:
        _, dot, last = name.rpartition(".")
        tail = min(max(len(_folded(last)) if dot else 0, room // 3), room - _SHORTEST - 1)
        slug = f"{slug[: room - tail - 1].rstrip('_')}_{slug[-tail:].lstrip('_')}"
    return slug


def _folded(name: str) -> str:
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9]+", "_", ascii_only).strip("_")


def _hash(name: str) -> str:
    return b32encode(hashlib.sha256(name.encode()).digest()).decode()[:_HASH].lower()
