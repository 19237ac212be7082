"""The published schema of flyte.yml: it takes what we take, the whole template for one."""

import json
import re
from importlib.resources import files

import jsonschema
import pytest
import yaml
from kedro_flyte.errors import ConfigError, UnsupportedError
from kedro_flyte.plan.settings.config import json_schema, parse_config
from kedro_flyte.plan.settings.sections import with_targets
from kedro_flyte.targets import flyte_yml
from plan_views import node, plan, view
from pydantic import BaseModel

SCHEMA = json.loads(json_schema(flyte_yml()))


def _template() -> dict[str, object]:
    """Return the template with every line that is no prose."""
    text = (files("kedro_flyte") / "templates/flyte.yml").read_text(encoding="utf-8")
    keys = "|".join(flyte_yml().model_fields)
    code = re.compile(rf"# (( {{2,}}|({keys}):).*)")
    lines = [code.fullmatch(line) for line in text.splitlines()]
    found = yaml.safe_load("\n".join(line[1] for line in lines if line))
    assert set(found) == set(flyte_yml().model_fields)
    return found


def test_the_whole_template_fits_the_schema_and_the_parser():
    jsonschema.validate(_template(), SCHEMA)
    parse_config(_template(), kind=flyte_yml())


def test_a_target_is_not_called_as_a_key_of_the_file():
    with pytest.raises(UnsupportedError, match="'secrets', which is a key"):
        with_targets({"secrets": BaseModel}, {})
    with pytest.raises(UnsupportedError, match="'cpu', which is a key"):
        with_targets({}, {"cpu": "CPU"})


@pytest.mark.parametrize("target", ["flyte", "domino"])
def test_what_a_target_may_say_is_read_for_another_and_stays_out_of_its_plan(target):
    config = {"domino": {"python_path": ["lib"]}, "tiers": {"small": {"domino": "Tiny"}}}
    made = plan(view(node("a")), config, target)

    assert [tier.named for tier in made.tiers] == (["Tiny"] if target == "domino" else [""])
    assert made.own == ({"python_path": ["lib"]} if target == "domino" else None)


def test_an_unknown_key_of_a_target_names_the_nearest():
    with pytest.raises(ConfigError, match="Did you mean 'profile'"):
        plan(view(node("a")), {"domino": {"profil": "production"}})


@pytest.mark.parametrize(
    "text",
    [
        "tiers: {a: {cpu: 1, memory: 2.5, gpu: 1}}",
        "tiers: {a: {node_selector: {pool: 1}}}",
        "environments: {a: {image: 1.0}}",
        "default: {cache: {version: 2}}",
        "allow: [{code: KF109, reason: 1}]",
    ],
)
def test_a_number_where_the_parser_takes_one_fits_the_schema(text):
    parse_config(yaml.safe_load(text))

    jsonschema.validate(yaml.safe_load(text), SCHEMA)


@pytest.mark.parametrize(
    "text",
    [
        "tiers: {a: {gpu: 1.5}}",
        "tiers: {a: {memory: much}}",
        "domino: {artifacts_commit: 1}",
        "domino: {tier_ids: {a: 1}}",
        "pipelines: {a: {schedules: {b: {cron: 5}}}}",
        "default: {timeout: 0}",
        "tier: {}",
    ],
)
def test_what_the_parser_refuses_does_not_fit_the_schema(text):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text), SCHEMA)
