// Renders a chart with what Helm renders with: Go's own templates and Sprig. It adds the few functions that Helm adds
// and the chart uses, and prints what each template became as JSON. VALUES is YAML, laid over the chart's own.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run render.go CHART VALUES
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"gopkg.in/yaml.v3"
)

func main() {
	rendered, err := render(os.Args[1], os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	json.NewEncoder(os.Stdout).Encode(rendered)
}

func render(chart string, overrides string) (map[string]string, error) {
	values, about := map[string]any{}, map[string]any{}
	if err := read(filepath.Join(chart, "values.yaml"), values); err != nil {
		return nil, err
	}
	if err := read(filepath.Join(chart, "Chart.yaml"), about); err != nil {
		return nil, err
	}
	given := map[string]any{}
	if err := yaml.Unmarshal([]byte(overrides), &given); err != nil {
		return nil, err
	}
	merge(values, given)
	values, err := asHelmReads(values)
	if err != nil {
		return nil, err
	}

	templates, paths, err := parse(chart)
	if err != nil {
		return nil, err
	}
	top := map[string]any{
		"Values":  values,
		"Release": map[string]any{"Name": "test", "Namespace": "speech", "Service": "Helm"},
		"Chart":   map[string]any{"Name": about["name"], "Version": about["version"], "AppVersion": about["appVersion"]},
	}
	rendered := map[string]string{}
	for _, path := range paths {
		var text strings.Builder
		if err := templates.ExecuteTemplate(&text, path, top); err != nil {
			return nil, err
		}
		rendered[filepath.Base(path)] = text.String()
	}
	return rendered, nil
}

// parse reads all templates; those whose names begin with _ only define others.
func parse(chart string) (*template.Template, []string, error) {
	templates := template.New("chart").Option("missingkey=zero")
	templates.Funcs(sprig.TxtFuncMap()).Funcs(helmFunctions(templates))
	files, err := filepath.Glob(filepath.Join(chart, "templates", "*"))
	if err != nil {
		return nil, nil, err
	}
	var paths []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, nil, err
		}
		if _, err := templates.New(file).Parse(string(text)); err != nil {
			return nil, nil, err
		}
		if !strings.HasPrefix(filepath.Base(file), "_") {
			paths = append(paths, file)
		}
	}
	return templates, paths, nil
}

func helmFunctions(templates *template.Template) template.FuncMap {
	return template.FuncMap{
		"include": func(name string, data any) (string, error) {
			var text strings.Builder
			err := templates.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
		"toYaml": func(value any) (string, error) {
			text, err := yaml.Marshal(value)
			return strings.TrimSuffix(string(text), "\n"), err
		},
		"required": func(message string, value any) (any, error) {
			if value == nil || value == "" {
				return nil, errors.New(message)
			}
			return value, nil
		},
	}
}

func read(file string, into map[string]any) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(text, &into)
}

// asHelmReads takes values through JSON, after which every number is a float64.
func asHelmReads(values map[string]any) (map[string]any, error) {
	text, err := json.Marshal(values)
	if err != nil {
		return nil, err
	}
	read := map[string]any{}
	return read, json.Unmarshal(text, &read)
}

func merge(into map[string]any, from map[string]any) {
	for key, value := range from {
		inner, isMap := value.(map[string]any)
		outer, wasMap := into[key].(map[string]any)
		if isMap && wasMap {
			merge(outer, inner)
		} else {
			into[key] = value
		}
	}
}
