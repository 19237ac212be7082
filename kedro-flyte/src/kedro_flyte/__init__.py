"""Run any Kedro pipeline on Flyte and Domino Flows: the public names, and nothing else."""

__all__: list[str] = []
