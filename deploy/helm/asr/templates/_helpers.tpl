{{- define "asr.name" -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}
{{- end }}

{{- define "asr.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "asr.labels" -}}
{{ include "asr.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{/* Seconds as the service reads times. */}}
{{- define "asr.time" -}}
{{ printf "%02d:%02d:%02d" (div . 3600) (div (mod . 3600) 60) (mod . 60) }}
{{- end }}

{{- define "asr.checkValues" -}}
{{- if not (or .Values.auth.existingSecret .Values.auth.allowAnonymous) }}
{{- fail "Say who may call: auth.existingSecret, or auth.allowAnonymous=true for everybody who reaches the service." }}
{{- end }}
{{- if and .Values.model.existingClaim (not .Values.model.path) }}
{{- fail "model.path is missing: the checkpoint's folder in the claim." }}
{{- end }}
{{- end }}
