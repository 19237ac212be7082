"""A model of H2O without a server: its MOJO, a zip file that Java scores a table with.

`Mojo` is the file's content. It predicts as scikit-learn's classifiers do, by one run of Java, so
that what is measured is what is saved. One member is added to H2O's own: `classifier.json` says
which columns go in and which classes come out, with their types.

In MLflow, `e06_flows.h2o.scorer` goes with the file and reads that member.
"""

import io
import json
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from e06_flows.h2o.folder import folder_of_this_process
from e06_flows.h2o.java import java_command
from e06_flows.statistics.metrics import EVEN, position_of, positions

_CARD = "classifier.json"
_MEMORY = "-Xmx1G"


@dataclass(frozen=True)
class Mojo:
    """A classifier of H2O.

    Attributes:
        content: The zip file.
    """

    content: bytes

    @classmethod
    def pack(
        cls,
        content: bytes,
        *,
        model_id: str,
        features: Sequence[str],
        classes: Sequence[Any] | NDArray[Any],
        domain: Sequence[str],
        threshold: tuple[Any, float] = (None, EVEN),
    ) -> Self:
        """Add to H2O's file what it does not hold.

        Args:
            content: The file.
            model_id: H2O's name of the model.
            features: The columns that go in.
            classes: In sorted order, of the type that they have in the data; none of a quantity.
            domain: The classes as text, in H2O's order.
            threshold: The class of two that is predicted from a probability on, and that.
        """
        card = {
            "model_id": model_id,
            "features": list(features),
            "classes": np.asarray(classes).tolist(),
            "domain": list(domain),
            "positive": threshold[0],
            "threshold": threshold[1],
        }
        packed = io.BytesIO(content)
        with zipfile.ZipFile(packed, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(_CARD, json.dumps(card))
        return cls(packed.getvalue())

    @cached_property
    def _card(self) -> dict[str, Any]:
        with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
            card: dict[str, Any] = json.loads(archive.read(_CARD))
        return card

    @property
    def model_id(self) -> str:
        """H2O's name of the model, such as `GBM_2_AutoML_1_20260131_12000`."""
        return str(self._card["model_id"])

    @property
    def feature_names_in_(self) -> list[str]:
        """The columns that go in."""
        return list(self._card["features"])

    @property
    def classes_(self) -> NDArray[Any]:
        """The classes that come out, in sorted order.

        Raises:
            AttributeError: It predicts a quantity, so it has none, as scikit-learn's regressors.
        """
        if not self._card["classes"]:
            raise AttributeError(f"{self.model_id} predicts a quantity, and has no classes.")
        return np.asarray(self._card["classes"])

    @property
    def pos_label(self) -> Any:
        """The class of two that is predicted from `threshold` on; None: the second."""
        return self._card.get("positive")

    @property
    def threshold(self) -> float:
        """The probability from which on `pos_label` is predicted."""
        return float(self._card.get("threshold", EVEN))

    def predict_proba(self, table: pd.DataFrame) -> NDArray[np.float64]:
        """Return probabilities, shape (n_rows, n_classes), in the order of `classes_`.

        Takes half a second for Java's start, and about 70,000 rows in another second.

        Raises:
            RuntimeError: Java could not score the table.
        """
        scored = self._scored(table)
        names, domain = [str(name) for name in self.classes_], self._card["domain"]
        # H2O writes `predict`, then a column a class in its own order, some under names of its own.
        raw = scored.iloc[:, [1 + domain.index(name) for name in names]].to_numpy(dtype=np.float64)
        probabilities: NDArray[np.float64] = raw / raw.sum(axis=1, keepdims=True)
        return probabilities

    def predict(self, table: pd.DataFrame) -> NDArray[Any]:
        """Return the class or the number of each row, shape (n_rows,).

        It is the most probable class; of two, the positive one from its threshold on.
        """
        if not self._card["classes"]:
            return self._scored(table)["predict"].to_numpy(dtype=np.float64)
        positive = position_of(self.pos_label, self.classes_)
        best: NDArray[Any] = self.classes_[
            positions(self.predict_proba(table), positive, self.threshold)
        ]
        return best

    def _scored(self, table: pd.DataFrame) -> pd.DataFrame:
        with folder_of_this_process("e06-mojo-") as folder:
            return self._score(table, folder)

    def _score(self, table: pd.DataFrame, folder: Path) -> pd.DataFrame:
        import h2o.backend

        jar = Path(h2o.backend.__file__).parent / "bin" / "h2o.jar"
        model, rows, scored = folder / "model.zip", folder / "rows.csv", folder / "scored.csv"
        model.write_bytes(self.content)
        table[self.feature_names_in_].to_csv(rows, index=False)
        command = java_command(
            _MEMORY, "-XX:-UsePerfData", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
            f"-Djava.io.tmpdir={folder}",
            "-cp", str(jar), "hex.genmodel.tools.PredictCsv",
            "--mojo", str(model), "--input", str(rows), "--output", str(scored), "--decimal",
        )  # fmt: skip
        done = subprocess.run(  # noqa: S603  our own command, no shell
            command, capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not scored.exists():
            raise RuntimeError(
                f"Java could not score {len(table)} rows with the model {self.model_id}. It said:\n"
                f"{(done.stdout + done.stderr).strip()}"
            )
        return pd.read_csv(scored, dtype={"predict": str})
