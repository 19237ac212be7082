"""What people have written about functions and pipelines: the first paragraph of a docstring."""

import functools
import inspect
import sys
from typing import Any

from kedro_flyte.control.each import mapping_of

_TEMPLATES = "This is a boilerplate pipeline"  # what Kedro writes for a new one


def about_function(func: Any) -> str:
    """Return what a node's function says of itself, in one line; of a map, what is mapped."""
    mapped = mapping_of(func)
    inner = func if mapped is None else mapped.func
    while isinstance(inner, functools.partial):
        inner = inner.func
    described = inspect.isroutine(inner) or inspect.isclass(inner)
    return _first_paragraph(inner.__doc__ if described else type(inner).__doc__)


def about_pipeline(package: str, name: str) -> str:
    """Return what the package of a pipeline says of itself, or its module; nothing is imported."""
    place = f"{package}.pipelines.{name}"
    modules = [sys.modules.get(one) for one in (place, f"{place}.pipeline")]
    said = (_first_paragraph(module.__doc__) for module in modules if module)
    return next((text for text in said if text and not text.startswith(_TEMPLATES)), "")


def _first_paragraph(text: str | None) -> str:
    paragraph = inspect.cleandoc(text or "").partition("\n\n")[0]
    return " ".join(paragraph.split())
