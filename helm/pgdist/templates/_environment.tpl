{{- /* Variables, files and volumes that bot, worker and the test share; the address of Redis and Slack's tokens come from Secrets. */ -}}
{{- define "pgdist.environment" -}}
- { name: PGDIST_CONFIG, value: /etc/pgdist/config/pgdist.yaml }
- { name: PGDIST_PREFIX, value: {{ .Release.Name | quote }} }
- { name: LOG_LEVEL, value: {{ .Values.logLevel | quote }} }
- { name: HEALTH_PORT, value: "8080" }
- name: POD_NAMESPACE
  valueFrom: { fieldRef: { fieldPath: metadata.namespace } }
{{- if .Values.redis.bundled.enabled }}
- name: REDIS_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.secretName | quote }}, key: password } }
- { name: REDIS_URL, value: "redis://:$(REDIS_PASSWORD)@{{ .Release.Name }}-redis:6379/0" }
{{- else }}
- name: REDIS_URL
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.secretName | quote }}, key: url } }
- name: REDIS_SENTINEL_USERNAME
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.secretName | quote }}, key: sentinel-username, optional: true } }
- name: REDIS_SENTINEL_PASSWORD
  valueFrom: { secretKeyRef: { name: {{ .Values.redis.secretName | quote }}, key: sentinel-password, optional: true } }
{{- end }}
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
{{- if .Values.extraCa.configMapName }}
- { name: NODE_EXTRA_CA_CERTS, value: /etc/pgdist/ca/ca.crt }
- { name: SSL_CERT_DIR, value: "/etc/ssl/certs:/etc/pgdist/ca" }
{{- end }}
- name: SLACK_BOT_TOKEN
  valueFrom: { secretKeyRef: { name: {{ .Values.slack.secretName | quote }}, key: bot-token } }
{{- with .Values.env }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "pgdist.slackInlet" -}}
{{- if eq .Values.slack.delivery "http" -}}
- { name: PORT, value: "3000" }
- name: SLACK_SIGNING_SECRET
  valueFrom: { secretKeyRef: { name: {{ .Values.slack.secretName | quote }}, key: signing-secret } }
{{- else -}}
- name: SLACK_APP_TOKEN
  valueFrom: { secretKeyRef: { name: {{ .Values.slack.secretName | quote }}, key: app-token } }
{{- end }}
{{- end }}

{{- /* Folders, not files: a file that is mounted alone is not renewed. */ -}}
{{- define "pgdist.mounts" -}}
- { name: config, mountPath: /etc/pgdist/config, readOnly: true }
{{- if .Values.redis.tls.secretName }}
- { name: redis-tls, mountPath: /etc/pgdist/redis, readOnly: true }
{{- end }}
{{- if .Values.extraCa.configMapName }}
- { name: extra-ca, mountPath: /etc/pgdist/ca, readOnly: true }
{{- end }}
{{- end }}

{{- define "pgdist.volumes" -}}
- name: config
  configMap: { name: {{ .Release.Name }}-config }
{{- with .Values.redis.tls.secretName }}
- name: redis-tls
  secret: { secretName: {{ . | quote }}, defaultMode: 0440 }
{{- end }}
{{- with .Values.extraCa.configMapName }}
- name: extra-ca
  configMap: { name: {{ . | quote }}, items: [{ key: {{ $.Values.extraCa.key | quote }}, path: ca.crt }] }
{{- end }}
{{- end }}

{{- /* What only the worker (and the test) may see: clusters and licence. */ -}}
{{- define "pgdist.clusterMounts" -}}
- { name: kubeconfig, mountPath: /etc/pgdist/kubeconfig, readOnly: true }
- { name: licence, mountPath: /etc/pgdist/licence, readOnly: true }
- { name: scratch, mountPath: /tmp }
{{- end }}

{{- define "pgdist.clusterVolumes" -}}
- name: kubeconfig
  secret: { secretName: {{ .Values.kubeconfig.secretName | quote }}, defaultMode: 0440 }
- name: licence
  secret: { secretName: {{ .Values.licence.secretName | quote }}, items: {{ include "pgdist.licenceItems" . }}, defaultMode: 0440 }
# Homes of helm and clusteradm, one for each call, with credentials: in memory.
- name: scratch
  emptyDir: { medium: Memory, sizeLimit: 256Mi }
{{- end }}
