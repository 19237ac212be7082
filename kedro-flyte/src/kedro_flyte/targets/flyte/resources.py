"""What a task runs on: resources, the kind of GPU, and the pod where only a pod can say it.

A pod's description needs the `kubernetes` client, which flytekit does not bring; a module imports
it only where a tier has a node selector or tolerations.
"""

from kedro_flyte.plan.model import Plan, Tier, Toleration
from kedro_flyte.targets.flyte.types import tier_constant
from kedro_flyte.targets.source import bracketed, call, literal


def resource_words(plan: Plan, name: str) -> list[str]:
    """Return the arguments of `@task` that a tier stands for."""
    tier = next(tier for tier in plan.tiers if tier.name == name)
    words = [f"resources={tier_constant(plan, tier.name)}"]
    if tier.gpu_kind:
        words.append(f"accelerator={tier_constant(plan, tier.name, 'GPU')}")
    if tier.needs_pod:
        words.append(f"pod_template={tier_constant(plan, tier.name, 'POD')}")
    if tier.pod_template:
        words.append(f"pod_template_name={literal(tier.pod_template)}")
    return words


def resource_constants(plan: Plan) -> list[str]:
    """Return the assignments of the tiers, a block for each kind of thing."""
    lines = ["# Hardware tiers: what a task may ask for"]
    for tier in plan.tiers:
        lines += _resources(plan, tier)
    kinds = [tier for tier in plan.tiers if tier.gpu_kind]
    if kinds:
        lines += ["", "# Kinds of GPU, as the cluster calls them"]
        lines += [
            f"{tier_constant(plan, t.name, 'GPU')} = GPUAccelerator({literal(t.gpu_kind)})"
            for t in kinds
        ]
    pods = [tier for tier in plan.tiers if tier.needs_pod]
    if pods:
        lines += ["", "# Pods: which machines they go to"]
    for tier in pods:
        lines += _pod(plan, tier)
    return lines


def _resources(plan: Plan, tier: Tier) -> list[str]:
    words = (
        ("cpu", tier.cpu),
        ("mem", tier.memory),
        ("gpu", tier.gpu),
        ("ephemeral_storage", tier.storage),
    )
    asked = [f"{word}={literal(value)}" for word, value in words if value]
    return bracketed(f"{tier_constant(plan, tier.name)} = Resources(", asked)


def _pod(plan: Plan, tier: Tier) -> list[str]:
    spec = ["containers=[]"]
    if tier.node_selector:
        pairs = [f"{literal(key)}: {literal(value)}" for key, value in tier.node_selector]
        spec.append(call("node_selector={", pairs, "}", column=8))
    if tier.tolerations:
        all_of_them = [_toleration(one) for one in tier.tolerations]
        spec.append(call("tolerations=[", all_of_them, "]", column=8))
    pod = call("pod_spec=V1PodSpec(", spec, column=4)
    return bracketed(f"{tier_constant(plan, tier.name, 'POD')} = PodTemplate(", [pod])


def _toleration(one: Toleration) -> str:
    words = (("key", one.key), ("operator", one.operator), ("value", one.value))
    said = [f"{word}={literal(value)}" for word, value in (*words, ("effect", one.effect)) if value]
    return call("V1Toleration(", said, column=12)
