# One image for bot, worker and command line. Build: npm run image, or docker build -t pgdist .

# Digests of the tags named before them, as published in August 2026, for every platform of each. Other bases: --build-arg NODE_IMAGE=… and so on.
ARG GO_IMAGE=golang:1.26.5-bookworm@sha256:551752d3ad9de9923190bf5280500617ed8fee287ffb4b0220e770ef89346258
ARG NODE_IMAGE=node:24.18.1-bookworm-slim@sha256:235600a8101ab264e117b1768e925532262668dc9b581ef1dd7d96ced463b8e7
ARG BASE_IMAGE=debian:bookworm-slim@sha256:abd67ffcfa541b485a3dff59865ab629aa048a6c613e639d36e7456b0b229241

# The installers that the worker runs, built from their modules: Go's checksum database vouches for every byte.
FROM ${GO_IMAGE} AS installers
# Empty leaves clusteradm out, for networks whose Go proxy does not serve it.
ARG HELM=v4.1.4
ARG CLUSTERADM=v1.3.1
# For networks that reach neither proxy.golang.org nor sum.golang.org.
ARG GOPROXY
ARG GOSUMDB
ENV CGO_ENABLED=0 GOBIN=/installers
# A module does not know its own version: it is given to the linker, as the products' releases do.
RUN go install -trimpath -ldflags="-s -w -X helm.sh/helm/v4/internal/version.version=$HELM" "helm.sh/helm/v4/cmd/helm@$HELM" && rm -rf /root/.cache
RUN if [ -n "$CLUSTERADM" ]; then \
      go install -trimpath -ldflags="-s -w -X open-cluster-management.io/clusteradm/pkg/version.versionFromGit=$CLUSTERADM" "open-cluster-management.io/clusteradm/cmd/clusteradm@$CLUSTERADM"; \
    else \
      echo "clusteradm is left out (CLUSTERADM is empty): a worker of this image can neither set up a hub nor join a cluster" >&2; \
    fi

FROM ${NODE_IMAGE} AS packages
# For networks that do not reach registry.npmjs.org; package-lock.json holds the bytes to what they are.
ARG NPM_CONFIG_REGISTRY
WORKDIR /app
COPY package.json package-lock.json ./
# What Node never runs is half of the packages: declarations, source maps, texts, sources that are shipped beside what was made of them, other runtimes.
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund \
 && find node_modules -type f \( -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.map' -o -name '*.md' \) -delete \
 && find node_modules -type d \( -path '*/node_modules/@types' -o -path '*/bare-*/prebuilds' -o -path '*/node_modules/zod/src' \) -prune -exec rm -rf {} +

# Debian's smallest image with Node alone, without npm: setpriv (util-linux, in it) ends helm with the worker.
FROM ${BASE_IMAGE}
ENV NODE_ENV=production PGDIST_CONFIG=/etc/pgdist/pgdist.yaml HEALTH_PORT=8080
# Public authorities, for Slack, registries and API servers.
COPY --from=installers /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=packages /usr/local/bin/node /usr/local/bin/
COPY --from=installers /installers/ /usr/local/bin/
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY bin ./bin
COPY commands ./commands
COPY src ./src
COPY scripts/ask-health.ts scripts/export-audit.ts scripts/node-version.mjs scripts/print-manifest.ts scripts/print-rbac.ts scripts/rbac-table.ts scripts/rbac-yaml.ts ./scripts/
RUN ln -s /app/bin/pgdist /usr/local/bin/pgdist && pgdist help > /dev/null
USER 10001:10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["pgdist", "health"]
# Nothing is written but to /tmp: docker run --read-only --tmpfs /tmp pgdist bot
ENTRYPOINT ["pgdist"]
CMD ["help"]
