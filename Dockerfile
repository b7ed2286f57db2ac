FROM node:20-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY tsconfig.json tsconfig.build.json ./
COPY src src
RUN npm run build && npm prune --omit=dev --ignore-scripts

FROM node:20-slim
# The log goes to standard output, where containers have theirs.
ENV NODE_ENV=production LOG_FILE=off TRACEBELL_DATA_DIR=/data
WORKDIR /app
COPY package.json LICENSE* ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
COPY bin bin
COPY examples/host-app examples/host-app
RUN mkdir /data && chown node:node /data
VOLUME /data
USER node
ENTRYPOINT ["node", "bin/tracebell.js"]
