# For a build that never changes under you, pin the digest that `docker buildx imagetools inspect node:24-slim` shows:
#   docker build --build-arg NODE_IMAGE=node:24-slim@sha256:… .
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm npm ci --no-audit --no-fund
COPY nest-cli.json tsconfig.json tsconfig.build.json ormconfig.ts ./
COPY migrations migrations
COPY src src
# By its own path: the development dependency "node" goes with the others, the image brings Node itself.
RUN node node_modules/@nestjs/cli/bin/nest.js build \
    && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="llm-gateway" \
      org.opencontainers.image.description="One address in front of many LLM providers" \
      org.opencontainers.image.licenses="MIT"
# The embedded PostgreSQL, used when DATABASE_URL is not set, wants a user with a name.
RUN groupadd --gid 65532 gateway \
    && useradd --uid 65532 --gid 65532 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin gateway \
    && install --directory --owner=65532 --group=65532 --mode=0700 /var/lib/gateway
WORKDIR /app
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY package.json ./
COPY scripts scripts
ENV NODE_ENV=production \
    PORT=8080 \
    DATA_DIR=/var/lib/gateway
# By number, so that Kubernetes can see that it is not root.
USER 65532:65532
VOLUME /var/lib/gateway
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "scripts/healthcheck.mjs"]
# Node itself is process 1, so that SIGTERM reaches the gateway.
CMD ["node", "scripts/start.mjs"]
