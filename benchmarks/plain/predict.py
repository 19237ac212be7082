"""Predict partitions as one would by hand: predict.py MODEL BATCHES PREDICTIONS."""

import pickle
import sys
from pathlib import Path

import pandas as pd

model = pickle.loads(Path(sys.argv[1]).read_bytes())
target = Path(sys.argv[3])
target.mkdir(exist_ok=True)
for file in sorted(Path(sys.argv[2]).glob("*.parquet")):
    rows = pd.read_parquet(file)
    probabilities = model.predict_proba(rows[list(model.feature_names_in_)])
    made = pd.DataFrame(probabilities, columns=[f"probability_{c}" for c in model.classes_])
    made.insert(0, "prediction", model.classes_[probabilities.argmax(axis=1)])
    made.insert(0, "Id", rows["Id"].to_numpy())
    made.to_parquet(target / file.name)
