"""Texts of flyte.yml that YAML must not read as numbers."""

from typing import Annotated

from pydantic import BeforeValidator, Field


def _quoted(value: object) -> object:
    """Require a text: YAML reads 1234567, 12e4567 and 0x12 as numbers."""
    if isinstance(value, (int, float)):
        message = "it is an id, and YAML has read a number; put quotes around it"
        raise ValueError(message)  # noqa: TRY004 - what pydantic collects
    return value


NO_NUMBER = Field(json_schema_extra={"$comment": "a text, in quotes where YAML reads a number"})
Id = Annotated[str, BeforeValidator(_quoted), NO_NUMBER]
