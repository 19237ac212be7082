"""The A/B test: the traffic is shared out, each variant is trained and measured, one is chosen."""

from functools import partial, update_wrapper

from kedro.pipeline import Node, Pipeline

from e06_flows.hooks.configuration import configured
from e06_flows.pipelines.ab_testing.nodes import (
    assign_traffic,
    decide_test,
    measure_variant,
    read_log,
    train_variant,
)

_PARAMETERS = "params:ab_testing"


def create_pipeline() -> Pipeline:
    """Return what shares out, trains and measures, or what reads a log; and the decision.

    Without `ab_testing.log` there is a namespace `ab_<name>` for each of `ab_testing.variants`.
    """
    settings = configured("ab_testing")
    names = list(settings["variants"])
    outcomes = [f"ab_{name}_outcomes" for name in names]
    decide = Node(
        decide_test,
        inputs=[_PARAMETERS, *outcomes],
        outputs=["ab_decision", "ab_picture", "ab_conclusion"],
        name="decide_test",
        tags="tier.small",
    )
    return Pipeline([decide]) + (_log(outcomes) if settings.get("log") else _demonstration(names))


def _log(outcomes: list[str]) -> Pipeline:
    return Pipeline(
        [
            Node(
                read_log,
                inputs=["ab_log", _PARAMETERS],
                outputs=outcomes,
                name="read_log",
                tags="tier.small",
            )
        ]
    )


def _demonstration(names: list[str]) -> Pipeline:
    assign = Node(
        assign_traffic,
        inputs=["flower_features", _PARAMETERS],
        outputs=["ab_train", "ab_traffic"],
        name="assign_traffic",
        tags="tier.small",
    )
    return sum((_variant(name) for name in names), Pipeline([assign]))


def _variant(name: str) -> Pipeline:
    return Pipeline(
        [
            Node(
                update_wrapper(partial(train_variant, name=name), train_variant),
                inputs=["ab_train", _PARAMETERS],
                outputs="model",
                name="train_variant",
                tags="tier.medium",
            ),
            Node(
                update_wrapper(partial(measure_variant, name=name), measure_variant),
                inputs=["model", "ab_traffic", _PARAMETERS],
                outputs="outcomes",
                name="measure_variant",
                tags="tier.small",
            ),
        ],
        namespace=f"ab_{name}",
        inputs={"ab_train", "ab_traffic"},
        outputs={"outcomes": f"ab_{name}_outcomes"},
        parameters={_PARAMETERS},
    )
