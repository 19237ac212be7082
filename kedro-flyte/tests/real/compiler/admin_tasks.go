package main

import (
	"strings"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"github.com/flyteorg/flyte/flyteplugins/go/tasks/pluginmachinery/utils"
	kubernetes "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

type quantities = map[core.Resources_ResourceName]resource.Quantity

func checkTask(task *core.TaskTemplate, most limits) []refusal {
	found := []refusal{}
	require := func(present bool, what string) {
		if !present {
			found = append(found, refuse("ValueRequired", "missing %s", what)...)
		}
	}
	require(task.GetType() != "", "type")
	require(task.GetMetadata() != nil, "metadata")
	require(task.GetInterface() != nil, "interface")
	if runtime := task.GetMetadata().GetRuntime(); runtime != nil {
		require(runtime.GetVersion() != "", "runtime version")
	}
	if container := task.GetContainer(); container != nil {
		asked, bad := fromEntries(container.GetResources().GetRequests())
		limited, worse := fromEntries(container.GetResources().GetLimits())
		found = append(append(found, bad...), worse...)
		found = append(found, checkResources(asked, limited, most)...)
	}
	if pod := task.GetK8SPod(); pod != nil {
		found = append(found, checkPod(pod, most)...)
	}
	return found
}

func checkPod(pod *core.K8SPod, most limits) []refusal {
	var spec kubernetes.PodSpec
	if pod.GetPodSpec() == nil || utils.UnmarshalStructToObj(pod.GetPodSpec(), &spec) != nil {
		return refuse("InvalidValue", "a pod task needs a pod specification")
	}
	found := []refusal{}
	for _, container := range spec.Containers {
		asked, limited := fromPod(container.Resources.Requests), fromPod(container.Resources.Limits)
		found = append(found, checkResources(asked, limited, most)...)
	}
	return found
}

// fromEntries leaves out what is no quantity, which the compiler refuses.
func fromEntries(entries []*core.Resources_ResourceEntry) (quantities, []refusal) {
	values, found := quantities{}, []refusal{}
	for _, entry := range entries {
		if _, twice := values[entry.GetName()]; twice {
			found = append(found, refuse("InvalidValue", "%v is given more than once", entry.GetName())...)
		}
		quantity, err := resource.ParseQuantity(entry.GetValue())
		if err != nil {
			continue
		}
		values[entry.GetName()] = quantity
		if entry.GetName() == core.Resources_GPU && quantity.MilliValue()%1000 != 0 {
			found = append(found, refuse("InvalidValue", "gpu must be a whole number, not %s", entry.GetValue())...)
		}
	}
	return values, found
}

// fromPod knows the names that Flyte has, too; those of devices ("nvidia.com/gpu") are compared by nobody.
func fromPod(list kubernetes.ResourceList) quantities {
	values := quantities{}
	for name, quantity := range list {
		if kind, known := core.Resources_ResourceName_value[strings.ToUpper(name.String())]; known {
			values[core.Resources_ResourceName(kind)] = quantity
		}
	}
	return values
}

// checkResources compares whole units, as FlyteAdmin does: 1500m of cpu is 2.
func checkResources(asked, limited quantities, most limits) []refusal {
	found := []refusal{}
	for name, request := range asked {
		limit, hasLimit := limited[name]
		if hasLimit && limit.Value() < request.Value() {
			found = append(found, refuse("InvalidValue", "requested %v [%s] is greater than the limit [%s]", name, &request, &limit)...)
		}
		if hasLimit && name == core.Resources_GPU && limit.Value() != request.Value() {
			found = append(found, refuse("InvalidValue", "requested gpu [%s] must equal the limit [%s]", &request, &limit)...)
		}
		ceiling, exists := most[name]
		if exists && (request.Value() > ceiling.Value() || (hasLimit && limit.Value() > ceiling.Value())) {
			found = append(found, refuse("TooManyResources", "requested %v [%s] is greater than the platform's limit [%s]", name, &request, &ceiling)...)
		}
	}
	return found
}
