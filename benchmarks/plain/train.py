"""Step 5 of 5, without a framework: train the forest, evaluate it, save everything."""

import json
import pickle
import sys
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

SEED = 42


def main(out: Path) -> None:
    """Read processed.parquet from `out`; write the model, metrics and two pictures there."""
    table = pd.read_parquet(out / "processed.parquet")
    train, holdout = train_test_split(
        table, test_size=0.2, random_state=SEED, stratify=table["Species"]
    )
    holdout = holdout.sort_values("Id", ignore_index=True)
    model = RandomForestClassifier(n_estimators=100, random_state=SEED)
    model.fit(train.drop(columns=["Id", "Species"]), train["Species"])

    features, truth = holdout.drop(columns=["Id", "Species"]), holdout["Species"]
    predicted, chances = model.predict(features), model.predict_proba(features)
    precision, recall, f1, _ = metrics.precision_recall_fscore_support(
        truth, predicted, average="macro", zero_division=0
    )
    values = {
        "accuracy": float(metrics.accuracy_score(truth, predicted)),
        "f1_macro": float(f1),
        "precision_macro": float(precision),
        "recall_macro": float(recall),
        "log_loss": float(metrics.log_loss(truth, chances, labels=model.classes_)),
        "roc_auc_ovr": float(metrics.roc_auc_score(truth, chances, multi_class="ovr")),
        "holdout_rows": len(truth),
    }
    counts = metrics.confusion_matrix(truth, predicted, labels=model.classes_)

    holdout.to_parquet(out / "sample_holdout.parquet")
    with (out / "sklearn_rf.pkl").open("wb") as file:
        pickle.dump(model, file)
    (out / "sample_metrics.json").write_text(json.dumps(values, indent=2))
    draw_confusion(counts, list(model.classes_), out / "sample_confusion_matrix.png")
    draw_importance(model, out / "sample_feature_importance.png")


def draw_confusion(counts: np.ndarray, classes: list[str], file: Path) -> None:
    """Draw the counts as a heat map with numbers."""
    plt.figure(figsize=(6, 5), layout="constrained")
    plt.imshow(counts, cmap="Blues", vmin=0)
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            colour = "white" if count > counts.max() / 2 else "black"
            plt.text(column, row, str(count), ha="center", va="center", color=colour)
    plt.xticks(range(len(classes)), classes)
    plt.yticks(range(len(classes)), classes)
    plt.xlabel("Predicted species")
    plt.ylabel("True species")
    plt.title(f"Confusion matrix, {counts.sum()} held-out flowers")
    plt.savefig(file, dpi=150)
    plt.close()


def draw_importance(model: RandomForestClassifier, file: Path) -> None:
    """Draw a bar for each feature, the longest on top."""
    ranked = sorted(zip(model.feature_importances_, model.feature_names_in_, strict=True))
    plt.figure(figsize=(7, 4), layout="constrained")
    plt.barh([name for _, name in ranked], [share for share, _ in ranked], color="#2a6fbb")
    plt.xlabel("Mean decrease in impurity (shares add up to 1)")
    plt.title("Feature importance of the random forest")
    plt.savefig(file, dpi=150)
    plt.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
