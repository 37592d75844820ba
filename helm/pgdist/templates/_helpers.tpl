{{- define "pgdist.labels" -}}
app.kubernetes.io/name: pgdist
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "pgdist.selector" -}}
app.kubernetes.io/name: pgdist
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- /* pgdist.yaml as JSON, from a mapping or from a text (--set-file config=pgdist.yaml); the licence is where the chart mounts it. */ -}}
{{- define "pgdist.config" -}}
{{- $config := kindIs "string" .Values.config | ternary (.Values.config | toString | fromYaml) .Values.config | default dict | deepCopy -}}
{{- if kindIs "slice" $config.fleets -}}
{{- range $config.fleets -}}
{{- if kindIs "map" . -}}
{{- $_ := set . "kubedb" (.kubedb | default dict) -}}
{{- if and (kindIs "map" .kubedb) (not .kubedb.licenceFile) -}}
{{- $_ := set .kubedb "licenceFile" (printf "/etc/pgdist/licence/%v.pem" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- else if and (kindIs "map" $config.kubedb) (not $config.kubedb.licenceFile) -}}
{{- $_ := set $config.kubedb "licenceFile" (include "pgdist.licencePath" .) -}}
{{- end -}}
{{- $config | toJson -}}
{{- end }}

{{- define "pgdist.licencePath" -}}/etc/pgdist/licence/{{ .Values.licence.key }}{{- end }}

{{- /* Keys of the Secret with the licence: of several fleets each has NAME.pem. */ -}}
{{- define "pgdist.licenceItems" -}}
{{- $config := include "pgdist.config" . | fromJson -}}
{{- $items := list -}}
{{- range (kindIs "slice" $config.fleets | ternary $config.fleets list) -}}{{- $items = append $items (dict "key" (printf "%v.pem" .name) "path" (printf "%v.pem" .name)) -}}{{- end -}}
{{- $items | default (list (dict "key" .Values.licence.key "path" .Values.licence.key)) | toJson -}}
{{- end }}

{{- /* What every pod has: identity, and where it may run. A pod that names no spread of its own avoids the node of its sister. */ -}}
{{- define "pgdist.pod" -}}
{{- $root := .root -}}
{{- $of := .values -}}
serviceAccountName: {{ include "pgdist.serviceAccount" . }}
automountServiceAccountToken: {{ $of.serviceAccount.automountToken }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with $root.Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $of.priorityClassName }}
priorityClassName: {{ . | quote }}
{{- end }}
{{- with $of.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $of.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $of.affinity }}
affinity: {{- toYaml . | nindent 2 }}
{{- end }}
topologySpreadConstraints:
{{- with $of.topologySpreadConstraints }}
  {{- toYaml . | nindent 2 }}
{{- else }}
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels: {{- include "pgdist.selector" . | nindent 8 }}
{{- end }}
{{- end }}

{{- define "pgdist.serviceAccount" -}}
{{- .values.serviceAccount.name | default (printf "%s-%s" .root.Release.Name .component) -}}
{{- end }}

{{- /* What every container of the image has. */ -}}
{{- define "pgdist.image" -}}
image: "{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{ include "pgdist.confined" . }}
{{- end }}

{{- define "pgdist.confined" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  seccompProfile: { type: RuntimeDefault }
  capabilities: { drop: [ALL] }
{{- end }}

{{- /* Half of two may be away: an upgrade ends on a cluster that has no room for a third as well. Of one, none. */ -}}
{{- define "pgdist.strategy" -}}
type: RollingUpdate
rollingUpdate: { maxSurge: 1, maxUnavailable: 50% }
{{- end }}

{{- /* A start may take a minute on a full node before the process counts as dead. */ -}}
{{- define "pgdist.probes" -}}
startupProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 2
  failureThreshold: 30
livenessProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 10
  timeoutSeconds: 3
readinessProbe:
  httpGet: { path: /readyz, port: health }
  periodSeconds: 5
  timeoutSeconds: 3
{{- end }}

{{- /* A change of what a process reads once rolls its pods. Secrets are seen where helm asks a cluster (install, upgrade), so after rotating one: helm upgrade. */ -}}
{{- define "pgdist.checksums" -}}
checksum/config: {{ include "pgdist.config" . | sha256sum }}
{{- range $what, $name := dict "slack" .Values.slack.secretName "redis" .Values.redis.secretName }}
{{- $secret := lookup "v1" "Secret" $.Release.Namespace ($name | default "-") }}
{{- with $secret }}
checksum/{{ $what }}: {{ .data | toJson | sha256sum }}
{{- end }}
{{- end }}
{{- end }}

{{- /* 512 MB hold a walk of a small fleet, tool homes in memory and the tools' guard; each cluster takes some more. */ -}}
{{- define "pgdist.workerResources" -}}
{{- $resources := deepCopy (.Values.worker.resources | default dict) -}}
{{- $limits := $resources.limits | default dict -}}
{{- if not $limits.memory -}}
{{- $config := include "pgdist.config" . | fromJson -}}
{{- $clusters := len ($config.clusters | default list) -}}
{{- range (kindIs "slice" $config.fleets | ternary $config.fleets list) -}}{{- $clusters = add $clusters (len (.clusters | default list)) -}}{{- end -}}
{{- $memory := printf "%dMi" (add .Values.worker.memory.baseMi (mul .Values.worker.memory.perClusterMi $clusters)) -}}
{{- $_ := set $resources "limits" (merge (dict "memory" $memory) $limits) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end }}
