"""What makes a run start sooner leaves out what it says, and changes no result.

Each test asks a fresh process, since a module is imported once.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

LIGHT = "from e06_flows.startup import start_light; start_light()\n"


def _said(code: str) -> Any:
    """Run code in a fresh process and return what it has printed, as JSON."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("imported", "left_out"),
    [
        ("kedro_datasets.pandas", "sqlalchemy"),
        ("kedro_telemetry.plugin", "requests"),
        ("kedro_viz.launchers.utils", "requests"),
        ("pandera.strategies.pandas_strategies", "hypothesis"),
        ("sklearn.ensemble", "rich"),
        ("sklearn.ensemble", "scipy.stats"),
        ("sklearn.model_selection", "scipy.stats"),
    ],
)
def test_a_library_that_a_run_does_not_use_is_not_imported(imported, left_out):
    found = _said(
        f"{LIGHT}import json, sys, {imported}\nprint(json.dumps({left_out!r} in sys.modules))"
    )

    assert found is False


def test_every_module_that_a_measure_names_is_there():
    missing = _said(
        "import importlib.util, json\nfrom e06_flows.startup import MEASURES\n"
        "print(json.dumps([m for m in MEASURES if importlib.util.find_spec(m) is None]))"
    )

    assert missing == []


def test_docstrings_are_not_rewritten():
    found = _said(
        f"{LIGHT}import json, matplotlib.artist, matplotlib.lines, scipy.special, sklearn.ensemble\n"
        "import scipy._lib._docscrape as docscrape\n"
        "print(json.dumps([matplotlib.artist.kwdoc(matplotlib.lines.Line2D),"
        " docscrape.FunctionDoc.__module__, bool(scipy.special.logit.__doc__)]))"
    )

    assert found == ["", "e06_flows.startup", True]


USES = """
import json, warnings
import numpy as np
from sklearn.covariance import MinCovDet
from sklearn.isotonic import check_increasing
from sklearn.metrics import label_ranking_average_precision_score
from sklearn.preprocessing import PowerTransformer, QuantileTransformer
from sklearn.utils.fixes import _mode

values = np.random.default_rng(0).gamma(2.0, size=(60, 2))
order = np.arange(60)
print(json.dumps([
    MinCovDet(random_state=0).fit(values).covariance_.tolist(),
    bool(check_increasing(order, order)),
    label_ranking_average_precision_score(np.eye(3), values[:9].reshape(-1, 3)[:3]),
    PowerTransformer().fit_transform(values).tolist(),
    QuantileTransformer(n_quantiles=10, output_distribution="normal").fit_transform(values).tolist(),
    _mode(np.array([1, 2, 2]))[0].tolist(),
]))
"""


def test_what_is_imported_later_computes_the_same():
    assert _said(LIGHT + USES) == _said(USES)


def test_a_forest_is_the_same_to_the_last_bit():
    code = """
import json
import pandas as pd
from e06_flows.pipelines.sample import nodes
from e06_flows.pipelines.sample.parameters import SampleParameters

parameters = SampleParameters(how="join", test_size=0.2, n_estimators=9, max_depth=None, seed=3)
names = ["Iris-setosa", "Iris-versicolor", "Iris-virginica"] * 12
lengths = {name: [float((i * 7 + k) % 11 + 1) for i in range(36)] for k, name in enumerate(nodes.LENGTHS)}
table = nodes.process_dataset(pd.DataFrame({"Id": range(36), **lengths, "Species": names}))
print(json.dumps(nodes.evaluate_model(*nodes.train_random_forest(table, parameters))[0]))
"""

    assert _said(LIGHT + code) == _said(code)


def test_a_library_left_out_can_be_imported_afterwards():
    found = _said(
        f"{LIGHT}import json\nfrom kedro_datasets.pandas import SQLTableDataset\n"
        "import kedro_viz.launchers.utils as viz, hypothesis, requests, scipy.stats, sqlalchemy\n"
        "import sklearn.utils.fixes\n"
        "print(json.dumps([viz.requests.get is requests.get, scipy.stats.norm.cdf(0)]))"
    )

    assert found == [True, 0.5]


def test_a_name_that_is_used_during_the_import_is_the_modules_own(tmp_path):
    (tmp_path / "eager.py").write_text("from scipy.stats import norm\nHALF = norm.cdf(0)\n")
    found = _said(
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "import e06_flows.startup as startup, json\n"
        "startup.MEASURES = {'eager': startup.partial(startup.later, 'scipy.stats')}\n"
        "startup.start_light()\nimport eager\nprint(json.dumps(eager.HALF))"
    )

    assert found == 0.5


def test_a_library_imported_before_stays():
    found = _said(
        f"import json, hypothesis, scipy.stats, sys\n{LIGHT}"
        "import pandera.strategies.base_strategies as strategies, sklearn.metrics._ranking as r\n"
        "print(json.dumps([strategies.HAS_HYPOTHESIS, r.rankdata is scipy.stats.rankdata]))"
    )

    assert found == [True, True]


def test_a_second_call_changes_nothing():
    found = _said(
        f"{LIGHT}import json, sys\nbefore = len(sys.meta_path)\nstart_light()\n"
        "print(json.dumps(len(sys.meta_path) - before))"
    )

    assert found == 0
