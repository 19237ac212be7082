"""The model of flyte.yml with what targets let it say: a section each, and a key in each tier."""

from collections.abc import Mapping
from typing import Any

from kedro_flyte.errors import UnsupportedError
from kedro_flyte.plan.settings.config import FlyteConfig, TierConfig
from pydantic import BaseModel, Field, create_model


def with_targets(
    sections: Mapping[str, type[BaseModel]], naming: Mapping[str, str]
) -> type[FlyteConfig]:
    """Return the model of a file that has sections of targets, and keys of theirs in its tiers.

    Args:
        sections: The models of the sections by the names of targets; each has defaults for all.
        naming: What sentences call the targets that have names of their own for tiers, by name.

    Raises:
        UnsupportedError: A target is called as a key of the file or of a tier.
    """
    taken = sections.keys() & FlyteConfig.model_fields.keys()
    taken |= naming.keys() & TierConfig.model_fields.keys()
    if taken:
        raise UnsupportedError(
            f"A target is called '{min(taken)}', which is a key of flyte.yml already, and its own "
            "settings would hide it. Give the target another name."
        )
    keys: dict[str, Any] = {
        name: (str, Field("", description=f"name of the hardware tier in {title}"))
        for name, title in naming.items()
    }
    tier: Any = create_model("TierConfig", __base__=TierConfig, __doc__=TierConfig.__doc__, **keys)
    fields: dict[str, Any] = {name: (kind, kind()) for name, kind in sections.items()}
    fields["tiers"] = (dict[str, tier], {})
    return create_model("FlyteConfig", __base__=FlyteConfig, __doc__="The whole file.", **fields)
