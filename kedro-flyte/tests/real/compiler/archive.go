package main

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/admin"
	"github.com/flyteorg/flyte/flyteidl/gen/pb-go/flyteidl/core"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

const project, domain = "flytesnacks", "development"

// packageContent is what one package registers, in its order.
type packageContent struct {
	tasks     []*admin.TaskSpec
	workflows []*admin.WorkflowSpec
	plans     []*admin.LaunchPlan
}

// readPackage reads a package, and completes its identifiers as the client that registers it does:
// `pyflyte package` leaves project, domain and version empty.
func readPackage(path, version string) (*packageContent, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		return nil, err
	}
	content := &packageContent{}
	for entries := tar.NewReader(unpacked); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			return content, nil
		}
		if err != nil {
			return nil, err
		}
		if !strings.HasSuffix(header.Name, ".pb") {
			continue // the project's code
		}
		if err := content.take(header.Name, entries, version); err != nil {
			return nil, fmt.Errorf("%s: %w", header.Name, err)
		}
	}
}

func (p *packageContent) take(name string, source io.Reader, version string) error {
	encoded, err := io.ReadAll(source)
	if err != nil {
		return err
	}
	message, err := p.next(name)
	if err != nil {
		return err
	}
	if err := proto.Unmarshal(encoded, message); err != nil {
		return err
	}
	complete(message.ProtoReflect(), version)
	return nil
}

// next makes room for an entity; the number at the end of its file's name is its resource type.
func (p *packageContent) next(name string) (proto.Message, error) {
	switch {
	case strings.HasSuffix(name, "_1.pb"):
		p.tasks = append(p.tasks, &admin.TaskSpec{})
		return p.tasks[len(p.tasks)-1], nil
	case strings.HasSuffix(name, "_2.pb"):
		p.workflows = append(p.workflows, &admin.WorkflowSpec{})
		return p.workflows[len(p.workflows)-1], nil
	case strings.HasSuffix(name, "_3.pb"):
		p.plans = append(p.plans, &admin.LaunchPlan{})
		return p.plans[len(p.plans)-1], nil
	}
	return nil, errors.New("neither a task (_1), a workflow (_2) nor a launch plan (_3)")
}

// complete fills in every identifier within a message.
func complete(message protoreflect.Message, version string) {
	if id, ok := message.Interface().(*core.Identifier); ok {
		id.Project, id.Domain, id.Version = project, domain, version
		return
	}
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap() && field.MapValue().Message() != nil:
			value.Map().Range(func(_ protoreflect.MapKey, inner protoreflect.Value) bool {
				complete(inner.Message(), version)
				return true
			})
		case field.IsMap() || field.Message() == nil:
		case field.IsList():
			for index := range value.List().Len() {
				complete(value.List().Get(index).Message(), version)
			}
		default:
			complete(value.Message(), version)
		}
		return true
	})
}
