"""The picture of the drift: recent rows against those that the champion was trained on."""

from typing import Any, Protocol

import numpy as np
import pandas as pd

from e06_flows.statistics.drift import texts_counted

_BEFORE, _NOW = "#8a8a8a", "#0072B2"
_DRIFTED = "#D55E00"
_IN_A_ROW = 4


class Picture(Protocol):
    """A figure of matplotlib."""

    def savefig(self, fname: Any, *, dpi: float = 100) -> None:
        """Write the picture."""
        ...


def drift_picture(
    reference: pd.DataFrame | None, recent: pd.DataFrame, table: pd.DataFrame, version: str
) -> Picture:
    """Draw the distribution of each feature, before and now; in colour if it drifted.

    That of numbers is cumulative; that of texts is a bar a text.

    Args:
        reference: What the champion was trained on; None where there is no champion.
        recent: The recent rows.
        table: As `drift_table` makes it.
        version: Of the champion.
    """
    from matplotlib.figure import Figure

    if reference is None:
        figure = Figure(figsize=(8, 1.6))
        figure.text(0.5, 0.5, "There is no champion yet: nothing to compare with", ha="center")
        return figure
    rows = -(-len(table) // _IN_A_ROW)
    wide = min(len(table), _IN_A_ROW)
    figure = Figure(figsize=(4 * wide, 0.7 + 3.4 * rows), layout="constrained")
    places = figure.subplots(rows, wide, squeeze=False, sharey=True).flatten()
    for place, (_, row) in zip(places, table.iterrows(), strict=False):
        _draw(place, reference[row["feature"]], recent[row["feature"]], row)
    for place in places[len(table) :]:
        place.axis("off")
    if not places[0].get_ylabel():
        places[0].set_ylabel("Share of the rows up to a value")
    places[0].legend(framealpha=0.85, edgecolor="none", fontsize="small", loc="best")
    drifted = int(table["drifted"].sum())
    figure.suptitle(
        f"{len(recent)} recent rows against the {len(reference)} that version {version} was "
        f"trained on: {drifted or 'none'} of {len(table)} features drifted"
    )
    return figure


def _draw(
    axes: Any, before: "pd.Series[Any]", now: "pd.Series[Any]", row: "pd.Series[Any]"
) -> None:
    colour = _DRIFTED if row["drifted"] else _NOW
    if pd.api.types.is_numeric_dtype(before.dtype):
        _draw_numbers(axes, {"training": (before, _BEFORE), "recent": (now, colour)})
    else:
        _draw_texts(axes, before, now, colour)
    p = "p < 0.001" if row["p_value"] < 0.001 else f"p = {row['p_value']:.3f}"  # noqa: PLR2004
    axes.set_title(f"{_short(row['feature'], 40)}\nPSI {row['psi']:.2f}, {p}", fontsize="medium")
    axes.set_ylim(0, 1.02)
    axes.spines[["top", "right"]].set_visible(False)


def _draw_numbers(axes: Any, drawn: dict[str, tuple["pd.Series[float]", str]]) -> None:
    for label, (values, colour) in drawn.items():
        known = np.sort(values.dropna().to_numpy(float))
        share = np.arange(1, len(known) + 1) / len(values)
        axes.step(known, share, where="post", color=colour, linewidth=2, label=label)


def _draw_texts(axes: Any, before: "pd.Series[Any]", now: "pd.Series[Any]", colour: str) -> None:
    shares = texts_counted(before, now).pipe(lambda counts: counts / counts.sum())
    places = np.arange(len(shares))
    axes.bar(places - 0.2, shares["before"], width=0.4, color=_BEFORE, label="training")
    axes.bar(places + 0.2, shares["now"], width=0.4, color=colour, label="recent")
    axes.set_ylabel("Share of the rows")
    names = [_short(str(name), 16) for name in shares.index]
    axes.set_xticks(places, names, rotation=30, ha="right", rotation_mode="anchor")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
