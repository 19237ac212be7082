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
# a dataset, and is never longer than a formatter allows. Inputs of the workflow, which are typed,
# have lines of their own.
LONGEST = 44
LONGEST_TASK = 34
LONGEST_INPUT = 64
LONGEST_IDENTITY = 64
_HASH = 6
_SHORTEST = 6  # of the head of a long name


class Kept:
    """Names that something else has: words, and the patterns of what a module defines."""

    # Constants, types of files and classes of outputs, as all targets spell them.
    _PATTERN = re.compile(
        r"(TIER|GPU|POD|IMAGE|SECRET|LAUNCH|ENVIRONMENT|SNAPSHOT)_\w*|[A-Z]\w*File|\w+Outputs"
    )

    def __init__(self, words: str) -> None:
        self.words = frozenset(words.split())

    def __contains__(self, name: str) -> bool:
        """Whether nothing of the user's may have the name."""
        return name in self.words or self._PATTERN.fullmatch(name) is not None


# What a generated module defines, imports or calls under these names.
_MODULE = """
    task workflow run_task locals functools map_task conditional timedelta PLAN Number Real
    Parameters Cache Path
    NamedTuple PlanFile Resources Secret LaunchPlan CronSchedule FixedRate Schedule PodTemplate
    GPUAccelerator Email Slack PagerDuty WorkflowExecutionPhase WorkflowFailurePolicy FlyteFile
    FlyteDirectory FlyteError V1PodSpec V1Toleration Optional Union
    JOB TASK CONFIG COMMAND FILES MODELS REPORTS DATA MODEL REPORT Artifact Input Output
    run_domino_job_task DominoJobConfig DominoJobTask DatasetSnapshot ExternalDataVolume GitRef
    EnvironmentRevisionSpecification EnvironmentRevisionType
    bool float int str
"""
# What the bodies of workflows and tasks call what is no dataset and no parameter.
_BODIES = "parameters err item_key item_keys items_kind items_folder item_results"
# With the builtins that a reader takes for themselves.
TASKS = Kept(
    f"{_MODULE} {_BODIES} bytes dict list object set tuple type print input help open map filter "
    "len range super id"
)
# With what `pyflyte run` keeps for itself.
_VALUES = f"{_MODULE} {_BODIES} self entity help inputs_file"
PARAMETERS = Kept(_VALUES)
# What flytekit's nodes and promises keep for themselves.
DATASETS = Kept(
    f"""
    {_VALUES} id name inputs outputs metadata bindings flyte_entity run_entity
    upstream_nodes runs_before with_overrides resources timeout ref val var is_ready
    """
)
ANYTHING = Kept("")


def identifier(name: str, reserved: Kept = ANYTHING, longest: int = LONGEST) -> str:
    """Return an ASCII identifier of at most `longest` characters, one to one with `name`.

    A name of letters, digits and single underscores is its own identifier, and a dot becomes two
    underscores. Anything else is spelled as near as it goes and gets a hash.
    """
    segments = name.split(".")
    short = "__".join(segments)
    if len(short) <= longest and all(map(_plain, segments)) and not _kept(name, reserved):
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


def typed(name: str, reserved: Kept) -> str:
    """Return a name as a person would type it: in lower case, which is what `pyflyte run` takes.

    `model.learningRate` is `model_learning_rate`. Two names may become one, so that a caller looks
    whether it is free. Empty where ASCII cannot say it, or not within the most characters.
    """
    segments = [_typed(segment) for segment in name.split(".")]
    found = "_".join(segments)
    if found[:1].isdigit():
        found = f"n_{found}"
    if _kept(found, reserved):
        found = f"{found}_"
    return found if all(segments) and len(found) <= LONGEST_INPUT else ""


def _typed(segment: str) -> str:
    """Return a segment in words of lower case: camel case is taken apart."""
    if not _ascii(segment).strip() or len(_ascii(segment)) < len(segment) / 2:
        return ""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", _ascii(segment))
    return re.sub(r"[^a-z0-9]+", "_", apart.lower()).strip("_")


def input_name(name: str, reserved: Kept = ANYTHING) -> str:
    """Return an identifier in lower case that no other name has, whatever other names there are."""
    found = identifier(name, reserved)
    return found if found == found.lower() else hashed(name).lower()


def hashed(name: str, longest: int = LONGEST, whole: str = "") -> str:
    """Return a name as near as ASCII goes, with a hash of it, or of the `whole` that it is of."""
    return f"{_slug(name, longest)}_{_hash(whole or name)}"


def _plain(segment: str) -> bool:
    """Whether a segment can be spelled as it is, and found again between double underscores."""
    return (
        re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", segment) is not None
        and "__" not in segment
        and not segment.endswith("_")
    )


def _kept(name: str, reserved: Kept) -> bool:
    return name in reserved or keyword.iskeyword(name) or keyword.issoftkeyword(name)


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
    return re.sub(r"[^A-Za-z0-9]+", "_", _ascii(name)).strip("_")


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()


def _hash(name: str) -> str:
    return b32encode(hashlib.sha256(name.encode()).digest()).decode()[:_HASH].lower()
