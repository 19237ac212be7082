"""Hooks of other plugins that a session does without.

pluggy leaves out an entry point, unimported, where its name is taken.
"""

# For a person at a laptop: usage statistics, and run events for a viewer.
OF_A_LAPTOP = ("kedro-telemetry", "kedro-dataset-stats", "pipeline-run-hook")


class Placeholder:
    """Takes the name of such a hook."""

    def __init__(self, name: str) -> None:
        self.__name__ = name
