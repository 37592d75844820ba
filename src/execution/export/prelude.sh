# What the lines of an exported script call, in bash as old as macOS' (3.2). What a cluster could not be asked ends the script: it is never taken for no.

here=$(cd "$(dirname "$0")" && pwd)
umask 077
work=$(mktemp -d)
release=()
told=

say() { printf '%s\n' "$*"; }
step() { printf '\n== %s\n' "$*"; }
fail() { printf 'stopped: %s\n' "$*" >&2; exit 1; }

# A command, printed before it runs.
run() {
  printf '   $' >&2; printf ' %q' "$@" >&2; printf '\n' >&2
  "$@"
}

# SECONDS COMMAND…: again and again until it succeeds or the time is up.
again() {
  local end=$((SECONDS + $1)); shift
  until run "$@"; do
    [ "$SECONDS" -lt "$end" ] || fail "this did not succeed in time: $*"
    sleep 5
  done
}

# KUBECTL…: a write, again for three minutes while what guards it was just installed and does not answer yet.
until_taken() {
  local end=$((SECONDS + 180)) said
  until said=$(run "$@" 2>&1); do
    printf '%s\n' "$said" >&2
    case $said in
      *'calling webhook'* | *'no matches for kind'* | *'connection refused'* | *'i/o timeout'* | *'resource mapping not found'*) ;;
      *) fail 'the cluster did not take it' ;;
    esac
    [ "$SECONDS" -lt "$end" ] || fail 'the cluster did not take it in time'
    sleep 5
  done
  printf '%s\n' "$said"
}

# SECONDS WHAT COMMAND…: again and again until it prints something, which is then in $told.
until_told() {
  local end=$((SECONDS + $1)) what=$2; shift 2
  printf '   waiting for %s\n' "$what" >&2
  until told=$("$@") && [ -n "$told" ]; do
    [ "$SECONDS" -lt "$end" ] || fail "not there in time: $what"
    sleep 3
  done
}

# KUBECTL… get KIND NAME: is it there.
exists() {
  local found
  found=$("$@" --ignore-not-found -o name) || fail "could not ask: $*"
  [ -n "$found" ]
}

# KIND NAME GATE KUBECTL…: switches one feature gate on and keeps all others.
gate_on() {
  local kind=$1 name=$2 gate=$3 gates one; shift 3
  gates=$("$@" get "$kind" "$name" -o 'jsonpath={range .spec.workConfiguration.featureGates[*]}{.feature}={.mode};{end}') || fail "could not ask: $* get $kind $name"
  one="{\"feature\":\"$gate\",\"mode\":\"Enable\"}"
  case ";$gates" in
    *";$gate=Enable;"*) say "   $kind $name has gate $gate" ;;
    *";$gate="*) fail "gate $gate is off in $kind $name: set its mode to Enable" ;;
    ';') run "$@" patch "$kind" "$name" --type=merge -p "{\"spec\":{\"workConfiguration\":{\"featureGates\":[$one]}}}" ;;
    *) run "$@" patch "$kind" "$name" --type=json -p "[{\"op\":\"add\",\"path\":\"/spec/workConfiguration/featureGates/-\",\"value\":$one}]" ;;
  esac
}

# CONTEXT: a kubeconfig that has no other, in $work/kubeconfig.
only_context() { kubectl config view --raw --flatten --minify --context "$1" > "$work/kubeconfig"; }

# CONTEXT: PEM of the authority that signed its API server's certificate.
authority_of() {
  local data
  data=$(kubectl config view --raw --flatten --minify --context "$1" -o 'jsonpath={.clusters[0].cluster.certificate-authority-data}')
  if [ -n "$data" ]; then printf %s "$data" | base64 --decode
  else kubectl --context "$1" -n kube-public get configmap kube-root-ca.crt -o 'jsonpath={.data.ca\.crt}'; fi
}

# FILE (PLACE VALUE)…: the file with each place replaced, wherever it stands.
fill() {
  local text before
  text=$(cat "$1"; printf x); text=${text%x}; shift
  while [ "$#" -gt 0 ]; do
    before=
    while case $text in *"$1"*) true ;; *) false ;; esac; do
      before=$before${text%%"$1"*}$2
      text=${text#*"$1"}
    done
    text=$before$text
    shift 2
  done
  printf %s "$text"
}

# CONTEXT NAMESPACE SECONDS: every Deployment and StatefulSet there.
rolled_out() {
  local workloads workload
  workloads=$(kubectl --context "$1" -n "$2" get deployments,statefulsets -o name) || fail "could not ask for the workloads of $2"
  for workload in $workloads; do run kubectl --context "$1" -n "$2" rollout status "$workload" "--timeout=$3s"; done
}

# NAME SECONDS FILE KUBECTL…: runs a pod to its end and prints the interface of the default route that it was told; nothing where it finds none.
interface_by() {
  local name=$1 seconds=$2 file=$3 route=; shift 3
  run "$@" delete pod "$name" --ignore-not-found >&2
  run "$@" apply -f "$file" >&2
  if run "$@" wait "pod/$name" '--for=jsonpath={.status.phase}=Succeeded' "--timeout=$seconds""s" >&2; then route=$("$@" logs "$name"); fi
  run "$@" delete pod "$name" --ignore-not-found >&2
  printf '%s\n' "$route" | awk '{ for (i = 1; i < NF; i++) if ($i == "dev" && $(i + 1) ~ /^[A-Za-z0-9_.@-]+$/) { print $(i + 1); exit } }'
}

