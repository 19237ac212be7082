"""Python source: names, literals and calls, laid out as `ruff format` would lay them out.

What is too long for a line is written one item a line with a comma after the last, which a
formatter keeps as it is, whatever line length a project has chosen.
"""

import re
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from kedro_flyte.plan.model import Dataset, Kind, Parameter, Plan
from kedro_flyte.plan.names.identifiers import hashed

WIDTH = 88
# What a module imports with a name of this kind.
_NO_ALIASES = ("flyte", "plan")
_HINTS = {Kind.JSON: ", as JSON", Kind.DATE: ", as YYYY-MM-DD", Kind.DATETIME: ", as ISO 8601"}


def literal(value: object) -> str:
    """Return a literal in double quotes; text stays readable in any script."""
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, tuple):
        return f"[{', '.join(map(literal, value))}]"
    return repr(value)


def _quoted(text: str) -> str:
    escapes = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    body = "".join(escapes.get(c, c if c.isprintable() else ascii(c)[1:-1]) for c in text)
    # As a formatter chooses: double quotes, unless single ones need fewer escapes.
    quote = "'" if body.count('"') > body.count("'") else '"'
    return quote + body.replace(quote, f"\\{quote}") + quote


def bracketed(
    head: str, items: Sequence[str], tail: str = ")", *, indent: int = 0, one_line: bool = True
) -> list[str]:
    """Return the lines of `head item, item tail`, in one line where that fits.

    Args:
        head: What comes before the items, with the opening bracket.
        items: Without commas.
        tail: The closing bracket and what follows it.
        indent: Columns before each line.
        one_line: False to write one item a line in any case.
    """
    margin = " " * indent
    short = f"{margin}{head}{', '.join(items)}{tail}"
    if one_line and "\n" not in short and (len(short) <= WIDTH or not items):
        return [short]
    inner = (f"{margin}    {item},".replace("\n", f"\n{margin}    ") for item in items)
    return [f"{margin}{head}", *inner, f"{margin}{tail}"]


def call(head: str, items: Sequence[str], tail: str = ")", *, column: int = 0) -> str:
    """Return `head item, item tail` as an argument of another call: in one line where that fits.

    Args:
        head: What comes before the items, with the opening bracket.
        items: Without commas; each may have several lines.
        tail: The closing bracket.
        column: Where it will stand, with the words before it in its line.
    """
    short = f"{head}{', '.join(items)}{tail}"
    if "\n" not in short and column + len(short) + 1 <= WIDTH:
        return short
    return "\n".join([head, *(textwrap.indent(f"{item},", "    ") for item in items), tail])


def docstring(lines: Iterable[str], *, indent: int = 0) -> list[str]:
    """Return the lines of a docstring."""
    margin = " " * indent
    escaped = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"').rstrip() for line in lines]
    first, *rest = escaped
    if first.endswith('"'):
        first = f'{first[:-1]}\\"'
    if not rest:
        return [f'{margin}"""{first}"""']
    body = [f"{margin}{line}" if line else "" for line in rest]
    return [f'{margin}"""{first}', *body, f'{margin}"""']


def one_line(text: str) -> str:
    """Return a name without line breaks or other characters that would end a docstring's line."""
    return "".join(c if c.isprintable() else " " for c in text)


def written_once(lists: Iterable[tuple[str, ...]], least: int) -> tuple[str, ...]:
    """Return the list that most calls have in common; only those of at least so many members."""
    counts = Counter(names for names in lists if len(names) >= least)
    found, count = counts.most_common(1)[0] if counts else ((), 0)
    return found if count > 1 else ()


def tuple_name_of(function: str) -> str:
    """Return the class of what a function gives: `TrainModelOutputs` for `train_model`.

    No two functions have one class: what camel case cannot spell keeps its marks.
    """
    parts = function.split("__")
    if all(re.fullmatch(r"[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*", part) for part in parts):
        return f"{'_'.join(_camel(part) for part in parts)}Outputs"
    return f"{function}_Outputs"


def _camel(words: str) -> str:
    return "".join(word.capitalize() for word in words.split("_"))


def constants(prefix: str, spelled: Mapping[str, str]) -> dict[str, str]:
    """Return a constant for each thing: `TIER_LARGE`; a hash tells those apart that look alike.

    Args:
        prefix: Its first word.
        spelled: How the rest is spelled, by what makes the thing itself.
    """
    plain = {key: _upper(name) for key, name in spelled.items()}
    counts = Counter(plain.values())
    return {
        key: f"{prefix}_{short if short and counts[short] == 1 else _upper(hashed(key))}"
        for key, short in plain.items()
    }


def _upper(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_").upper()


def alias(format_name: str) -> str:
    """Return the name of the type of files of a format: `CsvFile` for `csv`."""
    plain = re.fullmatch(r"[a-z][a-z0-9]*", format_name) and format_name not in _NO_ALIASES
    return f"{(format_name if plain else hashed(format_name)).capitalize()}File"


def workflow_about(plan: Plan, source: Callable[[Dataset], str]) -> list[str]:
    """Return the docstring of the workflow; `source` says of a dataset what to give for it.

    A parameter that is called as in the configuration needs no word.
    """
    about, name = one_line(plan.about), f"Pipeline '{one_line(plan.pipeline)}' of {plan.package}."
    lines = textwrap.wrap(about, WIDTH - 7) or [name]
    datasets = map(plan.dataset, plan.sources)
    described = [f"{dataset.id}: {source(dataset)}" for dataset in datasets]
    described += [
        f"{p.id}: parameter '{one_line(p.path)}'{_hint(p)}"
        for p in plan.parameters
        if _hint(p) or p.id not in _spelled_out(p, plan.pipeline)
    ]
    wrap = textwrap.TextWrapper(
        WIDTH - 4, initial_indent="    ", subsequent_indent=" " * 8,
        replace_whitespace=False, break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    arguments = [line for one in described for line in wrap.wrap(one)]
    return [*lines, "", "Args:", *arguments] if arguments else lines


def _spelled_out(parameter: Parameter, pipeline: str) -> tuple[str, str]:
    """Return what a reader takes a parameter for: its path, with its pipeline's group or not."""
    path = parameter.path
    return path.replace(".", "_"), path.removeprefix(f"{pipeline}.").replace(".", "_")


def _hint(parameter: Parameter) -> str:
    """Return how a value is written, and where it comes from without one."""
    made = ", made in the task without one" if parameter.read_in_task else ""
    return f"{_HINTS.get(parameter.kind, '')}{made}"
