"""What a plan tells of the time and size that it costs Flyte is what Flyte's compiler then takes.

Run by `make test-real`.
"""

import pytest
from kedro_flyte.export import exported, write
from kedro_flyte.plan.conditions import Condition
from kedro_flyte.plan.model import Plan
from kedro_flyte.plan.view import AlternativeView, ChoiceView, FanOutView
from kedro_flyte.targets import load
from kedro_flyte.targets.flyte.burden import compilation, resource_bytes
from plan_views import node, plan, view
from real import verdicts
from real.binary import why_not
from real.graphs import dense, layers
from real.packages import Workshop, modules

pytestmark = [pytest.mark.real, pytest.mark.skipif(bool(why_not()), reason=why_not())]


def _of(reads: dict[str, list[str]]) -> Plan:
    return plan(
        view(*(node(one, " ".join(f"d{o}" for o in reads[one]), f"d{one}") for one in reads))
    )


def _choices(count: int) -> Plan:
    """Return choices one after another, between two alternatives each."""
    nodes = [node("c0", "params:rate", "d0")]
    for at in range(count):
        choice = ChoiceView(
            when="params:go",
            condition=Condition(),
            then=AlternativeView(name=f"yes{at}", func="f", inputs=(f"d{at}",)),
            otherwise=AlternativeView(name=f"no{at}", func="g", inputs=(f"d{at}",)),
        )
        nodes.append(node(f"c{at + 1}", f"params:go d{at}", f"d{at + 1}", choice=choice))
    return plan(view(*nodes, parameters={"go": True, "rate": 0.5}))


def _maps(count: int) -> Plan:
    """Return maps one after another, each over what the one before has made."""
    nodes = [node("c0", "params:rate", "d0")]
    nodes += [
        node(f"c{at + 1}", f"d{at}", f"d{at + 1}", fan_out=FanOutView(over=f"d{at}"))
        for at in range(count)
    ]
    return plan(view(*nodes, parameters={"rate": 0.5}))


PLANS = {
    "dense": lambda: _of(dense(22)),
    "layers": lambda: _of(layers(5, 16)),
    "choices": lambda: _choices(20),
    "maps": lambda: _maps(20),
    "a chain": lambda: _of({f"n{i}": [f"n{i - 1}"] if i else [] for i in range(90)}),
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory) -> dict[str, tuple[float, int]]:
    """Return the seconds and bytes of each plan's workflow."""
    root, shop = tmp_path_factory.mktemp("burden"), Workshop(1)
    paths = {}
    for number, (name, made) in enumerate(PLANS.items()):
        write(exported(made(), load("flyte"), root / f"plan{number}", root))
        (module,) = modules(root / f"plan{number}", root)
        paths[name] = shop.package(root, module, root / f"{number}.tgz").result()
    shop.close()
    found = [v for v in verdicts(*paths.values(), max_nodes=0) if v.kind == "workflow"]
    return {
        name: (max(v.seconds for v in found if v.package == path),
               max(v.bytes for v in found if v.package == path))
        for name, path in paths.items()
    }  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_the_time_that_a_plan_tells_is_the_compilers(name, measured):
    made = PLANS[name]()
    seconds, told = measured[name][0], compilation(made.tasks, made.sub_workflows).seconds

    assert 1 / 3 < (seconds + 0.02) / (told + 0.02) < 3, (seconds, told)


@pytest.mark.parametrize("name", PLANS)
def test_the_size_that_a_plan_tells_is_the_resources(name, measured):
    size, told = measured[name][1], resource_bytes(PLANS[name]().tasks)

    assert 1 / 2 < size / told < 2, (size, told)
