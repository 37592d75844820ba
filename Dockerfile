# One image for the bot and the worker. Build: docker build -t pgdist .

# The installers that the worker runs, built from their modules: Go's checksum database vouches for every byte.
FROM golang:1.26-bookworm AS installers
ENV CGO_ENABLED=0 GOBIN=/installers
RUN go install -trimpath -ldflags="-s -w" helm.sh/helm/v4/cmd/helm@v4.1.4 \
 && go install -trimpath -ldflags="-s -w" open-cluster-management.io/clusteradm/cmd/clusteradm@v1.3.1

FROM node:24-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
ENV NODE_ENV=production PGDIST_CONFIG=/etc/pgdist/pgdist.yaml
# setpriv (util-linux, in the base image) ends helm with the worker; certificates are for registries and the API servers' public authorities.
RUN apt-get update && apt-get install -y --no-install-recommends ca-certificates && rm -rf /var/lib/apt/lists/*
COPY --from=installers /installers/ /usr/local/bin/
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY commands ./commands
COPY src ./src
COPY scripts/export-audit.ts ./scripts/
USER 10001:10001
# The chart chooses: src/bot.ts or src/worker.ts
CMD ["node", "src/bot.ts"]
