"""THINK: from plain records of a Kedro project to a frozen plan. No Kedro, no flytekit in here."""