# DEPLOYMENT ANNOTATION KUBECTL…: holds KubeSlice's controller at 0; release_controller gives it its replicas back, also when the script is stopped.
hold_controller() {
  local name=$1 mark=$2 replicas selector; shift 2
  replicas=$("$@" get deployment "$name" -o "go-template={{with .metadata.annotations}}{{with index . \"$mark\"}}{{.}}{{end}}{{end}}")
  [ -n "$replicas" ] || replicas=$("$@" get deployment "$name" -o 'jsonpath={.spec.replicas}')
  selector=$("$@" get deployment "$name" -o 'go-template={{range $key, $value := .spec.selector.matchLabels}}{{$key}}={{$value}},{{end}}')
  release=("$@" patch deployment "$name" --type=merge -p "{\"metadata\":{\"annotations\":{\"$mark\":null}},\"spec\":{\"replicas\":$replicas}}")
  run "$@" patch deployment "$name" --type=merge -p "{\"metadata\":{\"annotations\":{\"$mark\":\"$replicas\"}},\"spec\":{\"replicas\":0}}"
  run "$@" wait pod -l "${selector%,}" --for=delete --timeout=60s
}
release_controller() {
  [ "${#release[@]}" -gt 0 ] || return 0
  run "${release[@]}"
  release=()
}

# CONTEXT NAMESPACE CONFIGMAP KEY EDIT PLACE ANNOTATION KEPT: puts the file EDIT, with $address in its place, between the first $keep and the last $rest bytes of
# CoreDNS' text, which has the sum $before, and without what the edit replaces the sum $around. The annotation gets the text, or KEPT where that is not empty.
forward_slice_names() {
  case $address in *[!0-9a-fA-F.:]*) fail "KubeSlice's DNS has the address $address, which is none" ;; esac
  local at=(kubectl --context "$1" -n "$2") map=$3 key=$4 edit=$5 place=$6 mark=$7 kept=$8 version size
  fill "$edit" "$place" "$address" > "$work/edit"
  version=$("${at[@]}" get configmap "$map" --ignore-not-found -o 'jsonpath={.metadata.resourceVersion}')
  "${at[@]}" get configmap "$map" --ignore-not-found -o "go-template={{with .data}}{{with index . \"$key\"}}{{.}}{{end}}{{end}}" > "$work/now"
  size=$(($(wc -c < "$work/now")))
  if [ "$size" -ge $((keep + rest)) ] && [ "$(text_around | sha256)" = "$around" ] && text_between "$size" | cmp -s - "$work/edit"; then
    say "   ConfigMap $map forwards slice.local to $address"
    return 0
  fi
  [ "$(sha256 < "$work/now")" = "$before" ] || fail "ConfigMap $2/$map has another text than when this script was made: export the run again"
  { first_bytes "$keep" "$work/now"; cat "$work/edit"; last_bytes "$rest" "$work/now"; } > "$work/wanted"
  if command -v diff > /dev/null; then diff -u "$work/now" "$work/wanted" >&2 || true; fi
  kubectl create configmap "$map" --from-file="$key=$work/wanted" --dry-run=client -o yaml > "$work/map.yaml"
  if [ -z "$version" ]; then
    kubectl annotate --local -f "$work/map.yaml" "$mark=" -o yaml > "$work/marked.yaml"
    run "${at[@]}" create -f "$work/marked.yaml"
    return 0
  fi
  if [ -n "$("${at[@]}" get configmap "$map" -o "go-template={{range \$one, \$_ := .metadata.annotations}}{{if eq \$one \"$mark\"}}yes{{end}}{{end}}")" ]; then
    cp "$work/map.yaml" "$work/marked.yaml"
  elif [ -n "$kept" ] || [ "$size" -eq 0 ]; then
    kubectl annotate --local -f "$work/map.yaml" "$mark=$kept" -o yaml > "$work/marked.yaml"
  else
    "${at[@]}" get configmap "$map" -o "go-template=metadata: { annotations: { \"$mark\": {{printf \"%q\" (index .data \"$key\")}} } }" > "$work/mark.yaml"
    kubectl patch --local -f "$work/map.yaml" --type=merge --patch-file "$work/mark.yaml" -o yaml > "$work/marked.yaml"
  fi
  kubectl patch --local -f "$work/marked.yaml" --type=merge -p "{\"metadata\":{\"resourceVersion\":\"$version\"}}" -o yaml > "$work/patch.yaml"
  run "${at[@]}" patch configmap "$map" --type=merge --patch-file "$work/patch.yaml"
}
first_bytes() { [ "$1" -eq 0 ] || head -c "$1" "$2"; }
last_bytes() { [ "$1" -eq 0 ] || tail -c "$1" "$2"; }
text_around() { first_bytes "$keep" "$work/now"; last_bytes "$rest" "$work/now"; }
text_between() { last_bytes $(($1 - keep)) "$work/now" > "$work/after" && first_bytes $(($1 - keep - rest)) "$work/after"; }

# Of standard input, 16 digits.
sha256() { if command -v sha256sum > /dev/null; then sha256sum; else shasum -a 256; fi | cut -c1-16; }

pause() {
  [ -t 0 ] || fail 'somebody has to do this by hand: run the script in a terminal'
  printf 'Press Enter when it is done. '
  read -r _
}

ended() {
  local code=$?
  release_controller || true
  rm -rf "$work"
  exit "$code"
}
trap ended EXIT
trap 'exit 130' INT TERM
