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

{{- /* What both processes have: identity, image, configuration, Redis, Slack's bot token, health. */ -}}
{{- define "pgdist.pod" -}}
automountServiceAccountToken: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: { type: RuntimeDefault }
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "pgdist.container" -}}
image: "{{ .Values.image.repository }}{{ if .Values.image.digest }}@{{ .Values.image.digest }}{{ else }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  runAsNonRoot: true
  seccompProfile: { type: RuntimeDefault }
  capabilities: { drop: [ALL] }
livenessProbe:
  httpGet: { path: /healthz, port: health }
  periodSeconds: 10
readinessProbe:
  httpGet: { path: /readyz, port: health }
  periodSeconds: 5
{{- end }}

{{- define "pgdist.environment" -}}
- { name: PGDIST_CONFIG, value: /etc/pgdist/config/pgdist.yaml }
- { name: PGDIST_PREFIX, value: {{ .Release.Name | quote }} }
- { name: LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
- { name: HEALTH_PORT, value: "8080" }
- name: REDIS_URL
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.secretName | quote }}, key: url } }
- name: REDIS_SENTINEL_USERNAME
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.secretName | quote }}, key: sentinel-username, optional: true } }
- name: REDIS_SENTINEL_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.secretName | quote }}, key: sentinel-password, optional: true } }
{{- with .Values.redis.tls.secretName }}
- { name: REDIS_CA_FILE, value: /etc/pgdist/redis/ca.crt }
{{- if $.Values.redis.tls.clientCertificate }}
- { name: REDIS_CERT_FILE, value: /etc/pgdist/redis/tls.crt }
- { name: REDIS_KEY_FILE, value: /etc/pgdist/redis/tls.key }
{{- end }}
{{- end }}
{{- with .Values.redis.tls.serverName }}
- { name: REDIS_TLS_SERVER_NAME, value: {{ . | quote }} }
{{- end }}
- name: SLACK_BOT_TOKEN
  valueFrom: { secretKeyRef: { name: {{ .Values.slack.secretName | quote }}, key: bot-token } }
{{- end }}

{{- /* Memory grows with the clusters that a run walks: 160 MB of one with two of them, 470 MB with 32, beside tool homes in memory and the tools' guard. */}}
{{- define "pgdist.workerResources" -}}
{{- $resources := deepCopy .Values.worker.resources -}}
{{- $limits := $resources.limits | default dict -}}
{{- if not $limits.memory -}}
{{- $memory := printf "%dMi" (add 512 (mul 12 (len (.Values.config.clusters | default list)))) -}}
{{- $_ := set $resources "limits" (merge (dict "memory" $memory) $limits) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end }}

{{- /* Certificates for Redis, as a folder: a file that is mounted alone is not renewed. */ -}}
{{- define "pgdist.redisMount" -}}
{{- if .Values.redis.tls.secretName }}
- { name: redis-tls, mountPath: /etc/pgdist/redis, readOnly: true }
{{- end }}
{{- end }}

{{- define "pgdist.redisVolume" -}}
{{- if .Values.redis.tls.secretName }}
- name: redis-tls
  secret: { secretName: {{ .Values.redis.tls.secretName | quote }}, defaultMode: 0440 }
{{- end }}
{{- end }}
