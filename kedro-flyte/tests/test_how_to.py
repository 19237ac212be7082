"""The examples of the how-to pages: each is packaged for Flyte, and run one process a task."""

import json
import re

import pytest
from google.protobuf.json_format import MessageToDict
from kedro_projects import command, flyte
from workflows import DOCS, package, page, project_of, run

PAGE = DOCS / "see-what-a-run-took.md"


@pytest.fixture
def root(tmp_path):
    return tmp_path / "project"


def task(made, name):
    (found,) = (t for key, t in made.tasks.items() if key.endswith(f".{name}"))
    return found


def test_the_page_on_resources_asks_for_images_machines_and_pods(root, tmp_path):
    project_of("environments-and-resources", root)
    made = package(root)

    clean, train = task(made, "clean"), task(made, "train")
    asked = {r.name: r.value for r in clean.container.resources.requests}
    assert sorted(asked.values()) == ["500m", "5Gi", "6Gi"]
    assert clean.container.image == "registry.example.org/demo:1.0"
    pod = MessageToDict(train.k8s_pod.pod_spec)
    assert pod["containers"][0]["image"] == "registry.example.org/demo:1.0-torch"
    assert pod["nodeSelector"] == {"pool": "gpu"}
    assert pod["tolerations"] == [
        {"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}
    ]
    assert train.extended_resources.gpu_accelerator.device == "nvidia-tesla-t4"
    interruptible = [n for n in ("clean", "train", "report") if _interruptible(made, n)]
    assert interruptible == ["train", "report"]

    done = run(root, tmp_path, made)
    assert done.succeeded, done.error


def _interruptible(made, name):
    name = {"report": "reporting__report"}.get(name, name)
    return task(made, name).metadata.interruptible


def test_a_node_with_two_environments_is_refused(root):
    project_of("environments-and-resources", root)
    flow = root / "src/demo/flow.py"
    flow.write_text(flow.read_text().replace('"env.torch"', '"env.torch", "env.default"'))
    done = command(root, "export")

    assert done.returncode == 1
    assert "KF123" in done.stderr
    assert "torch" in done.stderr


def test_the_page_on_schedules_makes_launch_plans(root):
    project_of("schedules-notifications-failure", root)
    made = package(root)
    shown = flyte(root, "plan").stdout
    for words in ("schedule nightly", "0 3 * * * Europe/Berlin", "every 360 minutes", "on failure",
                  "slack to channel@example.slack.com: succeeded", "the other tasks finish"):  # fmt: skip
        assert words in shown

    plans = {p.spec.entity_metadata.schedule.cron_schedule.schedule: p
             for p in made.launch_plans.values()}  # fmt: skip
    nightly = plans["CRON_TZ=Europe/Berlin 0 3 * * *"].spec
    given = nightly.default_inputs.parameters
    assert given["model_rate"].default.scalar.primitive.float_value == 0.5
    assert "s3://bucket/today.txt" in str(given["table"].default)
    assert nightly.max_parallelism == 10
    assert [n.WhichOneof("type") for n in nightly.entity_metadata.notifications] == [
        "email",
        "slack",
    ]
    rates = [p.spec for p in made.launch_plans.values()
             if p.spec.entity_metadata.schedule.HasField("rate")]  # fmt: skip
    assert [(r.entity_metadata.schedule.rate.value, r.max_parallelism) for r in rates] == [(6, 2)]


def _logging_to(root, seen, rate="0.25"):
    """Let the page's node write to a file outside of the task's folder."""
    parameters = root / "conf/base/parameters.yml"
    text = parameters.read_text().replace("failures.txt", str(seen)).replace("0.25", rate)
    parameters.write_text(text)


def test_the_page_on_failure_runs_its_node_when_a_task_has_failed(root, tmp_path):
    seen = tmp_path / "failures.txt"
    _logging_to(project_of("schedules-notifications-failure", root), seen)
    made = package(root)

    good = run(root, tmp_path / "good", made)
    assert good.succeeded, good.error
    assert not seen.exists()

    bad = run(root, tmp_path / "bad", made, {"model_rate": 2.0})
    assert not bad.succeeded
    assert "the rate is above 1" in seen.read_text()


def test_the_page_on_failure_runs_its_node_on_this_machine_too(root, tmp_path):
    seen = tmp_path / "failures.txt"
    _logging_to(project_of("schedules-notifications-failure", root), seen, rate="2.5")
    done = command(root, "run")

    assert done.returncode != 0
    assert "the rate is above 1" in seen.read_text()


SECRETS = {("warehouse", "password"): "open sesame", ("mail", "token"): "m-token"}


def test_the_page_on_secrets_gives_each_task_its_own_alone(root, tmp_path):
    project_of("secrets", root)
    made = package(root)

    for name, key in (("add", "password"), ("send", "token")):
        (secret,) = task(made, name).security_context.secrets
        assert secret.key == key
        assert secret.mount_requirement == secret.ENV_VAR
    done = run(root, tmp_path, made, secrets=SECRETS)
    assert done.succeeded, done.error


def test_a_task_without_its_secret_says_which_one_it_lacks(root, tmp_path):
    project_of("secrets", root)
    (root / "conf/base/flyte.yml").write_text(
        "secrets: [{key: token, group: mail, env: MAIL_TOKEN}]"
    )
    made = package(root)

    done = run(root, tmp_path, made, secrets=SECRETS)
    assert "Credentials 'warehouse' need WAREHOUSE_PASSWORD" in str(done.error)


def test_the_page_on_sub_workflows_makes_one_of_each_namespace(root, tmp_path):
    project_of("sub-workflows", root)
    made = package(root)

    names = sorted(name.rsplit(".", 1)[-1] for name in made.workflows)
    assert names == ["default", "large", "small"]
    done = run(root, tmp_path, made)
    assert done.succeeded, done.error
    flyte(root, "run", "--output", str(tmp_path / "out"))
    import pickle

    assert pickle.loads((tmp_path / "out/total.pickle").read_bytes()) == 48


def test_the_page_on_retries_and_caches_says_what_the_plan_has(root, tmp_path):
    project_of("retries-timeout-cache", root)
    flyte(root, "plan", "--format", "json", "--output", str(tmp_path / "plan.json"))
    tasks = {t["id"]: t for t in json.loads((tmp_path / "plan.json").read_text())["tasks"]}

    assert (tasks["fetch"]["retries"], tasks["fetch"]["timeout"]) == (3, 60)
    assert tasks["count"]["timeout"] == 3600
    assert len({t["cache_version"] for t in tasks.values()}) == 3


def test_every_new_page_has_an_example():
    for name in ("environments-and-resources", "retries-timeout-cache", "secrets",
                 "schedules-notifications-failure", "sub-workflows"):  # fmt: skip
        assert "src/demo/flow.py" in page(name)
        assert "conf/base/flyte.yml" in page(name)


def test_the_page_on_what_a_run_took_chooses_the_tiers_that_it_names(root):
    project_of("see-what-a-run-took", root)

    text = (root / "conf/base/flyte.yml").read_text()
    written = re.search(r"^```yaml\n(nodes:\n.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert written[1] in text
    assert "Each node that was measured has the tier that fits" in flyte(root, "size").stdout
